//! Reading answers: the envelopes of both generations, refusals, and the results of runs. Operations decode with it.
//! It must not depend on which operation asked or on what a client does next.

mod answer;
mod envelope;
mod ndjson;
mod pace;
mod reading;
mod refusal;
mod result;
mod server;
mod v1_result;
mod v2_result;

pub use answer::Answer;
pub(crate) use envelope::Envelope;
pub(crate) use ndjson::ACCEPT;
pub(crate) use pace::Share;
pub(crate) use server::{ServerFacts, is_missing};
