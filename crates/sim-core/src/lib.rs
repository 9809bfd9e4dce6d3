//! The sans-I/O core of the Sim SDK: it builds requests, reads answers, and decides when to send again. It uses no
//! socket, no runtime, no clock and no thread; an adapter provides those and drives it.
//!
//! Programs use it through `simstudio`. Authors of a transport start at [`transport`].
//!
//! # Errors
//!
//! Every failure is an [`Error`]. Its [`code`](Error::code) is stable:
//!
//! | code | from | meaning | does trying again help? |
//! |---|---|---|---|
//! | `UNAUTHORIZED` | 401 | the key is missing, wrong or expired | no |
//! | `USAGE_LIMIT_EXCEEDED` | 402; old servers 403 with this code | the spending limit is reached | not before it changes |
//! | `FORBIDDEN` | 403 | not allowed to this key | no |
//! | `WORKFLOW_NOT_DEPLOYED` | 403 | the workflow is not deployed | not before it is |
//! | `PERSONAL_API_KEYS_DISABLED`, `WORKSPACE_KEY_OPERATION_NOT_PERMITTED`, `PRINCIPAL_KIND_NOT_PERMITTED` | 403 | another kind of key is needed | no |
//! | `INSUFFICIENT_WORKSPACE_ROLE`, `ORGANIZATION_MEMBERSHIP_REQUIRED`, `ORGANIZATION_ADMIN_REQUIRED`, `SKILL_EDITOR_ACCESS_REQUIRED`, `SECRET_ADMIN_ACCESS_REQUIRED`, `CREDENTIAL_ADMIN_ACCESS_REQUIRED` | 403 | the role of the key's owner is too low | no |
//! | `ENTERPRISE_PLAN_REQUIRED`, `ORGANIZATION_PLAN_REQUIRED`, `WORKSPACE_RESOURCE_LIMIT_REACHED`, `AUDIT_LOGS_DISABLED`, `PUBLIC_SHARING_NOT_ALLOWED`, `MCP_SERVER_URL_NOT_ALLOWED` | 403 | the plan, a policy or the server does not allow it | no |
//! | `NOT_FOUND`, `WORKFLOW_NOT_FOUND`, `TASK_NOT_FOUND` | 404 | not there, or not for this key | a fresh job: after a moment |
//! | `TIMEOUT` | 408, a limit of `Timeouts`, a bound of `WaitPolicy`, a run past the server's limit | it took too long | reads: done for you |
//! | `EXECUTION_ID_CONFLICT` | 409, in v2 `RUN_ID_CONFLICT` | that run id was used before | no: read that run |
//! | `RATE_LIMIT_EXCEEDED` | 429 | too many calls or too many runs at once | yes, after a while: `execute_with_retry` |
//! | `INVALID_JSON` | 400 | the server could not read the body as JSON | no |
//! | `BAD_REQUEST`, `CONFLICT` | 400, 409 | refused as it is | no |
//! | `PAYLOAD_TOO_LARGE` | 413, or before anything is sent | the body of the request is larger than the API accepts | no |
//! | `CALL_CHAIN_DEPTH_EXCEEDED` | 409 in v2 | workflows call each other too many times in a row | no |
//! | `INVALID_CURSOR`, `CURSOR_SORT_CONFLICT`, `CURSOR_FILTER_CONFLICT`, `INVALID_FILTER`, `INVALID_ORDER`, `TABLE_QUERY_RESULT_TOO_LARGE` | 400 | the query of a table is not valid, or asks for too much | no |
//! | `METHOD_NOT_ALLOWED`, `UNSUPPORTED_MEDIA_TYPE` | 405, 415 | the operation does not support the method or the content type | no |
//! | `LOCKED` | 423 | somebody else is changing the resource | yes, after a while |
//! | `CLIENT_CLOSED_REQUEST` | 499 | the server took the caller for disconnected | no: read the run first |
//! | `API_ERROR` | other 4xx | refused with a status that has no code of its own | no |
//! | `SERVICE_UNAVAILABLE`, `SERVICE_OVERLOADED` | 503 | refused for now | reads: done for you; runs: `execute_with_retry` |
//! | `ANSWER_REPLACED` | 400 or 409 | the run went on with another answer to its pause, in `details` | no: a person must look |
//! | `ANSWER_REPEATED` | 400 or 409 | the pause had this same answer before; another's is `CONFLICT`, with it in `details` | no: wait for the run |
//! | `ASYNC_ENQUEUE_AMBIGUOUS` | 503 | the run may have been queued | no: read the run first |
//! | `SERVER_ERROR` | other 5xx | the server failed | reads: done for you; runs: no |
//! | `EXECUTION_ERROR` | `into_result()`; old servers 500 with this code | the run failed | if the workflow may run twice |
//! | `CANCELLED`, `PAUSED` | `into_result()`, a cancelled call | the run or the call did not reach its end | no |
//! | `CONNECTION_ERROR` | no connection, or a lost one | the server was not reached, or its answer was lost: `kind()` tells | done for you where nothing was sent, unless TLS was refused |
//! | `SOURCE_ERROR` | before or while the body is sent | the body of the request could not be read from its source | not before it can be read |
//! | `INVALID_RESPONSE` | an answer that is not the API's | somebody else answered, usually for a wrong base URL | no |
//! | `TRUNCATED` | a stream that broke off, before or after its first event | the run may go on | no: read the run |
//! | `RESPONSE_TOO_LARGE` | an answer over the limit | the answer is larger than `response_limit` | not before that is raised |
//! | `REDIRECT` | 3xx | the base URL is not the API's own | no: set the base URL |
//! | `CREDENTIALS_UNAVAILABLE` | before an attempt is sent | the program's provider of credentials failed | as its own error says |
//! | `INTERCEPTED` | before an attempt is sent | an interceptor of the program refused the request | as its own error says |
//! | `INVALID_REQUEST` | before anything is sent | an id, the key, the input or a setting cannot be sent | no |
//!
//! `execute_with_retry` repeats a 429 or 503 only in a form that proves that nothing started. A workflow's own
//! Response block may answer with the same status, and then the run has taken place.

