//! What goes on in a poll loop: tasks that do what they can whenever somebody looks at them.

use std::time::Duration;

use mio::{Registry, Token};

use crate::nonblocking::Connection;

pub(crate) type Socket = Connection<mio::net::TcpStream>;

/// Something that goes on in the loop.
pub(crate) trait Task<'t> {
    /// Does what can be done now, with sockets that are registered under `token`.
    fn advance(&mut self, registry: &Registry, token: Token) -> Next<'t>;
}

/// What follows when a task has done what it could.
pub(crate) enum Next<'t> {
    /// It waits for its socket, but no longer than this.
    Wait(Duration),
    /// Another task goes on in its place.
    Become(Box<dyn Task<'t> + 't>),
    /// It is over.
    Over,
}
