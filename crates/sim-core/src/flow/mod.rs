//! Conversations of several requests: one run and its result, whatever the network does. Clients start them, and
//! adapters drive each one like any call, as an [`Exchange`](crate::transport::Exchange). They must not depend on a
//! transport or a clock.
//!
//! # How a run is started once
//!
//! The id of an execute is a claim: the server accepts it once and refuses it from then on. So the client can repeat
//! a request whose answer was lost *under the same id*: either the first one never arrived and the run starts now, or
//! the refusal proves that it did arrive. [`Once`] builds on that:
//!
//! ```text
//!            ┌──────── never sent, or refused and the id is free: same id ────────┐
//!            ▼                                                                    │
//!         ┌───────┐  answer lost   ┌───────┐  there is no such run: same id       │
//!  ──────▶│ claim │───────────────▶│ look  │──────────────────────────────────────┤
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
//! The look protects against servers that know no ids: it asks for the run before the client repeats the request. A
//! server that does not know the URL of that read gets no second request; the call then ends as `Ambiguous`, like an
//! ordinary call.
//!
//! The guarantee is *effectively once*: the server starts one run for a call, and the call ends with the result of
//! that run. If the server dies in the middle of the run, the effects of the run may be incomplete.

mod attempts;
mod batch;
mod claims;
mod conversation;
mod durable;
mod fetch_file;
mod find;
mod find_delivery;
mod inquiry;
mod once;
mod pass_on;
mod policy;
mod poll;
mod recovery;
mod resume;
mod state_clock;
mod states;
mod stream_once;
mod wait;
mod watcher;

use pass_on::pass_on;

pub use batch::{
    Batch, BatchPlan, BatchProgress, BatchRun, BatchStep, BatchStore, Job, StoredOutcome, StoredRun,
};
pub use claims::AskClaims;
pub use durable::Durable;
pub use fetch_file::FetchFile;
pub use find::{Find, Pauses};
pub use find_delivery::{FindDelivery, Finding};
pub use once::{Once, OnceWorkflow};
pub use policy::WaitPolicy;
pub use recovery::Recovery;
pub use resume::{OnceResume, Resume};
pub use states::{RunState, Watch};
pub use stream_once::{AfterCut, OnceStream, OpenOnce};
pub use wait::Wait;
