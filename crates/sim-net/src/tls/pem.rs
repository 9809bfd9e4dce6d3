//! Reads bundles of certificates in PEM form.

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::{self, PemObject as _};

use super::PemError;

const BEGIN: &[u8] = b"-----BEGIN CERTIFICATE-----";

/// Reads all certificates of a bundle. One that cannot be used spoils it: whoever adds a certificate needs it.
pub(super) fn certificates(bundle: &[u8]) -> Result<Vec<CertificateDer<'static>>, PemError> {
    let total = bundle.windows(BEGIN.len()).filter(|window| *window == BEGIN).count();
    let mut certificates = Vec::with_capacity(total);
    for read in CertificateDer::pem_slice_iter(bundle) {
        let place = certificates.len() + 1;
        let wrong = |reason| PemError::Certificate { place, total: total.max(place), reason };
        let certificate = read.map_err(|error| wrong(damage(&error)))?;
        RootCertStore::empty().add(certificate.clone()).map_err(|error| wrong(misuse(&error)))?;
        certificates.push(certificate);
    }
    if certificates.is_empty() {
        return Err(PemError::Empty { hint: hint(bundle) });
    }
    Ok(certificates)
}

/// What is wrong with a block of a bundle.
pub(super) fn damage(error: &pem::Error) -> String {
    match error {
        pem::Error::MissingSectionEnd { .. } => "its last line is missing".to_owned(),
        pem::Error::Base64Decode(words) => format!("it is not base64 ({words})"),
        other => other.to_string(),
    }
}

/// Why a certificate cannot be trusted.
fn misuse(error: &rustls::Error) -> String {
    match error {
        rustls::Error::InvalidCertificate(cause) => format!("it is not a certificate ({cause})"),
        other => other.to_string(),
    }
}

/// What a bundle without certificates may be.
fn hint(bundle: &[u8]) -> &'static str {
    let has = |part: &[u8]| bundle.windows(part.len()).any(|window| window == part);
    match bundle {
        [] => "; it is empty",
        // A sequence, as each certificate in DER form begins.
        [0x30, 0x81..=0x84, ..] => "; it looks like DER, which `openssl x509 -inform der` converts",
        _ if has(b"-----BEGIN TRUSTED CERTIFICATE-----") => {
            "; it is one of OpenSSL's own form, which `openssl x509` converts"
        }
        _ if has(b"PRIVATE KEY-----") => "; it has a private key instead",
        _ => "",
    }
}
