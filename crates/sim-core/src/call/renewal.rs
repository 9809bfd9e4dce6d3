//! How often a call asks its provider for fresh credentials: once.

/// Whether the provider was asked for fresh credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Renewal {
    /// No answer refused the credentials so far.
    Unneeded,
    /// The next attempt asks for fresh ones, because the server refused the last.
    Asked,
    /// Fresh ones were sent, and the call does not ask again.
    Spent,
}
