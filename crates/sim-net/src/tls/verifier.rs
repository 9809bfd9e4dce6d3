//! Verifies servers by roots that are loaded when the first server is verified.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{DigitallySignedStruct, SignatureScheme};

use super::loaded::{Loaded, Variables};
use super::{TlsError, UntrustedCertificate, roots};

/// Verifies servers by what the system trusts and by added certificates.
pub(super) struct RootVerifier {
    added: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
    variables: Variables,
    /// What was loaded. A failure is not kept: the files may be there the next time.
    loaded: Mutex<Option<Loaded>>,
}

impl RootVerifier {
    pub(super) fn new(
        added: Vec<CertificateDer<'static>>,
        provider: Arc<CryptoProvider>,
        variables: Variables,
    ) -> Self {
        Self { added, provider, variables, loaded: Mutex::default() }
    }

    pub(super) fn load(&self) -> Result<(), TlsError> {
        self.loaded().map(drop)
    }

    fn loaded(&self) -> Result<Loaded, TlsError> {
        let mut loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(loaded) = &*loaded {
            return Ok(loaded.clone());
        }
        let now = roots::load(&self.added, &self.provider, &self.variables)?;
        Ok(loaded.insert(now).clone())
    }
}

impl ServerCertVerifier for RootVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let Loaded { verifier, trusted } = self.loaded().map_err(TlsError::into_rustls)?;
        verifier
            .verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
            .map_err(|error| UntrustedCertificate::explain(error, &trusted))
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

impl fmt::Debug for RootVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RootVerifier").field("added", &self.added.len()).finish_non_exhaustive()
    }
}
