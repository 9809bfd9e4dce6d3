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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_the_exact_and_whole_words_of_the_server_are_its_words() {
        const SPENT: Option<Words> = Some(Words::Limit(RunIdState::Spent));
        const FREE: Option<Words> = Some(Words::Limit(RunIdState::Free));
        let conflict = |more: Value| {
            let mut body = json!({"error": "Execution ID has already been used", "code": "EXECUTION_ID_CONFLICT"});
            body.as_object_mut()
                .expect("an object")
                .extend(more.as_object().cloned().expect("an object"));
            body
        };
        let (gate, limit) = ("Too many requests", "Rate limit exceeded. Please try again later.");
        let large = "Workflow execution request body exceeds maximum size";
        for (status, body, words) in [
            (409, conflict(json!({"executionId": "r"})), Some(Words::ClaimedBefore)),
            (409, conflict(json!({"executionId": "another"})), Some(Words::Other)),
            (409, conflict(json!({})), Some(Words::Other)),
            (409, conflict(json!({"executionId": "r", "docs": "x"})), None),
            (429, json!({"error": gate, "message": "m", "retryAfterSeconds": 5}), FREE),
            (
                429,
                json!({"error": gate, "code": "ADMISSION_GATE_CAPACITY", "retryable": true}),
                FREE,
            ),
            (429, json!({"error": gate, "code": "ANOTHER", "retryAfterSeconds": 5}), None),
            (429, json!({"error": gate}), None),
            (429, json!({"error": gate, "retryAfterSeconds": 5, "docs": "x"}), None),
            (429, json!({"error": limit}), SPENT),
            (429, json!({"error": limit, "docs": "x"}), None),
            (429, json!({"error": "Slow down"}), None),
            (429, json!({"error": "Slow down", "code": "RATE_LIMIT_EXCEEDED"}), SPENT),
            (429, json!({"error": "Slow down", "code": "RATE_LIMIT_EXCEEDED", "docs": "x"}), None),
            (503, json!({"error": "busy", "code": "SERVICE_OVERLOADED"}), FREE),
            (503, json!({"error": NO_CLAIM}), Some(Words::NoClaim)),
            (503, json!({"error": NO_CLAIM, "docs": "x"}), None),
            (503, json!({"error": "busy"}), None),
            (
                402,
                json!({"error": "no credits", "code": "USAGE_LIMIT_EXCEEDED"}),
                Some(Words::Other),
            ),
            (
                402,
                json!({"error": "no credits", "code": "USAGE_LIMIT_EXCEEDED", "docs": "x"}),
                None,
            ),
            (400, json!({"error": "File processing failed: gone"}), Some(Words::NoFile)),
            (400, json!({"error": "Invalid request body", "details": []}), Some(Words::AtTheDoor)),
            (400, json!({"error": "Invalid request body", "docs": "x"}), None),
            (400, json!({"error": "API key callers cannot run drafts"}), Some(Words::Other)),
            (401, json!({"error": "Invalid API key"}), Some(Words::AtTheDoor)),
            (401, json!({"error": "Invalid API key, sorry"}), None),
            (403, json!({"error": "Unauthorized: no access"}), Some(Words::Other)),
            (404, json!({"error": "Workflow not found"}), Some(Words::Other)),
            (
                404,
                json!({"error": "Workflow not found", "code": "WORKFLOW_NOT_FOUND"}),
                Some(Words::Other),
            ),
            (404, json!({"error": "Workflow not found", "code": "NOT_FOUND"}), None),
            (404, json!({"error": "Workflow not found", "code": 7}), None),
            (404, json!({"error": "Workflow not found, sorry"}), None),
            (413, json!({"error": large}), Some(Words::AtTheDoor)),
            (500, json!({"error": "Failed to queue async execution"}), Some(Words::Other)),
            (500, json!({"error": "Workflow not found"}), None),
            (404, json!({"error": {"message": "Workflow not found"}}), None),
        ] {
            let status = StatusCode::from_u16(status).expect("a status");
            let found = Words::read(status, &body, Some(&RunId::new("r")));
            assert_eq!(found, words, "{status} {body}");
        }
    }

    #[test]
    fn a_limit_and_a_missing_claim_tell_what_became_of_the_id() {
        for (words, id) in [
            (Words::Limit(RunIdState::Spent), Some(RunIdState::Spent)),
            (Words::Limit(RunIdState::Free), Some(RunIdState::Free)),
            (Words::NoClaim, Some(RunIdState::Free)),
            (Words::NoFile, None),
            (Words::Other, None),
        ] {
            assert_eq!(words.id(), id, "{words:?}");
        }
    }
}
