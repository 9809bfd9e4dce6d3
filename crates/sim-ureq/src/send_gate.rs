//! The gate that a request passes before it is sent, while another thread may still give the request up.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use sim_core::transport::Phase;
use ureq::unversioned::transport::ShutdownHandle;

/// The handle that closes a connection from another thread; `None` if the connection has none.
pub(crate) type Socket = Option<Weak<dyn ShutdownHandle>>;

/// The state of a request: not sent, sent, or given up. Whichever thread comes first decides.
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
    /// Records that a part of the request is sent over this connection. Returns whether it may be.
    pub(crate) fn passes(&self, socket: &Socket) -> bool {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let may = !matches!(*state, State::GivenUp);
        if may {
            *state = State::Open(socket.clone());
        }
        may
    }

    /// Returns whether the request was given up.
    pub(crate) fn is_given_up(&self) -> bool {
        matches!(*self.0.lock().unwrap_or_else(PoisonError::into_inner), State::GivenUp)
    }

    /// Stops the request from passing, and closes the connection that is in use. Returns how far the request got.
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
