//! The sans-I/O core of the Sim SDK: it builds requests and reads answers, and says when to send again. It
//! names no socket, no runtime, no clock and no thread; whoever has those drives it.
//!
//! Programs use it through `simstudio`. Authors of a transport start at [`exchange`].
//!
//! # Errors
//!
//! Everything that fails is one [`Error`]. Its [`code`](Error::code) is stable:
//!
//! | code | from | meaning | does trying again help? |
//! |---|---|---|---|
//! | `UNAUTHORIZED` | 401 | the key is missing, wrong or expired | no |
//! | `USAGE_LIMIT_EXCEEDED` | 402; old servers 403 with this code | the spending limit is reached | not before it changes |
//! | `FORBIDDEN`, or the server's code | 403 | not deployed, or not allowed to this key | no |
//! | `NOT_FOUND`, `WORKFLOW_NOT_FOUND`, `TASK_NOT_FOUND` | 404 | not there, or not for this key | a fresh job: after a moment |
//! | `TIMEOUT` | 408, a limit of `Timeouts`, a run past the server's limit | it took too long | reads: done for you |
//! | `EXECUTION_ID_CONFLICT` | 409, in v2 `RUN_ID_CONFLICT` | that run id was used before | no: read that run |
//! | `RATE_LIMIT_EXCEEDED` | 429 | too many calls or too many runs at once | yes, after a while: `execute_with_retry` |
//! | `INVALID_JSON` | 400 | the server could not read the body as JSON | no |
//! | `BAD_REQUEST`, `CONFLICT`, `PAYLOAD_TOO_LARGE`, ... | 400, 409, 413, ... | refused as it is | no |
//! | `SERVICE_UNAVAILABLE`, `SERVICE_OVERLOADED` | 503 | refused for now | reads: done for you; runs: `execute_with_retry` |
//! | `ASYNC_ENQUEUE_AMBIGUOUS` | 503 | the run may have been queued | no: read the run first |
//! | `SERVER_ERROR` | other 5xx | the server failed | reads: done for you; runs: no |
//! | `EXECUTION_ERROR` | `into_result()` | the run failed | if the workflow may run twice |
//! | `CANCELLED`, `PAUSED` | `into_result()`, a cancelled call | the run or the call did not reach its end | no |
//! | `CONNECTION_ERROR` | no connection, or a lost one | the server was not reached, or its answer was lost: `kind()` tells | done for you where nothing was sent, unless TLS was refused |
//! | `INVALID_RESPONSE` | an answer that is not the API's | somebody else answered, usually for a wrong base URL | no |
//! | `TRUNCATED` | a stream that ended without its end mark | the run may go on | no: read the run |
//! | `RESPONSE_TOO_LARGE` | an answer over the limit | the answer is larger than `response_limit` | not before that is raised |
//! | `REDIRECT` | 3xx | the base URL is not the API's own | no: set the base URL |
//! | `INVALID_REQUEST` | before anything is sent | an id, the key, the input or a setting cannot be sent | no |
//!
//! `execute_with_retry` repeats a 429 or 503 only in a shape that proves that nothing started: a workflow's
//! own Response block may answer the same statuses, and then the run has taken place.

pub mod code;
#[doc(hidden)]
pub mod declaration;
mod draft;
pub mod exchange;
pub mod sse;

mod answer;
mod api;
mod base_url;
mod budget;
mod builder;
mod call;
mod client;
mod credentials;
mod error;
mod event;
mod flow;
mod gather;
mod generation;
mod head;
mod id;
mod json;
mod macros;
mod observer;
mod operation;
mod page;
mod param;
mod peer;
mod rate_limit;
mod raw;
mod refusal;
mod retry;
mod run;
mod shown;
mod text;
mod time;
mod timeouts;
mod transport_error;
mod v1;
mod v2;
mod with;

pub use answer::Answer;
pub use api::Api;
pub use builder::{ApiSettings, Bare, ClientBuilder, Connection, Connector};
pub use call::Call;
pub use credentials::{Credentials, Secret};
pub use error::{Error, ErrorKind, Result};
pub use event::{Collector, EventBuffer, Opening, RunEvent, RunEvents, ToolStatus};
pub use exchange::{BodyPlan, Exchange, Outcome, Step};
pub use flow::{Once, OnceWorkflow, Resume, RunHandle, Wait, WaitPolicy};
pub use gather::Gather;
pub use generation::Generation;
pub use head::{MAX_HEAD, MAX_HEADERS};
pub use id::{ContextId, DeploymentVersionId, FolderPath, JobId, RunId, WorkflowId, WorkspaceId};
pub use observer::Attempt;
pub use operation::{CallOptions, Endpoint, Operation, Route, RunClaim, StreamEndpoint};
pub use page::{Cursor, Items, Page, Pages, Paginated};
pub use peer::Peer;
pub use rate_limit::RateLimitInfo;
pub use raw::Raw;
pub use retry::{Repeat, RetryPolicy};
pub use run::*;
pub use sse::SseDecoder;
pub use text::{Collected, Texts};
pub use timeouts::Timeouts;
pub use transport_error::{Phase, TimeoutKind, TransportError, TransportErrorKind};
pub use v1::*;
pub use v2::*;
pub use with::{Meta, RawAnswer, With, WithMeta};

#[doc(no_inline)]
pub use serde::Serialize;
