//! The reading of answers that all endpoints share: an answer is either the data or an error.

use http::StatusCode;
use http::header::LOCATION;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::error::{Error, Result, code};
use crate::model::Claims;
use crate::primitives::json;
use crate::response::{Answer, Envelope, refusal, stranger};

impl Answer {
    /// Returns an error with the code `INVALID_RESPONSE`, for an endpoint that cannot read this answer. The error
    /// keeps the whole body, which may hold a result.
    pub fn not_as_documented(&self, why: &dyn std::fmt::Display) -> Error {
        let message = match (stranger::told(self), self.body.trim_ascii_start().is_empty()) {
            (Some(told), _) => format!("the answer is not what the API documents: {told}"),
            (None, true) => {
                format!("the answer is not what the API documents (it is empty): {why}")
            }
            (None, false) => format!("the answer is not what the API documents: {why}"),
        };
        Error::decode(code::readable(&message)).with(|inner| {
            inner.status = Some(self.status);
            inner.body = self.body.clone();
        })
    }

    /// Reads a successful answer as JSON. An answer without content is read as `null`.
    ///
    /// # Errors
    /// If the answer is a refusal, or if its body does not have the form of `T`.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T> {
        self.success()?;
        let has_none = matches!(self.status, StatusCode::NO_CONTENT | StatusCode::RESET_CONTENT);
        let body = if has_none && self.body.is_empty() { b"null" } else { &self.body[..] };
        json::read(body).map_err(|error| self.not_as_documented(&error))
    }

    /// Reads the `data` of a successful answer of the second generation.
    ///
    /// # Errors
    /// If the answer is a refusal, or if its body has no `data` of the form of `T`.
    pub fn data<T: DeserializeOwned>(&self) -> Result<T> {
        #[derive(Deserialize)]
        #[serde(bound = "T: DeserializeOwned")]
        struct Data<T> {
            // Otherwise an optional thing would not be there in an answer of something else.
            #[serde(deserialize_with = "T::deserialize")]
            data: T,
        }
        let read = self.json();
        // Every server with a second generation also honours run ids of callers.
        if read.is_ok() || self.is_refusal_of_second() {
            self.note_claims(Claims::Proven);
        }
        read.map(|Data { data }| data)
    }

    /// Returns whether the second generation wrote this refusal, and not the gate in front of it.
    fn is_refusal_of_second(&self) -> bool {
        let is_its = |envelope: &Envelope| {
            envelope.is_nested() && envelope.code.is_some() && !envelope.is_gate()
        };
        self.has_sims_request_id()
            && json::read(&self.body)
                .is_ok_and(|body| Envelope::read(&body).as_ref().is_some_and(is_its))
    }

    /// Checks that the status is a success.
    ///
    /// # Errors
    /// If the answer is a refusal or a redirect.
    pub fn success(&self) -> Result<()> {
        if self.status.is_success() { Ok(()) } else { Err(self.refused()) }
    }

    /// Returns the error for an answer without a success status.
    pub(crate) fn refused(&self) -> Error {
        if self.status.is_redirection() {
            return self.redirected();
        }
        refusal::error(self)
    }

    /// Returns whether the API itself wrote this refusal, in either of its envelopes.
    pub(crate) fn is_the_apis_refusal(&self) -> bool {
        json::read_hint(&self.body).is_some_and(|body| Envelope::read(&body).is_some())
    }

    fn redirected(&self) -> Error {
        let target = self.text(LOCATION.as_str());
        // A query string may carry private data.
        let target = target.and_then(|target| target.split(['?', '#']).next());
        let message = match target {
            Some(target) => format!(
                "the server redirects to {}, which the SDK does not follow: check the base URL",
                code::readable(target)
            ),
            None => "the server answered with a redirect without a target".to_owned(),
        };
        Error::redirect(message).with(|inner| {
            inner.status = Some(self.status);
            inner.body = refusal::kept(&self.body);
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use bytes::Bytes;
    use serde_json::Value;

    use super::*;
    use crate::response::ServerFacts;

    fn answer(status: u16, request_id: &str, body: &'static str) -> Answer {
        let response = http::Response::builder().status(status).header("x-request-id", request_id);
        Answer::new(response.body(Bytes::from(body)).expect("a response"), None)
    }

    #[test]
    fn only_a_status_without_content_may_have_none() {
        for (status, body, read) in [
            (204, "", Some(Value::Null)),
            (205, "", Some(Value::Null)),
            (200, "", None),
            (200, "null", Some(Value::Null)),
            (204, "7", Some(7.into())),
            (404, "7", None),
        ] {
            let found = answer(status, "", body).json::<Value>().ok();
            assert_eq!(found, read, "{status} {body:?}");
        }
    }

    /// Every server with a second generation honours the ids of callers. Only that generation itself proves that it is there.
    #[test]
    fn an_answer_of_the_second_generation_proves_that_it_is_there() {
        let gate = r#"{"error":{"code":"NOT_FOUND","message":"Not found"}}"#;
        let refusal = r#"{"error":{"code":"NOT_FOUND","message":"Run not found"}}"#;
        for (status, request_id, body, claims) in [
            (200, "", r#"{"data":7}"#, Claims::Proven),
            (200, "1a2b3c4d", r#"{"result":7}"#, Claims::Unknown),
            (404, "1a2b3c4d", refusal, Claims::Proven),
            (404, "not-sims", refusal, Claims::Unknown),
            (404, "1a2b3c4d", gate, Claims::Unknown),
            (404, "1a2b3c4d", r#"{"error":{"message":"Run not found"}}"#, Claims::Unknown),
            (404, "1a2b3c4d", r#"{"error":{"code":"NOT_FOUND"}}"#, Claims::Unknown),
            (404, "1a2b3c4d", r#"{"error":"Run not found","code":"NOT_FOUND"}"#, Claims::Unknown),
            (404, "1a2b3c4d", "<html></html>", Claims::Unknown),
        ] {
            let server = Arc::new(ServerFacts::new());
            let read = answer(status, request_id, body).of_server(&server).data::<Value>();
            assert_eq!(
                (read.is_ok(), server.claims()),
                (body == r#"{"data":7}"#, claims),
                "{body}"
            );
        }
    }
}
