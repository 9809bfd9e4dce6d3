//! The gate that a request passes on its way out, as long as another thread may give the request up.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use sim_core::transport::Phase;
use ureq::unversioned::transport::ShutdownHandle;

/// What closes a connection from another thread.
pub(crate) type Socket = Option<Weak<dyn ShutdownHandle>>;

/// Whether a request has begun to gate or was given up: the one excludes the other.
#[derive(Debug, Clone, Default)]
pub(crate) struct SendGate(Arc<Mutex<State>>);

#[derive(Debug, Default)]
enum State {
    #[default]
    Closed,
    Open(Socket),
    GivenUp,
}

impl SendGate {
    /// Notes that a part of the request leaves over this connection. Gives whether it may.
    pub(crate) fn passes(&self, socket: &Socket) -> bool {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let may = !matches!(*state, State::GivenUp);
        if may {
            *state = State::Open(socket.clone());
        }
        may
    }

    /// Whether it was given up.
    pub(crate) fn is_given_up(&self) -> bool {
        matches!(*self.0.lock().unwrap_or_else(PoisonError::into_inner), State::GivenUp)
    }

    /// Lets nothing gate from here on, and closes the connection that is in use. Gives how far the request got.
    pub(crate) fn give_up(&self) -> Phase {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match std::mem::replace(&mut *state, State::GivenUp) {
            State::Closed | State::GivenUp => Phase::NotSent,
            State::Open(socket) => {
                if let Some(socket) = socket.and_then(|socket| socket.upgrade()) {
                    socket.shutdown();
                }
                Phase::Sent
            }
        }
    }
}
