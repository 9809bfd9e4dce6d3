//! What is wrong with a server's certificate, in words that help.

use std::error::Error;
use std::fmt;
use std::io;
use std::iter::successors;
use std::sync::Arc;

use rustls::{CertificateError, OtherError};

use super::TlsError;

/// A server's certificate that is not trusted: why, and what can be done about it.
///
/// rustls and the transports wrap it; [`find_in`](Self::find_in) takes it out again.
#[derive(Clone)]
pub struct UntrustedCertificate {
    cause: CertificateError,
    words: String,
}

impl UntrustedCertificate {
    /// Adds words to an error of rustls. `trusted` says what is trusted. Errors that need no words stay as they are.
    pub(super) fn explain(error: rustls::Error, trusted: &str) -> rustls::Error {
        let rustls::Error::InvalidCertificate(cause) = error else { return error };
        let words = match &cause {
            CertificateError::UnknownIssuer => format!(
                "its issuer is not trusted; trusted are {trusted}; add the certificate of the authority that signed it"
            ),
            CertificateError::BadSignature => format!(
                "an authority of that name is trusted, but with another key, so it may have been made anew; trusted \
                 are {trusted}"
            ),
            CertificateError::Other(other) if is_authority(other) => {
                "it is a certificate of an authority, which a server cannot use for itself; `openssl req -x509` makes \
                 such certificates unless it is given `-addext basicConstraints=critical,CA:FALSE`"
                    .to_owned()
            }
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                format!("{cause}; the server must renew it, unless the clock of this machine is wrong")
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                format!("{cause}; the clock of this machine may be wrong")
            }
            _ => return rustls::Error::InvalidCertificate(cause),
        };
        CertificateError::Other(OtherError(Arc::new(Self { cause, words }))).into()
    }

    /// Finds it in an error of rustls or of a transport, however deep.
    ///
    /// A transport whose errors do not give their I/O error as their source needs that passed by itself.
    pub fn find_in<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e Self> {
        causes(error).find_map(|cause| cause.downcast_ref())
    }

    /// Returns what rustls says of the certificate.
    pub fn cause(&self) -> &CertificateError {
        &self.cause
    }
}

impl TlsError {
    /// Finds it in an error of rustls or of a transport, however deep: certificates are loaded when they are needed.
    pub fn find_in<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e Self> {
        causes(error).find_map(|cause| cause.downcast_ref())
    }

    pub(super) fn into_rustls(self) -> rustls::Error {
        rustls::Error::Other(OtherError(Arc::new(self)))
    }
}

fn is_authority(error: &OtherError) -> bool {
    error.0.downcast_ref() == Some(&webpki::Error::CaUsedAsEndEntity)
}

/// An error and what it wraps, down to the first cause.
fn causes<'e>(error: &'e (dyn Error + 'static)) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    successors(Some(error), |&error| {
        // Neither of these gives what it wraps as its source.
        if let Some(error) = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            return Some(error as _);
        }
        match error.downcast_ref() {
            Some(
                rustls::Error::InvalidCertificate(CertificateError::Other(OtherError(inner)))
                | rustls::Error::Other(OtherError(inner)),
            ) => Some(&**inner as _),
            _ => error.source(),
        }
    })
}

impl fmt::Display for UntrustedCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the server's certificate is not trusted: {}", self.words)
    }
}

impl fmt::Debug for UntrustedCertificate {
    /// Shows the words: rustls has this form in its own text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Error for UntrustedCertificate {}
