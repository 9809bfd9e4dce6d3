//! A transport on libcurl, a C library: blocking. Built here without TLS, and (by curl-sys 0.4.91) on `select`:
//! it cannot work where descriptors go beyond 1023.

use std::cell::RefCell;
use std::io::ErrorKind;
use std::{mem::take, net::TcpStream};

use curl::multi::{Easy2Handle, Multi};
use http::Response;
use sim_core::transport::{
    BodyCollector, BodyPlan, Destination, EventBuffer, Exchange, Outcome, Phase, ready,
};
use sim_core::transport::{TransportError, TransportErrorKind};
use sim_core::{Api, Result, RunEvent, StreamEndpoint};

use crate::blocking::{Clock, Lost, SLICE, drive};
use crate::http1::Framing;
use crate::tap::{Tap, other, prepared, transport_error};

thread_local! {
    /// Connections without a request, a few. What libcurl keeps one in stays on its thread.
    static IDLE: RefCell<Vec<(Destination, Multi, TcpStream)>> = const { RefCell::new(Vec::new()) };
}

/// The body of an answer, if there is one to read.
type Body = Option<Transfer>;

/// A blocking client. Connections are kept for the thread that made them.
#[derive(Debug, Clone)]
pub struct Client {
    api: Api,
}

impl Client {
    /// A client of a core.
    pub fn new(api: Api) -> Self {
        Self { api }
    }

    /// Drives an exchange to its end.
    ///
    /// # Errors
    /// The errors of the exchange.
    pub fn drive<X: Exchange>(&self, exchange: X) -> Result<X::Output> {
        drive(exchange, |exchange| Self::send(exchange, &mut None))
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
        let events = drive(call, |call| Self::send(call, &mut body))?;
        let mut buffer = EventBuffer::new(events, Vec::new());
        while buffer.read(piece(&mut body), &mut show) {}
        Ok(())
    }

    /// Sends the request of an exchange. The body of the answer is left to be read if that is the plan.
    fn send<X: Exchange>(exchange: &X, body: &mut Body) -> Outcome {
        let clock = Clock::start(exchange);
        let request = ready(exchange.request())?;
        let destination = Destination::of(&request);
        let (multi, kept) = kept(&destination).unzip();
        let multi = multi.unwrap_or_else(Multi::new);
        let easy = prepared(request).map_err(other(Phase::NotSent))?;
        let handle = multi.add2(easy).map_err(other(Phase::NotSent))?;
        let mut transfer = Transfer { handle, multi, clock, end: None };
        let head = loop {
            match take(&mut transfer.handle.get_mut().head) {
                Some(head) => break head,
                None if transfer.turn()? => {}
                None => return Err(TransportError::new(TransportErrorKind::Closed, Phase::Sent)),
            }
        };
        transfer.clock.enter(Phase::Body);
        *body = Some(transfer);
        let BodyPlan::Read { limit } = exchange.plan(&head) else {
            return Ok(Response::from_parts(head, bytes::Bytes::new()));
        };
        let mut whole = BodyCollector::new(limit);
        while whole.read(piece(body)).map_err(|error| error.with_head(head.clone()))? {}
        let leaves_open = Framing::of(&head).is_ok_and(|framing| framing.leaves_open(&head));
        if let Some(Transfer { multi, mut handle, .. }) = body.take_if(|_| leaves_open) {
            let stream = take(&mut handle.get_mut().socket).or(kept);
            IDLE.with_borrow_mut(|idle| {
                idle.extend(stream.map(|stream| (destination, multi, stream)));
            });
        }
        Ok(Response::from_parts(head, whole.whole()))
    }
}

/// A connection on which nothing came since, neither a byte nor its end. libcurl itself looks once a second.
fn kept(destination: &Destination) -> Option<(Multi, TcpStream)> {
    IDLE.with_borrow_mut(|idle| {
        idle.drain(..idle.len().saturating_sub(8));
        while let Some(at) = idle.iter().rposition(|(of, ..)| of == destination) {
            let (_, multi, stream) = idle.swap_remove(at);
            if stream.peek(&mut [0]).is_err_and(|error| error.kind() == ErrorKind::WouldBlock) {
                return Some((multi, stream));
            }
        }
        None
    })
}

/// A request on its way and its answer. Dropping it closes the connection.
#[derive(Debug)]
struct Transfer {
    handle: Easy2Handle<Tap>,
    multi: Multi,
    clock: Clock,
    end: Option<std::result::Result<(), curl::Error>>,
}

impl Transfer {
    /// Lets libcurl work until something came, for a moment at the most. Gives whether more may come.
    fn turn(&mut self) -> Lost<bool> {
        let left = self.clock.left()?;
        if let Some(error) = take(&mut self.handle.get_mut().unreadable) {
            return Err(error);
        }
        if let Some(end) = self.end.clone() {
            return end.map(|()| false).map_err(|error| transport_error(error, self.clock.phase()));
        }
        self.multi.perform().map_err(other(Phase::Sent))?;
        self.multi.messages(|told| self.end = told.result_for2(&self.handle));
        let tap = self.handle.get_mut();
        if take(&mut tap.sends) && self.clock.phase() != Phase::Body {
            self.clock.enter(Phase::Sent);
        }
        if self.end.is_none() && tap.head.is_none() && tap.body.is_empty() {
            self.multi.poll(&mut [], left.min(SLICE)).map_err(other(Phase::Sent))?;
        }
        Ok(true)
    }
}

/// The next piece of a body; `None` at its end.
fn piece(body: &mut Body) -> Lost<Option<Vec<u8>>> {
    let Some(transfer) = body else { return Ok(None) };
    loop {
        let piece = take(&mut transfer.handle.get_mut().body);
        if !piece.is_empty() {
            transfer.clock.enter(Phase::Body);
            return Ok(Some(piece));
        }
        if !transfer.turn()? {
            return Ok(None);
        }
    }
}
