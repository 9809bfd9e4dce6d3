//! A transport on `std::net`: blocking, with nothing below it but sockets. It speaks no TLS.

use std::io::{BufReader, ErrorKind};
use std::net::{TcpStream, ToSocketAddrs as _};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::Response;
use sim_core::transport::{
    BodyCollector, BodyPlan, Destination, EventBuffer, Exchange, Outcome, Phase, ready,
};
use sim_core::transport::{TransportError, TransportErrorKind as Kind};
use sim_core::{Api, Result, RunEvent, StreamEndpoint};

use crate::blocking::{Clock, Lost, drive};
use crate::http1::{self, Framing};
use crate::wire::{Wire, transport_error};

/// The body of an answer, if there is one to read.
type Body = Option<(BufReader<Wire>, Framing)>;

/// A blocking client. Clones share connections.
#[derive(Debug, Clone)]
pub struct Client {
    api: Api,
    /// Connections without a request.
    idle: Arc<Mutex<Vec<(Destination, TcpStream)>>>,
}

impl Client {
    /// A client of a core.
    pub fn new(api: Api) -> Self {
        Self { api, idle: Arc::default() }
    }

    /// Drives an exchange to its end. One that is cancelled while it connects does that first.
    ///
    /// # Errors
    /// The errors of the exchange.
    pub fn drive<X: Exchange>(&self, exchange: X) -> Result<X::Output> {
        drive(exchange, |exchange| self.send(exchange, &mut None))
    }

    /// Starts a streamed run and shows its events, until the last or until `show` says no.
    ///
    /// # Errors
    /// If the stream did not start.
    pub fn stream<E: StreamEndpoint>(
        &self,
        endpoint: E,
        mut show: impl FnMut(Result<RunEvent<'_>>) -> bool,
    ) -> Result<()> {
        let mut body = None;
        let call = self.api.stream(endpoint)?;
        let events = drive(call, |call| self.send(call, &mut body))?;
        let mut buffer = EventBuffer::new(events, Vec::new());
        while buffer.read(piece(&mut body), &mut show) {}
        Ok(())
    }

    /// Sends the request of an exchange. The body of the answer is left to be read if that is the plan.
    fn send<X: Exchange>(&self, exchange: &X, body: &mut Body) -> Outcome {
        let clock = Clock::start(exchange);
        let request = ready(exchange.request())?;
        let destination = Destination::of(&request);
        let mut wire = Wire { stream: self.connect(&destination, &clock)?, clock };
        wire.clock.enter(Phase::Sent);
        let sent = http1::send(Destination::origin_form(request), &mut wire);
        let mut reader = BufReader::new(wire);
        let head = sent.and_then(|()| http1::head(&mut reader));
        let head = head.and_then(|head| Ok((Framing::of(&head)?, head)));
        let (framing, head) = head.map_err(|error| transport_error(error, Phase::Sent))?;
        reader.get_mut().clock.enter(Phase::Body);
        *body = Some((reader, framing));
        let BodyPlan::Read { limit } = exchange.plan(&head) else {
            return Ok(Response::from_parts(head, Bytes::new()));
        };
        let mut whole = BodyCollector::new(limit);
        while whole.read(piece(body)).map_err(|error| error.with_head(head.clone()))? {}
        if let Some((reader, _)) = body.take_if(|_| framing.leaves_open(&head)) {
            self.idle
                .lock()
                .expect("nothing panics")
                .push((destination, reader.into_inner().stream));
        }
        Ok(Response::from_parts(head, whole.whole()))
    }

    /// A connection on which nothing came since, neither a byte nor its end, or a new one.
    fn connect(&self, destination: &Destination, clock: &Clock) -> Lost<TcpStream> {
        clock.left()?;
        let mut idle = self.idle.lock().expect("nothing panics");
        while let Some(at) = idle.iter().rposition(|(of, _)| of == destination) {
            let (_, stream) = idle.swap_remove(at);
            let silent = stream.set_nonblocking(true).and_then(|()| stream.peek(&mut [0]));
            if silent.is_err_and(|e| e.kind() == ErrorKind::WouldBlock)
                && stream.set_nonblocking(false).is_ok()
            {
                return Ok(stream);
            }
        }
        drop(idle);
        let failed = |kind| TransportError::new(kind, Phase::NotSent);
        let found = (&*destination.host, destination.port).to_socket_addrs();
        let found = found.map_err(|error| failed(Kind::Resolve).with_source(error))?;
        let mut last = failed(if destination.secure { Kind::Tls } else { Kind::Resolve });
        for address in found.filter(|_| !destination.secure) {
            match TcpStream::connect_timeout(&address, clock.left()?) {
                Ok(stream) => return Ok(stream),
                Err(error) => last = failed(Kind::Connect).with_source(error),
            }
        }
        clock.left().and(Err(last))
    }
}

/// The next piece of a body; `None` at its end.
fn piece(body: &mut Body) -> Lost<Option<Vec<u8>>> {
    let Some((reader, framing)) = body else { return Ok(None) };
    framing.piece(reader).map_err(|error| transport_error(error, Phase::Body))
}
