//! Reading answers: the envelopes of both generations, refusals, and the results of runs. Operations decode with it.
//! It must not depend on which operation asked or on what a client does next.

mod answer;
mod envelope;
mod missing;
mod ndjson;
mod pace;
mod reading;
mod refusal;
mod result;
mod server;
mod share;
mod stranger;
mod v1_result;
mod v2_result;
mod words;

pub use answer::Answer;
pub(crate) use envelope::{Envelope, Form};
pub(crate) use missing::Missing;
pub(crate) use ndjson::ACCEPT;
pub(crate) use pace::ReadDelay;
pub(crate) use refusal::may_have_arrived;
pub(crate) use server::{ServerFacts, is_missing};
pub(crate) use share::Share;
pub(crate) use v1_result::{EndedRun, names_pause};
pub(crate) use words::Words;
