//! What a run does and how it ends.

mod data;
mod end;
mod failure;
mod pause;
mod response_block;
mod work;

pub use data::{Outcome, Pause, Work};
pub use failure::{FailedBlock, Failure};
pub(crate) use pause::Links;
pub use response_block::ResponseBlock;
