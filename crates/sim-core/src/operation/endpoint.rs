//! The two ways to read an answer: as one document, or as a stream of events.

use http::response::Parts;

use crate::error::Result;
use crate::model::WorkflowExecutionResult;
use crate::operation::{Operation, Reading};
use crate::primitives::WorkflowId;
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

    /// Returns whether the caller reads the body of this answer as a stream.
    fn hands_over(&self, _head: &Parts) -> bool {
        false
    }
}

/// An operation that the server answers with a stream of events. Clients run it with `stream`.
pub trait StreamEndpoint: Operation {
    /// Reads an answer that is not a stream, such as the result of a run that ended at once.
    ///
    /// # Errors
    /// If the answer is a refusal, or is not one that the API documents.
    fn decode_non_stream(&self, answer: &Answer) -> Result<WorkflowExecutionResult>;

    /// Returns the workflow of the run, by which a run whose stream was cut can be found. `None` by default.
    fn workflow(&self) -> Option<&WorkflowId> {
        None
    }
}
