//! Conversations of several requests: one run and its result, whatever the network does.
//!
//! Each is an [`Exchange`](crate::transport::Exchange) like any call, so every adapter can drive it.
//!
//! # How a run is started once
//!
//! The id that goes with an execute is a claim: the server takes it once and refuses it ever after. So a
//! request whose answer was lost can be sent again *under the same id*: either it had not arrived, and runs
//! now, or it is refused, and that proves that it had. [`Once`] is made of that:
//!
//! ```text
//!            ┌──────── never sent, or refused and the id is free: same id ────────┐
//!            ▼                                                                    │
//!         ┌───────┐  answer lost   ┌───────┐  there is no such run: same id       │
//!  ──────▶│ claim │───────────────▶│ probe │──────────────────────────────────────┤
//!         └───────┘                └───────┘                                      │
//!          │  │ │ refused and the id is spent: a new id ──────────────────────────┘
//!          │  │ │                     │ there it is          │ the server knows no such address
//!          │  │ └ 409 for our id ─────┤                      ▼
//!          │  └── receipt ────────────┤                  Ambiguous
//!          │                          ▼
//!          │  result             ┌──────┐ ◀─┐ not over yet, or a read that failed
//!          ▼                     │ wait │───┘
//!        done ◀──────────────────└──────┘──▶ Interrupted: the lost connection cancelled a synchronous run
//!                 it ended, or waits for a human
//! ```
//!
//! The probe is there for servers that know no ids: it asks for the run before the request is sent again, and a
//! server without that address gets nothing twice. What remains in that case is `Ambiguous`, as for a plain call.
//!
//! The guarantee is *effectively once*: the server starts one run for a call, and the call ends with the result
//! of that run. What a run does to the world it may have done in part, if the server dies in the middle of it.

mod attempts;
mod conversation;
mod once;
mod policy;
mod poll;
mod resume;
mod wait;

pub use once::{Once, OnceWorkflow};
pub use policy::WaitPolicy;
pub use resume::Resume;
pub use wait::Wait;
