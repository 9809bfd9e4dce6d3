//! The two ways to read an answer: as one document, or as a stream of events.

use std::fmt;
use std::sync::Arc;

use http::response::Parts;

use crate::error::{Error, Result};
use crate::model::{RunStatus, WorkflowExecutionResult};
use crate::operation::{Operation, Reading};
use crate::primitives::RunId;
use crate::response::Answer;

/// An operation that the server answers with one document. Clients run it with `call`.
pub trait Endpoint: Operation {
    /// The type that the answer is read into.
    type Output;

    /// Reads an answer with any status.
    ///
    /// # Errors
    /// If the answer is a refusal, or is not one that the API documents.
    fn decode(&self, answer: &Answer) -> Result<Self::Output>;

    /// Reads an answer with any status, and asks for a second request if the answer leaves the result open. By
    /// default, every answer settles its call.
    fn read(&self, answer: &Answer) -> Reading<Self::Output> {
        Reading::Settled(self.decode(answer))
    }

    /// Returns the run that an output is the result of, for observers: its id as far as it is known, and its status.
    /// `None` if the output is not that of a run.
    fn run_of<'a>(&self, output: &'a Self::Output) -> Option<(Option<&'a RunId>, &'a RunStatus)> {
        let _ = output;
        None
    }

    /// Hands what tells of the end of the call over to an output that ends later. Returns whether the output took it.
    #[doc(hidden)]
    fn hand_ending(&self, output: &mut Self::Output, ending: &Arc<dyn Ending>) -> bool {
        let _ = (output, ending);
        false
    }

    /// Returns whether the caller reads the body of this answer as a stream.
    fn hands_over(&self, _head: &Parts) -> bool {
        false
    }
}

/// An operation that the server answers with a stream of events. Clients run it with `stream`.
///
/// A run whose stream was cut can be found if [`workflow`](Operation::workflow) names its workflow.
pub trait StreamEndpoint: Operation {
    /// Reads an answer that is not a stream, such as the result of a run that ended at once.
    ///
    /// # Errors
    /// If the answer is a refusal, or is not one that the API documents.
    fn decode_non_stream(&self, answer: &Answer) -> Result<WorkflowExecutionResult>;
}

/// What tells the observers of a call how it ended, for an output that ends later than its call.
#[doc(hidden)]
pub trait Ending: fmt::Debug + Send + Sync {
    /// Tells of the end: the id of the run as far as it is known, and its status or the error.
    fn end(&self, run: Option<&RunId>, end: Result<&RunStatus, &Error>);
}
