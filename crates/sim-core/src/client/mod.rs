//! The client's shared state: the base URL, the credentials, the settings, the retry budget and the facts known about
//! the server. Calls and conversations receive it as an `Api`. It must not depend on calls or conversations.

mod api;
mod base_url;
mod budget;
mod builder;
mod credentials;
mod observer;
mod own_headers;

pub use api::Api;
pub(crate) use api::Config;
pub(crate) use base_url::BaseUrl;
use budget::Budget;
pub use builder::{ApiSettings, Bare, ClientBuilder, Connection, Connector};
pub use credentials::Credentials;
pub use observer::Attempt;
use observer::Observer;
pub(crate) use own_headers::is_own_header;
