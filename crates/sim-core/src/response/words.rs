//! The words in which the first generation refuses a start. A workflow can answer a synchronous start with any status
//! and any JSON, so a refusal counts only in the exact and whole words of the server.

use http::StatusCode;
use serde_json::Value;

use crate::error::{RunIdState, code};
use crate::primitives::RunId;

/// The texts with which the server refuses an execution beyond a limit.
const LIMITS: [&str; 2] = [
    "Rate limit exceeded. Please try again later.",
    "Too many concurrent executions are in progress for this billing account. Please wait for them to finish and \
     try again.",
];

/// The text of the admission gate in the field `error`.
const GATE: &str = "Too many requests";

/// The text of a server that cannot make a claim, and so starts nothing.
const NO_CLAIM: &str = "Workflow execution identity is temporarily unavailable";

/// The start of the text for a file of the input that cannot be fetched. That refusal spends the id.
const NO_FILE: &str = "File processing failed: ";

/// The texts of each status, whole or up to where they vary.
const TEXTS: [(u16, &str); 18] = [
    (400, "Invalid JSON"),
    (400, "Invalid request body"),
    (400, "Invalid execution ID header"),
    (400, NO_FILE),
    (400, "API key callers cannot "),
    (400, "External callers cannot override "),
    (400, "Async execution does not support "),
    (401, "Invalid API key"),
    (401, "Unauthorized"),
    (402, "Usage limit exceeded"),
    (402, "This billing account has no guaranteed base-charge headroom."),
    (403, "Workflow is not deployed"),
    (403, "Account suspended"),
    (403, "Unauthorized: "),
    (404, "Workflow not found"),
    (409, "Maximum workflow call chain depth"),
    (413, "Workflow execution request body exceeds maximum size"),
    (500, "Failed to queue async execution"),
];

/// A refusal of a start in the exact words of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Words {
    /// The server did not even look at the workflow: no run writes this.
    AtTheDoor,
    /// The server refuses a claim of this very id, because somebody made it before.
    ClaimedBefore,
    /// The server could not make the claim. The id is free.
    NoClaim,
    /// A limit that leaves the id in this state.
    Limit(RunIdState),
    /// A file of the input cannot be fetched. The id is spent.
    NoFile,
    /// Any other refusal.
    Other,
}

impl Words {
    /// Reads the body of an answer to a start that sent the id `sent`. `None` if these are not the server's words.
    pub(crate) fn read(status: StatusCode, body: &Value, sent: Option<&RunId>) -> Option<Self> {
        let fields = body.as_object()?;
        let text = fields.get("error")?.as_str()?;
        let code = match fields.get("code") {
            Some(code) => Some(code.as_str()?),
            None => None,
        };
        let has_only = |known: &[&str]| fields.keys().all(|key| known.contains(&&**key));
        let is_plain = has_only(&["error", "code"]) && code.is_none_or(|code| suits(code, text));
        match (status.as_u16(), code) {
            (409, Some(code::EXECUTION_ID_CONFLICT)) => {
                let named = body.get("executionId").and_then(Value::as_str);
                let is_ours = named.is_some() && named == sent.map(RunId::as_str);
                has_only(&["error", "code", "executionId"]).then_some(if is_ours {
                    Self::ClaimedBefore
                } else {
                    Self::Other
                })
            }
            (429, _) if text == GATE => {
                let keys = ["error", "message", "code", "retryable", "retryAfterSeconds"];
                let is_gate = code.is_none_or(|code| code == code::ADMISSION_GATE_CAPACITY)
                    && (code.is_some() || fields.contains_key("retryAfterSeconds"));
                (is_gate && has_only(&keys)).then_some(Self::Limit(RunIdState::Free))
            }
            (429, Some(code::RATE_LIMIT_EXCEEDED)) => {
                has_only(&["error", "code"]).then_some(Self::Limit(RunIdState::Spent))
            }
            (429, None) => {
                (is_plain && LIMITS.contains(&text)).then_some(Self::Limit(RunIdState::Spent))
            }
            (503, Some(code::SERVICE_OVERLOADED)) => {
                has_only(&["error", "code"]).then_some(Self::Limit(RunIdState::Free))
            }
            (503, None) => (is_plain && text == NO_CLAIM).then_some(Self::NoClaim),
            (402 | 403, Some(code::USAGE_LIMIT_EXCEEDED)) => {
                has_only(&["error", "code"]).then_some(Self::Other)
            }
            (status, _) => {
                let details = status == 400 && has_only(&["error", "code", "details"]);
                let known =
                    TEXTS.iter().find(|known| known.0 == status && text.starts_with(known.1));
                known.filter(|_| is_plain || details).and_then(|known| Self::of_text(*known, text))
            }
        }
    }

    fn of_text((status, known): (u16, &str), text: &str) -> Option<Self> {
        match status {
            400 if known == NO_FILE => Some(Self::NoFile),
            400 if known.starts_with("Invalid ") => Some(Self::AtTheDoor),
            401 => (text == known).then_some(Self::AtTheDoor),
            404 | 413 | 500 => {
                (text == known).then_some(if status == 413 { Self::AtTheDoor } else { Self::Other })
            }
            _ => Some(Self::Other),
        }
    }

    /// Returns the state of the id, where the words tell it.
    pub(crate) fn id(self) -> Option<RunIdState> {
        match self {
            Self::Limit(id) => Some(id),
            Self::NoClaim => Some(RunIdState::Free),
            _ => None,
        }
    }
}

/// Returns whether an early server made this code of its text.
fn suits(code: &str, text: &str) -> bool {
    let word = |c: char| if c == ' ' { '_' } else { c.to_ascii_uppercase() };
    code.chars().eq(text.chars().map(word))
}
