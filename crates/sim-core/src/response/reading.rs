//! The reading that all endpoints share: an answer is what was asked for, or the error that it is.

use http::header::LOCATION;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::error::{Error, Result, code};
use crate::model::Claims;
use crate::response::{Answer, Envelope, refusal};

impl Answer {
    /// Reads a successful answer as JSON, and any other as the error that it is.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T> {
        self.success()?;
        serde_json::from_slice(&self.body).map_err(|error| self.not_as_documented(&error))
    }

    /// Reads the `data` of a successful answer of the second generation, and any other as the error that it is.
    pub fn data<T: DeserializeOwned>(&self) -> Result<T> {
        #[derive(Deserialize)]
        struct Data<T> {
            data: T,
        }
        let Data { data } = self.json()?;
        // Servers have honoured the ids of callers since before they had a second generation.
        self.note_claims(Claims::Proven);
        Ok(data)
    }

    /// Nothing if the status says success, else the error that the answer is.
    pub fn success(&self) -> Result<()> {
        if self.status.is_success() { Ok(()) } else { Err(self.refused()) }
    }

    /// The error of an answer without success.
    pub(crate) fn refused(&self) -> Error {
        if self.status.is_redirection() {
            return self.redirected();
        }
        refusal::error(self)
    }

    /// Says whether the API itself wrote this refusal, in either of its envelopes.
    pub(crate) fn is_the_apis_refusal(&self) -> bool {
        serde_json::from_slice(&self.body).is_ok_and(|body| Envelope::read(&body).is_some())
    }

    fn redirected(&self) -> Error {
        let target = self.text(LOCATION.as_str());
        // A query may carry what belongs to nobody's log.
        let target = target.and_then(|target| target.split(['?', '#']).next());
        let message = match target {
            Some(target) => format!(
                "the server points to {}; redirects are never followed: does the base URL name the API?",
                code::readable(target)
            ),
            None => "the server answered with a redirect that names no target".to_owned(),
        };
        Error::redirect(message).with(|inner| {
            inner.status = Some(self.status);
            inner.body = refusal::kept(&self.body);
        })
    }
}
