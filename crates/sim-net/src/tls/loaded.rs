//! What each way to load roots takes and gives.

use std::ffi::OsString;
use std::sync::Arc;

use rustls::client::danger::ServerCertVerifier;

/// Reads a variable of the environment.
pub(super) type Variables = Box<dyn Fn(&str) -> Option<OsString> + Send + Sync>;

/// Roots that were loaded.
#[derive(Clone)]
pub(super) struct Loaded {
    pub(super) verifier: Arc<dyn ServerCertVerifier>,
    /// What is trusted, in words.
    pub(super) trusted: Arc<str>,
}
