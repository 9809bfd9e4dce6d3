//! The thread of the server and its accept loop.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use axum::Router;
use tokio::net::TcpSocket;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::connection;

/// The time between two attempts to get a resource that others must free first.
const PAUSE: Duration = Duration::from_millis(10);

/// The longest time that a restart tries to get its port back. In between, the system may have given the port
/// to a client's connection.
const PATIENCE: Duration = Duration::from_secs(5);

/// The number of connections that may wait to be accepted.
const BACKLOG: u32 = 1024;

/// An order to restart, with the channel for its result.
type Restart = mpsc::Sender<io::Result<()>>;

/// A running server. Dropping it stops the server.
#[derive(Debug)]
pub(crate) struct Server {
    orders: Option<UnboundedSender<Restart>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Serves the connections of the listener, on its own thread.
    pub(crate) fn start(listener: TcpListener, router: Router) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let listener = {
            let _inside = runtime.enter();
            tokio::net::TcpListener::from_std(listener)?
        };
        let (orders, ordered) = unbounded_channel();
        let thread = thread::Builder::new().name("sim-mock".to_owned()).spawn(move || {
            // If the listener is lost the server ends; its owner was told.
            let _ = runtime.block_on(accept(listener, router, ordered));
            // A closure that still blocks must not hold up the owner.
            runtime.shutdown_background();
        })?;
        Ok(Self { orders: Some(orders), thread: Some(thread) })
    }

    /// Closes every connection and the port, and opens the port again.
    pub(crate) fn restart(&self) -> io::Result<()> {
        let (done, is_done) = mpsc::channel();
        let gone = || io::Error::new(io::ErrorKind::NotConnected, "the server is gone");
        let orders = self.orders.as_ref().ok_or_else(gone)?;
        orders.send(done).map_err(|_| gone())?;
        is_done.recv().map_err(|_| gone())?
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.orders.take());
        if let Some(thread) = self.thread.take() {
            // The thread has ended in any case.
            let _ = thread.join();
        }
    }
}

async fn accept(
    mut listener: tokio::net::TcpListener,
    router: Router,
    mut orders: UnboundedReceiver<Restart>,
) -> io::Result<()> {
    let address = listener.local_addr()?;
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            order = orders.recv() => {
                let Some(done) = order else { return Ok(()) };
                drop(listener);
                connections.shutdown().await;
                listener = match listen(address).await {
                    Ok(listener) => listener,
                    Err(error) => {
                        let _ = done.send(Err(error));
                        return Ok(());
                    }
                };
                // The caller of `restart` waits for this.
                let _ = done.send(Ok(()));
            }
            // Removes finished connections, so the set does not grow.
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => drop(connections.spawn(connection::serve(stream, router.clone()))),
                // For example, no file descriptor is free. Others will close theirs.
                Err(_) => tokio::time::sleep(PAUSE).await,
            }
        }
    }
}

/// Opens a port that was open before.
async fn listen(address: SocketAddr) -> io::Result<tokio::net::TcpListener> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let socket = TcpSocket::new_v4()?;
        // Lets the server bind the port despite connections that closed a moment ago. On Windows the option
        // would let two servers share the port.
        socket.set_reuseaddr(cfg!(not(windows)))?;
        match socket.bind(address).and_then(|()| socket.listen(BACKLOG)) {
            Ok(listener) => return Ok(listener),
            Err(error) if Instant::now() > deadline => return Err(error),
            Err(_) => tokio::time::sleep(PAUSE).await,
        }
    }
}
