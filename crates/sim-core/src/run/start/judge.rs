//! What the answer to a start tells by itself.

use http::StatusCode;
use serde_json::Value;

use super::open::Open;
use crate::error::{Error, FailureClass};
use crate::model::{Claims, WorkflowExecutionResult};
use crate::primitives::json;
use crate::response::{Answer, EndedRun, Envelope, Form, Words};

/// What the answer to a synchronous start tells by itself.
pub(super) enum Told {
    /// A whole run.
    Run(Box<WorkflowExecutionResult>),
    /// A refusal that no run can have written.
    Refused(Error),
    /// Something that only the row of the run explains.
    Open(Box<Open>),
}

/// Judges the answer to a synchronous start.
pub(super) fn sync(answer: &Answer) -> Told {
    match whole(answer) {
        Some(body) if body.may_be_paused() => {
            Told::Open(Box::new(Open::paused(answer, WorkflowExecutionResult::ended(answer, body))))
        }
        Some(body) => Told::Run(Box::new(WorkflowExecutionResult::ended(answer, body))),
        None => odd(answer),
    }
}

/// Returns the run that the answer holds as a whole, if it tells whether the run is paused.
pub(super) fn whole_run(answer: &Answer) -> Option<WorkflowExecutionResult> {
    let body = whole(answer).filter(|body| !body.may_be_paused())?;
    Some(WorkflowExecutionResult::ended(answer, body))
}

/// Returns the body if it is that of a whole run, and records what it proves. On a server that honours ids, a run that
/// names another id is not the one that was started.
fn whole(answer: &Answer) -> Option<EndedRun> {
    let body = EndedRun::read(answer).filter(EndedRun::is_whole)?;
    let Some(named) = body.named() else { return Some(body) };
    let is_foreign = answer.sent_id().is_some_and(|sent| sent.as_str() != named);
    answer.note_named(named);
    (!is_foreign || answer.claims() != Claims::Proven).then_some(body)
}

#[cold]
fn odd(answer: &Answer) -> Told {
    // Only a Response block redirects with Sim's request id.
    if answer.status.is_redirection() && !answer.has_sims_request_id() {
        return Told::Refused(answer.refused());
    }
    let body = json::read::<Value>(&answer.body).ok();
    let words = body.as_ref().and_then(|body| Words::read(answer.status, body, answer.sent_id()));
    let is_settled = match words {
        Some(Words::AtTheDoor | Words::ClaimedBefore) => true,
        _ => is_too_large(answer, body.as_ref()),
    };
    if is_settled {
        Told::Refused(answer.refused())
    } else {
        Told::Open(Box::new(Open::new(answer, body, words)))
    }
}

/// Returns whether the server, or a gateway, did not even take the request, because its body is too large.
fn is_too_large(answer: &Answer, body: Option<&Value>) -> bool {
    let is_error = |body: &serde_json::Map<_, _>| body.len() == 1 && body.contains_key("error");
    answer.status == StatusCode::PAYLOAD_TOO_LARGE
        && body.and_then(Value::as_object).is_none_or(is_error)
}

/// Judges an answer to a queued or streamed start that is neither a receipt nor a run. No Response block wrote it.
pub(super) fn refused(answer: &Answer) -> Error {
    if answer.status.is_redirection() {
        return answer.refused();
    }
    let body = json::read::<Value>(&answer.body).unwrap_or_default();
    let words = Words::read(answer.status, &body, answer.sent_id());
    if matches!(words, Some(Words::ClaimedBefore | Words::NoClaim)) {
        answer.note_start(Claims::Proven);
    }
    if words.is_some() || is_too_large(answer, Some(&body)) || is_sims(answer, &body) {
        return answer.refused();
    }
    let error = if answer.status.is_success() {
        answer.not_as_documented(&"it is neither a run nor a receipt")
    } else {
        answer.refused()
    };
    error.with(|inner| {
        inner.settled = false;
        inner.failure_class = FailureClass::Lost;
    })
}

/// Returns whether the API wrote a refusal whose words are free: it carries Sim's request id, and nothing but an error.
fn is_sims(answer: &Answer, body: &Value) -> bool {
    let keys = ["error", "code", "details", "message", "requestId"];
    let has_only_those =
        body.as_object().is_some_and(|body| body.keys().all(|key| keys.contains(&&**key)));
    matches!(answer.status.as_u16(), 400 | 402..=405 | 409 | 413 | 415)
        && answer.has_sims_request_id()
        && has_only_those
        && Envelope::read(body).is_some_and(|envelope| envelope.form == Form::Flat)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::primitives::RunId;

    fn answer(status: u16, is_sims: bool, body: &'static str) -> Answer {
        let id = if is_sims { "1a2b3c4d" } else { "of-a-gateway" };
        let response = http::Response::builder().status(status).header("x-request-id", id);
        let answer = Answer::new(response.body(Bytes::from(body)).expect("a response"), None);
        answer.of_start(&RunId::new("r"), Claims::Unknown)
    }

    #[test]
    fn a_sync_start_is_refused_only_by_what_no_response_block_writes() {
        for (status, is_sims, body, is_refused) in [
            (302, false, "", true),
            (302, true, "", false),
            (401, false, r#"{"error":"Invalid API key"}"#, true),
            (401, false, r#"{"error":"Invalid API key","docs":"x"}"#, false),
            (413, false, r#"{"error":"Request body too large"}"#, true),
            (413, false, "<html>", true),
            (413, false, r#"{"error":"Request body too large","size":7}"#, false),
            (413, false, r#"{"size":7}"#, false),
            (400, true, r#"{"error":"Request body too large"}"#, false),
            (503, false, "", false),
        ] {
            let told = sync(&answer(status, is_sims, body));
            assert_eq!(matches!(told, Told::Refused(_)), is_refused, "{status} {is_sims} {body}");
            assert!(!matches!(told, Told::Run(_)), "{status} {is_sims} {body}");
        }
    }

    #[test]
    fn a_queued_start_is_refused_by_sim_in_whatever_words_and_by_nobody_else() {
        for (status, is_sims, body, is_open) in [
            (400, true, r#"{"error":"Words of a later version","code":"NEW"}"#, false),
            (400, false, r#"{"error":"Words of a later version","code":"NEW"}"#, true),
            (400, true, r#"{"error":"Words of a later version","docs":"x"}"#, true),
            (400, true, r#"{"message":"Words"}"#, true),
            (500, true, r#"{"error":"Words of a later version"}"#, true),
            (404, false, r#"{"error":"Workflow not found"}"#, false),
            (413, false, r#"{"error":"too large"}"#, false),
            (302, false, "", false),
            (200, true, "{}", true),
        ] {
            let error = refused(&answer(status, is_sims, body));
            assert_eq!(!error.is_settled(), is_open, "{status} {is_sims} {body}");
        }
    }
}
