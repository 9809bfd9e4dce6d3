//! Why TLS cannot be set up.

/// Why TLS cannot be set up.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum TlsError {
    /// An added certificate cannot be used.
    #[error("the added certificates cannot be used: {0}")]
    Pem(#[from] PemError),
    /// Nothing is trusted: the text says where certificates were looked for and what was found.
    #[error("no certificate is trusted, so no server can be reached over https: {0}")]
    NoRoots(String),
    /// There is no cryptography.
    #[error(
        "TLS has no cryptography: enable the feature `ring` or `aws-lc`, or install a default provider of rustls \
         before a client is built"
    )]
    NoProvider,
    /// rustls refuses the configuration.
    #[error("TLS cannot be set up: {0}")]
    Config(#[source] rustls::Error),
}

/// What is wrong with a bundle of certificates in PEM form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PemError {
    /// The bundle has no certificate.
    #[error("there is no certificate in PEM form (`-----BEGIN CERTIFICATE-----`){hint}")]
    Empty {
        /// What there is in its place, if that is known.
        hint: &'static str,
    },
    /// A certificate of the bundle is damaged or of a kind that cannot be trusted.
    #[error("certificate {place} of {total}: {reason}")]
    Certificate {
        /// The place of the certificate in its bundle, counted from one.
        place: usize,
        /// How many certificates the bundle has.
        total: usize,
        /// What is wrong with it.
        reason: String,
    },
}
