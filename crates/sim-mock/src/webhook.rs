//! A webhook of a [`Workflow`](crate::Workflow).

use std::fmt;

/// A webhook that starts its workflow, as the generic webhook block of Sim does. Its address is
/// `/api/webhooks/trigger/PATH`.
#[derive(Clone, Default)]
pub struct Webhook {
    pub(crate) path: String,
    pub(crate) token: Option<Token>,
    pub(crate) deduplication_field: Option<String>,
    pub(crate) answer: Option<(u16, String)>,
}

/// What a caller has to send.
#[derive(Clone)]
pub(crate) enum Token {
    Bearer(String),
    /// The name of a header in lower case, and its value.
    Header(String, String),
}

impl Webhook {
    /// Creates a webhook that anybody may call.
    pub fn new(path: impl Into<String>) -> Self {
        Self { path: path.into(), ..Self::default() }
    }

    /// Lets only callers in that send this token as `Authorization: Bearer`.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(Token::Bearer(token.into()));
        self
    }

    /// Lets only callers in that send this value in this header.
    pub fn token_in(mut self, header: impl AsRef<str>, token: impl Into<String>) -> Self {
        self.token = Some(Token::Header(header.as_ref().to_ascii_lowercase(), token.into()));
        self
    }

    /// Tells deliveries apart by a field at the top of the body, where it holds a text, a number or a boolean.
    pub fn deduplication_field(mut self, field: impl Into<String>) -> Self {
        self.deduplication_field = Some(field.into());
        self
    }

    /// Answers a delivery with this status and text. As on Sim, a status below 200, and a text with 204 or 304, makes
    /// the answer a 500 after the run has started.
    pub fn answer(mut self, status: u16, text: impl Into<String>) -> Self {
        self.answer = Some((status, text.into()));
        self
    }
}

impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Webhook").field("path", &self.path).finish_non_exhaustive()
    }
}
