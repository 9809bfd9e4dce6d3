//! The form of an expectation.

/// The name of a recording, and what is expected of it.
pub(super) type Row = (&'static str, Want);

pub(super) enum Want {
    /// Texts at places of what the SDK gives, in the words of the API. Other JSON counts as its text.
    Gives(&'static [(&'static str, &'static str)]),
    /// A refusal: status, code, which is empty where the server tells none, and the start of its text.
    Refused(u16, &'static str, &'static str),
}