#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod sse;

#[doc(hidden)]
pub mod catalog;
pub mod operation;
pub mod v1;

mod call;
mod client;
mod error;
mod exchange;
mod flow;
mod methods;
mod model;
mod primitives;
mod response;
mod run;
mod stream;
mod wire;

pub use client::{
    Api, BoxError, ClientBuilder, Credentials, CredentialsRequest, Outgoing, Profile,
};
pub use error::{Error, ErrorBuilder, ErrorKind, Result, code};
pub use flow::{
    BatchPlan, BatchProgress, BatchRun, BatchStore, OnceResume, OnceStream, OnceWorkflow, RunState,
    StoredOutcome, StoredRun, WaitPolicy,
};
pub use methods::testing;
pub use model::{
    Blocks, Claims, Collected, Cost, ExecutionMetadata, FormField, InputDigest, LargeValue,
    LargeValueKind, OutputFile, Pause, PauseKind, PausePoint, RunError, RunErrorCode, RunHandle,
    RunStatus, Texts, WaitBound, WorkflowExecutionResult,
};
pub use operation::{
    CallOptions, Cursor, Endpoint, Meta, Operation, Page, Raw, RetryPolicy, StreamEndpoint,
};
pub use primitives::{
    ContextId, DeploymentVersionId, FolderPath, Generation, JobId, RateLimitInfo, RunId, Secret,
    WorkflowId, WorkspaceId,
};
pub use run::{
    AsyncExecutionResult, CancelReason, CancelRun, Cancellation, ExecuteWorkflow, FileInput,
    GetRun, Links, PausedAt, QueueWorkflow, QueuedResume, ResumeRun, ResumeStream, Resumed, Run,
    StreamWorkflow,
};
pub use stream::{RunEvent, ToolStatus};
pub use wire::{CancelToken, TimeoutKind, Timeouts};

#[doc(no_inline)]
pub use http;
// The trait alone: the derive macro needs `serde` in the program that uses it.
#[doc(no_inline)]
pub use serde::ser::Serialize;

/// The logs of runs, their lists, and the trace spans of their blocks.
pub mod logs {
    pub use crate::run::{
        GetLog, ListLogs, ListRuns, Log, LogDetails, LogLevel, LogWorkflow, RunFilter, RunListItem,
        SortOrder, SpanCost, Tokens, ToolCall, TraceSpan,
    };
}

/// Starting a workflow by its webhook, finding the run of a delivery, and verifying what the Webhook block signs.
pub mod webhooks {
    pub use crate::flow::FindDelivery;
    pub use crate::run::{Delivery, Mark, TriggerWebhook, WebhookAddress};
    #[cfg(feature = "webhooks")]
    pub use crate::run::{RejectedDelivery, VerifiedDelivery, WebhookVerifier};
}

/// What a client tells of its calls while they happen, for logs, traces and metrics.
///
/// Start at [`Observer`](observe::Observer).
pub mod observe {
    pub use crate::client::{Attempt, CallEnd, CallInfo, Dropped, Observer, WaitInfo};
    pub use crate::operation::Context;
}

/// The types for authors of transports: an adapter drives an exchange and reports outcomes to it.
///
/// Start at [`Exchange`](transport::Exchange).
pub mod transport {
    pub use crate::call::Call;
    pub use crate::client::{
        ApiSettings, AsyncConnector, Bare, Connection, Connector, ready, ready_async,
    };
    pub use crate::exchange::{BodyPlan, Exchange, Parallel, Step, Turn};
    pub use crate::flow::{
        AfterCut, AskClaims, Durable, FetchFile, Find, Finding, Once, OpenOnce, Pauses, Recovery,
        Resume, Wait, Watch,
    };
    pub use crate::flow::{Batch, BatchStep, Job};
    pub use crate::operation::{Items, Pages};
    pub use crate::stream::{Collector, EventBuffer, Opening, RunEvents};
    pub use crate::wire::{
        BodyCollector, BodyReader, Cancelled, Destination, MAX_HEAD, MAX_HEADERS, Outcome, Phase,
        RequestBody, Slice, Slices, Source, TransportError, TransportErrorKind,
    };
}

/// Lenient readers for the types of answers, for [`object!`](crate::object) and `#[serde(default, deserialize_with = "..")]`.
/// They accept any JSON and return `None` for a value that they do not understand, so that one odd field never loses a
/// result.
pub mod lenient {
    pub use crate::primitives::json::field::*;
}

/// The traits that generic code over operations needs.
pub mod prelude {
    pub use crate::operation::{Endpoint, Operation, Paginated, StreamEndpoint};
}

/// The items that the public macros expand to. They are not part of the interface and may change in any release.
#[doc(hidden)]
pub mod __private {
    pub use crate::operation::declaration::{Declaration, Parameter};
    pub use crate::operation::page::Window;
    pub use crate::operation::param::{Change, JsonBody, Query, as_run, as_workflow, header};
    pub use crate::operation::path::encode;
    pub use crate::primitives::json::object::{Fields, object};
    pub use crate::primitives::param::Param;
    pub use crate::wire::RequestBody;
    pub use serde;
}
