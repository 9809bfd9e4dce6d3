//! Batches: many runs of one workflow, each with a durable handle of its own. The plan says which request comes next,
//! how long to wait, and what counts as done, in simulated time. Adapters drive it with threads or tasks. It must not
//! depend on a clock, a file or a transport.

mod engine;
mod job;
mod later;
mod pace;
mod plan;
mod progress;
mod server_clock;
mod store;

pub use engine::{Batch, BatchStep};
pub use job::Job;
pub use plan::BatchPlan;
pub use progress::{BatchProgress, BatchRun};
pub use store::{BatchStore, StoredOutcome, StoredRun};
