//! Removing secrets from the texts of an error.

use super::Error;
use crate::primitives::{Secret, hide};

impl Error {
    /// Removes `secret` from every text of the server.
    pub(crate) fn redacted(self, secret: Option<&Secret>) -> Self {
        self.without(secret.map(Secret::as_str))
    }

    /// Removes a text, such as the password in the body of a request, from every text of the server.
    pub(crate) fn without(self, secret: Option<&str>) -> Self {
        let Some(secret) = secret.filter(|secret| !secret.is_empty()) else { return self };
        self.with(|inner| {
            let texts = inner.server_code.iter_mut().chain(&mut inner.request_id);
            let texts = texts.chain(&mut inner.cause).chain([&mut inner.message]);
            texts.for_each(|text| hide(secret, text));
        })
    }
}
