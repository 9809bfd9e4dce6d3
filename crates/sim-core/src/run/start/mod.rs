//! How the answer to a start of the first generation is read. All ways of starting a run use it. It must not depend on
//! how a start is sent.
//!
//! A workflow's Response block answers a synchronous start with any status and any JSON, also in the words of a refusal.
//! So an answer that could be either is not guessed from: the call reads the run by the id that it sent, and the run's
//! row decides. A refusal that follows from an absent row needs a proof, older than the start, that the server honours
//! ids of callers.
//!
//! The first row that fits decides:
//!
//! | start | answer | proven | the row | the call ends with |
//! |---|---|---|---|---|
//! | sync, stream | a whole run | any | not read | the run |
//! | sync | a refusal at the door | any | not read | the refusal |
//! | stream, queued | a known refusal | any | not read | the refusal |
//! | stream, queued | anything | any | not read | ambiguous |
//! | sync | anything | refuted | there | as if it could not be read |
//! | sync | a run that may be paused | any | completed | the run |
//! | sync | a page | any | completed | the row |
//! | sync | anything | any | completed | a Response block's answer |
//! | sync | anything | any | paused, cancelled | the row |
//! | sync | a known refusal | any | burned | the refusal, its id spent |
//! | sync | anything | any | failed, burned | the row |
//! | sync | a run that may be paused | any | no such run, no such workflow | ambiguous |
//! | sync | a gateway's 408, 499, 502, 504, 52x | any | no such run | ambiguous |
//! | sync | anything | any | no such workflow | the refusal |
//! | sync | anything | proven | no such run | the refusal |
//! | sync | a run that may be paused | any | cannot be read | ambiguous |
//! | sync | JSON at 2xx with Sim's request id | any | cannot be read | a Response block's answer |
//! | sync | a known refusal | any | cannot be read | the refusal, in doubt |
//! | sync | anything | any | cannot be read | ambiguous |
//!
//! "No such run" without a proof cannot decide, so it counts as "cannot be read". So does a read that is refused, the
//! absence of the route or of a key, and a run that goes on for too long. A row that says that the run goes on is read
//! again. After a gateway's timeout an absent row proves nothing, because the request may still be on its way.

mod judge;
mod look;
mod open;
#[cfg(test)]
mod table;

use crate::error::{Error, Result};
use crate::model::WorkflowExecutionResult;
use crate::operation::Reading;
use crate::primitives::WorkflowId;
use crate::response::Answer;
use judge::Told;
use look::Look;

/// Reads the answer to a synchronous start. `is_chosen` says whether the caller chose the id.
pub(super) fn sync(
    answer: &Answer,
    workflow: &WorkflowId,
    is_chosen: bool,
) -> Reading<WorkflowExecutionResult> {
    match judge::sync(answer) {
        Told::Run(result) => Reading::Settled(Ok(*result)),
        Told::Refused(error) => Reading::Settled(Err(error)),
        Told::Open(open) => match Look::at(workflow, open, is_chosen) {
            Ok(look) => Reading::Open(Box::new(look)),
            Err(mut open) => Reading::Settled(open.undecided(None)),
        },
    }
}

/// Reads the answer to a synchronous start whose run nobody reads.
pub(super) fn unread(answer: &Answer) -> Result<WorkflowExecutionResult> {
    match judge::sync(answer) {
        Told::Run(result) => Ok(*result),
        Told::Refused(error) => Err(error),
        Told::Open(mut open) => open.undecided(None),
    }
}

/// Reads the answer to a streamed start that is not a stream.
pub(super) fn streamed(answer: &Answer) -> Result<WorkflowExecutionResult> {
    match judge::whole_run(answer) {
        Some(result) => Ok(result),
        None => Err(refused(answer)),
    }
}

/// Returns the error for an answer to a queued or streamed start that is neither a receipt nor a run.
pub(super) fn refused(answer: &Answer) -> Error {
    judge::refused(answer)
}
