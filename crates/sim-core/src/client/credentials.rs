//! The credentials of a client. No text form shows the secret.

use std::fmt;

use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderName};

use crate::error::{Error, Result};
use crate::primitives::Secret;

/// The proof of who the caller is.
///
/// ```
/// use sim_core::{Api, Credentials};
///
/// # fn main() -> sim_core::Result<()> {
/// let credentials = Credentials::api_key("sk-sim-1")?;
/// assert!(!format!("{credentials:?}").contains("sk-sim-1"));
/// let api = Api::builder([7; 32]).credentials(credentials).build()?;
/// # drop(api);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
#[non_exhaustive]
pub enum Credentials {
    /// A personal or workspace API key, sent as `X-API-Key`.
    ApiKey(Secret),
    /// An access token, sent as `Authorization: Bearer`. Servers up to 0.8.9 reject it.
    Bearer(Secret),
    /// No credentials, for public workflows and for servers without authentication.
    #[default]
    None,
}

/// Checks a secret. `what` names the secret in the error.
fn secret(what: &str, text: &str) -> Result<Secret> {
    Secret::new(text).map_err(|why| Error::request(format!("the {what} {why}")))
}

impl Credentials {
    /// Checks an API key.
    ///
    /// # Errors
    /// If the key cannot be sent: it is empty, or holds white space or a character that is not visible ASCII.
    pub fn api_key(key: &str) -> Result<Self> {
        secret("API key", key).map(Self::ApiKey)
    }

    /// Checks an access token.
    ///
    /// # Errors
    /// If the token cannot be sent: it is empty, or holds white space or a character that is not visible ASCII.
    pub fn bearer(token: &str) -> Result<Self> {
        secret("token", token).map(Self::Bearer)
    }

    pub(crate) fn apply(&self, headers: &mut HeaderMap) {
        match self {
            Self::ApiKey(key) => {
                headers.insert(HeaderName::from_static("x-api-key"), key.header().clone());
            }
            Self::Bearer(token) => {
                headers.insert(AUTHORIZATION, token.as_bearer());
            }
            Self::None => {}
        }
    }

    /// Returns the header that carries the secret, or `None` if there is none.
    pub(crate) fn header(&self) -> Option<HeaderName> {
        match self {
            Self::ApiKey(_) => Some(HeaderName::from_static("x-api-key")),
            Self::Bearer(_) => Some(AUTHORIZATION),
            Self::None => None,
        }
    }

    /// Takes the header of these credentials away.
    pub(crate) fn remove(&self, headers: &mut HeaderMap) {
        match self {
            Self::ApiKey(_) => drop(headers.remove("x-api-key")),
            Self::Bearer(_) => drop(headers.remove(AUTHORIZATION)),
            Self::None => {}
        }
    }

    /// Returns the secret that messages must not show, even where a server sends it back.
    pub(crate) fn secret(&self) -> Option<&Secret> {
        match self {
            Self::ApiKey(secret) | Self::Bearer(secret) => Some(secret),
            Self::None => None,
        }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ApiKey(_) => "ApiKey(***)",
            Self::Bearer(_) => "Bearer(***)",
            Self::None => "None",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_cannot_be_sent_is_refused_and_not_repeated() {
        for key in [
            "",
            "S3 CR",
            " S3CR",
            "S3CR\n",
            "S3CR\r\n",
            "S3\tCR",
            "S3CRé",
            "S3CR\0",
            "S3CR\u{7f}",
            "S3\u{a0}CR",
        ] {
            let error = secret("API key", key).expect_err(key).to_string();
            assert!(!error.contains("S3"), "{error}");
        }
        assert!(secret("API key", "sk-sim-1_~!").is_ok());
    }

    #[test]
    fn no_debug_form_shows_a_secret() -> Result<()> {
        let mut headers = HeaderMap::new();
        for credentials in [Credentials::api_key("MARKER")?, Credentials::bearer("MARKER")?] {
            credentials.apply(&mut headers);
            assert!(!format!("{credentials:?} {headers:?}").contains("MARKER"));
            assert_eq!(format!("{:?}", credentials.secret()), "Some(***)");
        }
        assert_eq!(headers[AUTHORIZATION], "Bearer MARKER");
        assert_eq!(headers["x-api-key"], "MARKER");
        Ok(())
    }
}
