//! Removing secrets from the texts of an error.

use super::Error;
use crate::primitives::Secret;

impl Error {
    /// Removes `secret` from every text of the server.
    pub(crate) fn redacted(self, secret: Option<&Secret>) -> Self {
        let Some(secret) = secret else { return self };
        self.with(|inner| {
            secret.hide(&mut inner.message);
            let texts = inner.server_code.iter_mut().chain(&mut inner.request_id);
            let texts = texts.chain(&mut inner.cause);
            texts.for_each(|text| secret.hide(text));
        })
    }

    /// Removes a text, such as the password of a request, from every text of the server.
    pub(crate) fn without_text(self, secret: &str) -> Self {
        if secret.is_empty() {
            return self;
        }
        self.with(|inner| {
            let texts =
                [Some(&mut inner.message), inner.server_code.as_mut(), inner.cause.as_mut()];
            for text in texts.into_iter().flatten().filter(|text| text.contains(secret)) {
                *text = text.replace(secret, "***");
            }
        })
    }
}
