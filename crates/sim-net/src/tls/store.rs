//! The roots of a system that keeps them in files.

use std::collections::HashSet;
use std::env;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::CertificateDer;
use rustls_native_certs::{ErrorKind, load_certs_from_paths};

use super::TlsError;
use super::loaded::{Loaded, Variables};
use super::pem::damage;

const FILE: &str = "SSL_CERT_FILE";
const DIRECTORIES: &str = "SSL_CERT_DIR";

/// Loads what the system trusts, and adds `added`.
///
/// A certificate of the system that cannot be used is left out, as everywhere. Added ones were read before.
pub(super) fn load(
    added: &[CertificateDer<'static>],
    provider: &Arc<CryptoProvider>,
    variables: &Variables,
) -> Result<Loaded, TlsError> {
    let mut store = RootCertStore::empty();
    let (known, _) = store.add_parsable_certificates(added.iter().cloned());
    let system = System::load(variables, &mut store);
    if store.is_empty() {
        return Err(TlsError::NoRoots(system.missing()));
    }
    let verifier =
        WebPkiServerVerifier::builder_with_provider(Arc::new(store), Arc::clone(provider))
            .build()
            .map_err(|error| TlsError::Config(rustls::Error::General(error.to_string())))?;
    Ok(Loaded { verifier, trusted: system.trusted(known).into() })
}

/// What was found of the system's certificates.
#[derive(Debug)]
struct System {
    usable: usize,
    /// Where they were looked for.
    places: Vec<String>,
    /// What could not be read.
    problems: Vec<String>,
    /// Whether the environment says where they are.
    is_named: bool,
}

impl System {
    fn load(variables: &Variables, store: &mut RootCertStore) -> Self {
        let named = Places::named(variables);
        let is_named = named.is_some();
        let Places { file, directories } = named.unwrap_or_else(Places::usual);
        let shown = |variable: &str, path: &Path| {
            let path = path.display();
            if is_named { format!("{variable}={path}") } else { path.to_string() }
        };
        let places = file.iter().map(|path| shown(FILE, path));
        let places =
            places.chain(directories.iter().map(|path| shown(DIRECTORIES, path))).collect();
        let mut directories = directories.iter().map(PathBuf::as_path);
        let first = directories.next();
        // A directory often holds the file as well: read together, nothing is read twice.
        let found = [load_certs_from_paths(file.as_deref(), first)];
        let found = found
            .into_iter()
            .chain(directories.map(|path| load_certs_from_paths(None, Some(path))));
        let (certificates, errors): (Vec<_>, Vec<_>) =
            found.map(|found| (found.certs, found.errors)).unzip();
        let certificates: HashSet<_> = certificates.into_iter().flatten().collect();
        let (usable, useless) = store.add_parsable_certificates(certificates);
        let mut problems: Vec<_> = errors.iter().flatten().map(problem).collect();
        if useless > 0 {
            problems.push(format!("{useless} certificates cannot be used"));
        }
        Self { usable, places, problems, is_named }
    }

    /// What is trusted, in words.
    fn trusted(&self, added: usize) -> String {
        let places =
            if self.places.is_empty() { "no place".to_owned() } else { self.places.join(", ") };
        let Self { usable, problems, .. } = self;
        let problems =
            if problems.is_empty() { String::new() } else { format!(" ({})", problems.join("; ")) };
        format!("{added} added certificates and {usable} of the system, from {places}{problems}")
    }

    /// What is missing, in words.
    fn missing(&self) -> String {
        let looked = match (self.is_named, self.places.is_empty()) {
            (true, _) => format!("{} has none", self.places.join(", ")),
            (false, true) => format!(
                "{FILE} and {DIRECTORIES} are not set, and the usual places of this system, such as /etc/ssl/certs, do \
                 not exist"
            ),
            (false, false) => format!(
                "{FILE} and {DIRECTORIES} are not set, and {} has none",
                self.places.join(", ")
            ),
        };
        let problems = self.problems.iter().map(|problem| format!("; {problem}"));
        format!(
            "{looked}{}; install the package `ca-certificates`, name a file with certificates in {FILE}, or add one",
            problems.collect::<String>()
        )
    }
}

fn problem(error: &rustls_native_certs::Error) -> String {
    match &error.kind {
        ErrorKind::Pem(error) => format!("a certificate is damaged: {}", damage(error)),
        _ => error.to_string(),
    }
}

/// Where to look.
struct Places {
    file: Option<PathBuf>,
    directories: Vec<PathBuf>,
}

impl Places {
    /// What the environment names; an empty variable counts as unset.
    fn named(variables: &Variables) -> Option<Self> {
        let set = |name| variables(name).filter(|value| !value.is_empty());
        let file = set(FILE).map(PathBuf::from);
        let list = set(DIRECTORIES).unwrap_or_default();
        let directories: Vec<_> =
            env::split_paths(&list).filter(|path| !path.as_os_str().is_empty()).collect();
        (file.is_some() || !directories.is_empty()).then_some(Self { file, directories })
    }

    fn usual() -> Self {
        let found = openssl_probe::probe();
        Self { file: found.cert_file, directories: found.cert_dir }
    }
}
