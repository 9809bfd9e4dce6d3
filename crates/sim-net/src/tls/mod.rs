//! TLS by rustls: which certificates are trusted, and what is wrong with one that is not.
//!
//! [`Tls`] makes one rustls configuration that both transports take. It reads the system's certificates when the first
//! server is verified, so a client that only speaks plain HTTP never needs them.

mod error;
mod loaded;
mod pem;
#[cfg(any(target_vendor = "apple", windows, target_os = "android"))]
#[path = "platform.rs"]
mod roots;
#[cfg(not(any(target_vendor = "apple", windows, target_os = "android")))]
#[path = "store.rs"]
mod roots;
mod untrusted;
mod verifier;

use std::ffi::OsString;
use std::sync::Arc;

use rustls::ClientConfig;
use rustls::crypto::CryptoProvider;

pub use error::{PemError, TlsError};
// The configuration that `Tls::with_config` takes is its.
#[doc(no_inline)]
pub use rustls;
pub use untrusted::UntrustedCertificate;
use verifier::RootVerifier;

use crate::variable;

/// The protocol that both transports speak.
const HTTP_1_1: &[u8] = b"http/1.1";

/// How a client speaks TLS. Clones are cheap and share what was loaded.
///
/// ```no_run
/// use sim_net::tls::{Tls, rustls};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let company = std::fs::read("company-ca.pem")?;
/// let tls = Tls::new([&company])?;
/// // For a server over https: fail now if nothing can be trusted, and not with the first request.
/// tls.load()?;
/// let config = rustls::ClientConfig::clone(tls.config());
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Tls {
    config: Arc<ClientConfig>,
    /// Absent where the configuration is the program's own.
    verifier: Option<Arc<RootVerifier>>,
}

impl Tls {
    /// Trusts what the system trusts, and the certificates of `added`, each of which is a bundle in PEM form.
    ///
    /// The cryptography is rustls's default of the process if the program installed one, else that of the feature
    /// `aws-lc`, else that of the feature `ring`.
    ///
    /// # Errors
    /// If a certificate of a bundle cannot be used, a bundle has none, or there is no cryptography.
    pub fn new<B: AsRef<[u8]>>(added: impl IntoIterator<Item = B>) -> Result<Self, TlsError> {
        Self::with_variables(added, variable::of_process)
    }

    /// As [`new`](Self::new), in an environment of these variables: where the system keeps certificates in files,
    /// `SSL_CERT_FILE` and `SSL_CERT_DIR` say where.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn with_variables<B: AsRef<[u8]>>(
        added: impl IntoIterator<Item = B>,
        lookup: impl Fn(&str) -> Option<OsString> + Send + Sync + 'static,
    ) -> Result<Self, TlsError> {
        let provider = provider()?;
        let mut certificates = Vec::new();
        for bundle in added {
            certificates.append(&mut pem::certificates(bundle.as_ref())?);
        }
        let verifier =
            Arc::new(RootVerifier::new(certificates, Arc::clone(&provider), Box::new(lookup)));
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(TlsError::Config)?
            // It only defers to the usual verifier once that is needed.
            .dangerous()
            .with_custom_certificate_verifier(Arc::clone(&verifier) as _)
            .with_no_client_auth();
        Ok(Self { verifier: Some(verifier), ..Self::with_config(config) })
    }

    /// Uses a configuration of the program's own, for example with a client certificate or other roots.
    ///
    /// The list of protocols for ALPN is replaced by `http/1.1`.
    pub fn with_config(mut config: ClientConfig) -> Self {
        config.alpn_protocols = vec![HTTP_1_1.to_vec()];
        Self { config: Arc::new(config), verifier: None }
    }

    /// Returns the configuration of rustls.
    pub fn config(&self) -> &Arc<ClientConfig> {
        &self.config
    }

    /// Reads the system's certificates now, if that was not done. With a configuration of the program's own it does
    /// nothing.
    ///
    /// # Errors
    /// If no certificate is trusted, neither of the system nor added. The error says where it looked.
    pub fn load(&self) -> Result<(), TlsError> {
        self.verifier.as_ref().map_or(Ok(()), |verifier| verifier.load())
    }
}

fn provider() -> Result<Arc<CryptoProvider>, TlsError> {
    let own = CryptoProvider::get_default().cloned();
    own.or_else(of_features).ok_or(TlsError::NoProvider)
}

#[cfg(feature = "aws-lc")]
#[expect(clippy::unnecessary_wraps, reason = "there may be none without the features")]
fn of_features() -> Option<Arc<CryptoProvider>> {
    Some(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
}

#[cfg(all(feature = "ring", not(feature = "aws-lc")))]
#[expect(clippy::unnecessary_wraps, reason = "there may be none without the features")]
fn of_features() -> Option<Arc<CryptoProvider>> {
    Some(Arc::new(rustls::crypto::ring::default_provider()))
}

#[cfg(not(any(feature = "ring", feature = "aws-lc")))]
fn of_features() -> Option<Arc<CryptoProvider>> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cryptography_is_that_of_the_feature() {
        let expected = match (cfg!(feature = "aws-lc"), cfg!(feature = "ring")) {
            (true, _) => Some("AwsLcRs"),
            (false, true) => Some("Ring"),
            (false, false) => None,
        };
        let found = provider().map(|provider| format!("{:?}", provider.key_provider));
        assert_eq!(found.as_deref().ok(), expected);
    }

    #[cfg(not(any(feature = "ring", feature = "aws-lc")))]
    #[test]
    fn without_cryptography_the_error_names_the_features() {
        let error = Tls::new([""; 0]).expect_err("there is no cryptography");
        assert!(matches!(error, TlsError::NoProvider), "{error}");
        let text = error.to_string();
        assert!(text.contains("`ring`") && text.contains("`aws-lc`"), "{text}");
    }
}
