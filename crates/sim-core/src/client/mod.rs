//! What all calls of a client share: where the API is, who calls, how patiently, and what is known of the server.
//! Calls take it as an `Api`. It must not make calls or conversations.

mod api;
mod base_url;
mod budget;
mod builder;
mod credentials;
mod observer;

pub use api::Api;
pub(crate) use api::Config;
pub(crate) use base_url::BaseUrl;
use budget::Budget;
pub use builder::{ApiSettings, Bare, ClientBuilder, Connection, Connector};
pub use credentials::Credentials;
pub use observer::Attempt;
use observer::Observer;
