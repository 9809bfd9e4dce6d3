//! The roots of a system that verifies certificates itself.

use std::sync::Arc;

use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::CertificateDer;
use rustls_platform_verifier::Verifier;

use super::TlsError;
use super::loaded::{Loaded, Variables};

/// Asks the system to verify servers, by its own roots and by `added`. The environment has no say.
pub(super) fn load(
    added: &[CertificateDer<'static>],
    provider: &Arc<CryptoProvider>,
    _: &Variables,
) -> Result<Loaded, TlsError> {
    let verifier: Arc<dyn ServerCertVerifier> = Arc::new(verifier(added, Arc::clone(provider))?);
    let trusted = format!("{} added certificates and those of the system", added.len());
    Ok(Loaded { verifier, trusted: trusted.into() })
}

#[cfg(not(target_os = "android"))]
fn verifier(
    added: &[CertificateDer<'static>],
    provider: Arc<CryptoProvider>,
) -> Result<Verifier, TlsError> {
    Verifier::new_with_extra_roots(added.iter().cloned(), provider).map_err(TlsError::Config)
}

#[cfg(target_os = "android")]
fn verifier(
    added: &[CertificateDer<'static>],
    provider: Arc<CryptoProvider>,
) -> Result<Verifier, TlsError> {
    if !added.is_empty() {
        let text = "Android takes no certificates beside those of the system".to_owned();
        return Err(TlsError::Config(rustls::Error::General(text)));
    }
    Verifier::new(provider).map_err(TlsError::Config)
}
