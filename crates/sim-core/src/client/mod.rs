//! The client's shared state: the base URL, the credentials, the settings, the retry budget and the facts known about
//! the server. Calls and conversations receive it as an `Api`. It must not depend on calls or conversations.

mod api;
mod base_url;
mod budget;
mod builder;
mod config;
mod connector;
mod credentials;
mod hooks;
mod observer;
mod own_headers;
mod profile;
mod telling;

pub use api::Api;
pub(crate) use base_url::BaseUrl;
use budget::Budget;
pub use builder::ClientBuilder;
use config::Config;
pub use connector::{ApiSettings, AsyncConnector, Bare, Connection, Connector};
pub use credentials::Credentials;
pub use hooks::{BoxError, CredentialsRequest, Outgoing, ready, ready_async};
use hooks::{Hooks, Interceptor, Provider};
pub(crate) use hooks::{Pending, SentSecret};
use observer::OnAttempt;
pub use observer::{Attempt, CallEnd, CallInfo, Dropped, Observer, WaitInfo};
pub(crate) use own_headers::is_own_header;
pub use profile::Profile;
use telling::Observers;
pub(crate) use telling::{Ids, Subject, Telling, Tried};
