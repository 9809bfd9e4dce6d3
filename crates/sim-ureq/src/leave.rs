//! The way of a request out of this process, as long as another thread may give it up.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use sim_core::Phase;
use ureq::unversioned::transport::ShutdownHandle;

/// What closes a connection from another thread.
pub(crate) type Socket = Option<Weak<dyn ShutdownHandle>>;

/// Whether a request has begun to leave or was given up: the one excludes the other.
#[derive(Debug, Clone, Default)]
pub(crate) struct Leave(Arc<Mutex<State>>);

#[derive(Debug, Default)]
enum State {
    #[default]
    Waits,
    Leaves(Socket),
    GivenUp,
}

impl Leave {
    /// Notes that a part of the request leaves over this connection. Gives whether it may.
    pub(crate) fn over(&self, socket: &Socket) -> bool {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let may = !matches!(*state, State::GivenUp);
        if may {
            *state = State::Leaves(socket.clone());
        }
        may
    }

    /// Whether it was given up.
    pub(crate) fn is_given_up(&self) -> bool {
        matches!(*self.0.lock().unwrap_or_else(PoisonError::into_inner), State::GivenUp)
    }

    /// Lets nothing leave from here on, and closes the connection that is in use. Gives how far the request got.
    pub(crate) fn give_up(&self) -> Phase {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match std::mem::replace(&mut *state, State::GivenUp) {
            State::Waits | State::GivenUp => Phase::NotSent,
            State::Leaves(socket) => {
                if let Some(socket) = socket.and_then(|socket| socket.upgrade()) {
                    socket.shutdown();
                }
                Phase::Sent
            }
        }
    }
}
