//! Operations: their traits, the parts of their requests, and the options of a call. Declared endpoints and all rooms
//! above build on it. It must not depend on a client, a clock, or the outcome of an attempt.

pub(crate) mod declaration;
mod declare;
mod declare_parts;
mod endpoint;
mod follow_up;
mod form;
mod idempotency;
mod options;
pub(crate) mod page;
pub(crate) mod param;
pub(crate) mod path;
mod raw;
mod request;
mod retry_policy;
mod session;
mod wrappers;

pub use declaration::{Declaration, Parameter};
pub use endpoint::{Ending, Endpoint, StreamEndpoint};
pub use follow_up::{FollowUp, Next, Reading};
pub use form::Form;
pub use idempotency::Idempotency;
pub use options::{CallOptions, Context};

pub use crate::primitives::{List, Param};
#[doc(no_inline)]
pub use crate::response::Answer;
#[doc(no_inline)]
pub use crate::wire::{RequestBody, Slices, Source};
pub use page::{Cursor, Items, Page, Pages, Paginated};
pub(crate) use param::Query;
pub(crate) use path::{encode, plain_path};
pub use raw::Raw;
pub use request::{Operation, Route, RunIdHeader};
pub use retry_policy::RetryPolicy;
pub use session::Session;
pub use wrappers::{Meta, RawAnswer, WithMeta, Wrapper};
