//! How an operation reads its answer: as one document, or as a stream of events.

use http::response::Parts;

use crate::error::Result;
use crate::model::WorkflowExecutionResult;
use crate::operation::{Operation, Reading};
use crate::response::Answer;

/// An operation that one document answers. Clients run it with `call`.
pub trait Endpoint: Operation {
    /// What the answer is read into.
    type Output;

    /// Reads an answer of any status.
    ///
    /// # Errors
    /// If the answer is a refusal, or is not what the API documents.
    fn decode(&self, answer: &Answer) -> Result<Self::Output>;

    /// Reads an answer of any status, and says if a further request must settle what it means. By default each
    /// answer settles its call.
    fn read(&self, answer: &Answer) -> Reading<Self::Output> {
        Reading::Settled(self.decode(answer))
    }

    /// Says whether the body of that answer is left to the caller, to be read as a stream.
    fn hands_over(&self, _head: &Parts) -> bool {
        false
    }
}

/// An operation that a stream of events answers. Clients run it with `stream`.
pub trait StreamEndpoint: Operation {
    /// Reads an answer that is no stream: the result that came instead of one, or why there is none.
    fn decode_non_stream(&self, answer: &Answer) -> Result<WorkflowExecutionResult>;
}
