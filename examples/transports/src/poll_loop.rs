//! One thread that drives any number of exchanges over sockets that never block, with mio. It speaks no TLS.

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::io::{self, ErrorKind};
use std::task::Poll::{Pending, Ready};
use std::time::Instant;

use mio::event::Event;
use mio::{Events, Poll, Registry, Token};
use sim_core::transport::{EventBuffer, Exchange};
use sim_core::{Api, Result, RunEvent, StreamEndpoint};

use crate::exchange_task::ExchangeTask;
use crate::task::{Next, Socket, Task};

/// The loop, and what goes on in it.
pub struct PollLoop<'t> {
    poll: Poll,
    tasks: HashMap<Token, Box<dyn Task<'t> + 't>>,
    /// When to look at a task even if its socket is not ready.
    looks: BTreeSet<(Instant, Token)>,
    next: Token,
}

impl<'t> PollLoop<'t> {
    /// Creates a loop in which nothing goes on.
    ///
    /// # Errors
    /// If the system has no more files to poll with.
    pub fn new() -> io::Result<Self> {
        let (tasks, looks) = (HashMap::new(), BTreeSet::new());
        Ok(Self { poll: Poll::new()?, tasks, looks, next: Token(0) })
    }

    /// Adds an exchange: a call of `Api::call`, or a conversation. `done` gets its result.
    pub fn drive<X: Exchange + 't>(
        &mut self,
        exchange: X,
        done: impl FnOnce(Result<X::Output>) + 't,
    ) {
        self.add(Box::new(ExchangeTask::new(exchange, |result, _| {
            done(result);
            Next::Over
        })));
    }

    /// Adds a streamed run. `show` gets its events, until the last or until it returns `false`. `done` gets the error of
    /// a stream that did not start, or else learns when it is over.
    ///
    /// # Errors
    /// If the request cannot be made.
    pub fn stream<E: StreamEndpoint + 't>(
        &mut self,
        api: &Api,
        endpoint: E,
        show: impl FnMut(Result<RunEvent<'_>>) -> bool + 't,
        done: impl FnOnce(Result<()>) + 't,
    ) -> Result<()> {
        self.add(Box::new(ExchangeTask::new(
            api.stream(endpoint)?,
            |opened, socket| match opened {
                Ok(events) => {
                    let buffer = EventBuffer::new(events, Vec::new());
                    Next::Become(Box::new(StreamTask { buffer, socket, show, done: Some(done) }))
                }
                Err(error) => {
                    done(Err(error));
                    Next::Over
                }
            },
        )));
        Ok(())
    }

    fn add(&mut self, task: Box<dyn Task<'t> + 't>) {
        self.looks.insert((Instant::now(), self.next));
        self.tasks.insert(self.next, task);
        self.next.0 += 1;
    }

    /// Works until nothing goes on any more.
    ///
    /// # Errors
    /// If the system cannot poll.
    pub fn drive_all(&mut self) -> io::Result<()> {
        let mut events = Events::with_capacity(1024);
        while !self.tasks.is_empty() {
            let until = self.looks.first().map(|(at, _)| at.duration_since(Instant::now()));
            match self.poll.poll(&mut events, until) {
                Err(error) if error.kind() != ErrorKind::Interrupted => return Err(error),
                _ => {}
            }
            let now = Instant::now();
            let late = self.looks.iter().take_while(|(at, _)| *at <= now).map(|(_, token)| *token);
            let ready: BTreeSet<_> = late.chain(events.iter().map(Event::token)).collect();
            self.looks.retain(|(_, token)| !ready.contains(token));
            for token in ready {
                self.advance(token);
            }
        }
        Ok(())
    }

    fn advance(&mut self, token: Token) {
        // A socket may tell once more of a task that is over.
        let Some(task) = self.tasks.get_mut(&token) else { return };
        loop {
            match task.advance(self.poll.registry(), token) {
                Next::Become(other) => *task = other,
                Next::Over => {
                    self.tasks.remove(&token);
                    return;
                }
                Next::Wait(patience) => {
                    let look = Instant::now().checked_add(patience);
                    self.looks.extend(look.map(|at| (at, token)));
                    return;
                }
            }
        }
    }
}

/// A streamed run whose head has come.
struct StreamTask<F, D> {
    buffer: EventBuffer<Vec<u8>>,
    socket: Option<Socket>,
    show: F,
    done: Option<D>,
}

impl<'t, F, D> Task<'t> for StreamTask<F, D>
where
    F: FnMut(Result<RunEvent<'_>>) -> bool,
    D: FnOnce(Result<()>),
{
    fn advance(&mut self, _: &Registry, _: Token) -> Next<'t> {
        loop {
            let piece = match &mut self.socket {
                None => Ok(None),
                Some(socket) => match socket.poll_piece() {
                    Ready(piece) => piece,
                    Pending => return Next::Wait(socket.patience()),
                },
            };
            if !self.buffer.read(piece, &mut self.show) {
                // Whoever is told may do as if the connection were closed.
                self.socket = None;
                if let Some(done) = self.done.take() {
                    done(Ok(()));
                }
                return Next::Over;
            }
        }
    }
}

impl fmt::Debug for PollLoop<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PollLoop").field("tasks", &self.tasks.len()).finish_non_exhaustive()
    }
}
