//! A transport on `std::net`: blocking, with nothing below it but sockets. It speaks no TLS.

use std::io::{BufReader, ErrorKind, Write as _};
use std::net::{TcpStream, ToSocketAddrs as _};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::Response;
use sim_core::transport::TransportError;
use sim_core::transport::TransportErrorKind as Kind;
use sim_core::transport::{
    BodyCollector, BodyPlan, Destination, EventBuffer, Exchange, Outcome, Phase,
};
use sim_core::{Api, Result};
use sim_core::{RunEvent, StreamEndpoint};

use crate::blocking::{Cancel, Clock, Lost, drive};
use crate::http1::{self, Framing};
use crate::wire::{Wire, fault};

/// The body of an answer, if there is one to read.
type Body = Option<(BufReader<Wire>, Framing)>;

/// A blocking client. Clones share connections.
#[derive(Debug, Clone)]
pub struct Client {
    api: Api,
    /// Connections without a request.
    idle: Arc<Mutex<Vec<(Destination, TcpStream)>>>,
    cancel: Cancel,
}

impl Client {
    /// A client of a core.
    pub fn new(api: Api) -> Self {
        Self { api, idle: Arc::default(), cancel: Cancel::default() }
    }

    /// This client, with calls that end when `cancel` is raised. One that connects does that first.
    pub fn until(&self, cancel: Cancel) -> Self {
        Self { cancel, ..self.clone() }
    }

    /// Drives an exchange to its end.
    pub fn run<X: Exchange>(&self, exchange: X) -> Result<X::Output> {
        drive(exchange, &self.cancel, |exchange| self.send(exchange, &mut None))
    }

    /// Starts a streamed run and shows its events, until the last or until `show` says no.
    pub fn stream<E: StreamEndpoint>(
        &self,
        endpoint: E,
        mut show: impl FnMut(Result<RunEvent<'_>>) -> bool,
    ) -> Result<()> {
        let mut body = None;
        let call = self.api.stream(endpoint)?;
        let events = drive(call, &self.cancel, |call| self.send(call, &mut body))?;
        let mut buffer = EventBuffer::new(events, Vec::new());
        while buffer.read(piece(&mut body), &mut show) {}
        Ok(())
    }

    /// Sends the request of an exchange. The body of the answer is left to be read if that is the plan.
    fn send<X: Exchange>(&self, exchange: &X, body: &mut Body) -> Outcome {
        let clock = Clock::start(exchange.timeouts(), &self.cancel);
        let request = exchange.request();
        let peer = Destination::of(&request);
        let mut wire = Wire { stream: self.connect(&peer, &clock)?, clock };
        wire.clock.enter(Phase::Sent);
        let request = http1::written(&Destination::origin_form(request));
        let sent = wire.write_all(&request);
        let mut reader = BufReader::new(wire);
        let head = sent.and_then(|()| http1::head(&mut reader));
        let head = head.and_then(|head| Ok((Framing::of(&head)?, head)));
        let (framing, head) = head.map_err(|error| fault(error, Phase::Sent))?;
        reader.get_mut().clock.enter(Phase::Body);
        *body = Some((reader, framing));
        let BodyPlan::Read { limit } = exchange.plan(&head) else {
            return Ok(Response::from_parts(head, Bytes::new()));
        };
        let mut gather = BodyCollector::new(limit);
        while gather.read(piece(body)).map_err(|error| error.with_head(head.clone()))? {}
        if let Some((reader, _)) = body.take_if(|_| framing.leaves_open(&head)) {
            self.idle.lock().expect("nothing panics").push((peer, reader.into_inner().stream));
        }
        Ok(Response::from_parts(head, gather.whole()))
    }

    /// A connection on which nothing came since, neither a byte nor its end, or a new one.
    fn connect(&self, peer: &Destination, clock: &Clock) -> Lost<TcpStream> {
        let mut idle = self.idle.lock().expect("nothing panics");
        while let Some(at) = idle.iter().rposition(|(of, _)| of == peer) {
            let (_, stream) = idle.swap_remove(at);
            let silent = stream.set_nonblocking(true).and_then(|()| stream.peek(&mut [0]));
            if silent.is_err_and(|e| e.kind() == ErrorKind::WouldBlock)
                && stream.set_nonblocking(false).is_ok()
            {
                return Ok(stream);
            }
        }
        drop(idle);
        let fault = |kind| TransportError::new(kind, Phase::NotSent);
        let found = (&*peer.host, peer.port).to_socket_addrs();
        let found = found.map_err(|error| fault(Kind::Resolve).with_source(error))?;
        let mut last = fault(if peer.secure { Kind::Tls } else { Kind::Resolve });
        for address in found.filter(|_| !peer.secure) {
            match TcpStream::connect_timeout(&address, clock.left()?) {
                Ok(stream) => return Ok(stream),
                Err(error) => last = fault(Kind::Connect).with_source(error),
            }
        }
        clock.left().and(Err(last))
    }
}

/// The next piece of a body; `None` at its end.
fn piece(body: &mut Body) -> Lost<Option<Vec<u8>>> {
    let Some((reader, framing)) = body else { return Ok(None) };
    framing.piece(reader).map_err(|error| fault(error, Phase::Body))
}
