//! Handshakes in memory, with certificates made here.
#![cfg(any(feature = "ring", feature = "aws-lc"))]

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use sim_net::tls::rustls::crypto::CryptoProvider;
use sim_net::tls::rustls::pki_types::pem::PemObject as _;
use sim_net::tls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use sim_net::tls::rustls::{
    self, CertificateError, ClientConfig, ClientConnection, RootCertStore, ServerConfig,
    ServerConnection,
};
use sim_net::tls::{PemError, Tls, TlsError, UntrustedCertificate};

const NAME: &str = "sim.example";

#[cfg(feature = "ring")]
fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

#[cfg(not(feature = "ring"))]
fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::aws_lc_rs::default_provider())
}

/// An authority that signs certificates.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

/// What a server shows.
struct Server {
    certificate: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
    pem: String,
}

impl Authority {
    fn new() -> Self {
        static MADE: AtomicUsize = AtomicUsize::new(0);
        Self::named(&format!("authority {}", MADE.fetch_add(1, Ordering::Relaxed)))
    }

    fn named(name: &str) -> Self {
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let pem = params.self_signed(&key).expect("signed").pem();
        Self { issuer: Issuer::new(params, key), pem }
    }

    fn signs(&self, name: &str, years: std::ops::Range<i32>) -> Server {
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::new([name.to_owned()]).expect("a name");
        params.not_before = date_time_ymd(years.start, 1, 1);
        params.not_after = date_time_ymd(years.end, 1, 1);
        Server::of(&params.signed_by(&key, &self.issuer).expect("signed"), &key)
    }
}

impl Server {
    fn of(certificate: &rcgen::Certificate, key: &KeyPair) -> Self {
        Self {
            certificate: certificate.der().clone(),
            key: PrivateKeyDer::try_from(key.serialize_der()).expect("a key"),
            pem: certificate.pem(),
        }
    }

    fn self_signed(is_ca: IsCa) -> Self {
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::new([NAME.to_owned()]).expect("a name");
        params.is_ca = is_ca;
        params.distinguished_name.push(DnType::CommonName, NAME);
        Self::of(&params.self_signed(&key).expect("signed"), &key)
    }
}

/// Shakes hands with a server. Returns what the client says of it.
fn greet(tls: &Tls, server: &Server) -> Result<(), rustls::Error> {
    let config = ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![server.certificate.clone()], server.key.clone_key())
        .expect("a certificate");
    let mut server = ServerConnection::new(Arc::new(config)).expect("a server");
    let name = NAME.try_into().expect("a name");
    let mut client = ClientConnection::new(Arc::clone(tls.config()), name).expect("a client");
    while client.is_handshaking() {
        let mut wire = Vec::new();
        client.write_tls(&mut wire).expect("written");
        server.read_tls(&mut &wire[..]).expect("read");
        server.process_new_packets().expect("a client that speaks TLS");
        let mut wire = Vec::new();
        server.write_tls(&mut wire).expect("written");
        client.read_tls(&mut &wire[..]).expect("read");
        client.process_new_packets()?;
    }
    Ok(())
}

/// A directory that goes with the test.
struct Directory(PathBuf);

impl Directory {
    fn new(test: &str) -> Self {
        let path = std::env::temp_dir().join(format!("sim-net-{}-{test}", std::process::id()));
        fs::create_dir_all(&path).expect("a directory");
        Self(path)
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, text).expect("a file");
        path
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// TLS where the variables for certificates have these values.
fn with(file: Option<&Path>, directories: &[&Path], added: &[&str]) -> Tls {
    let file = file.map(|path| path.as_os_str().to_owned());
    let directories = std::env::join_paths(directories).expect("paths");
    let lookup = move |name: &str| match name {
        "SSL_CERT_FILE" => file.clone(),
        "SSL_CERT_DIR" => Some(directories.clone()),
        _ => None,
    };
    Tls::with_variables(added, lookup).expect("TLS")
}

/// TLS that trusts these alone, on a system without certificates.
fn only(added: &[&str]) -> Tls {
    with(Some(Path::new("/nowhere/certificates.pem")), &[], added)
}

/// What a client says of a server that it does not trust, also once a transport wrapped it.
fn refusal(tls: &Tls, server: &Server) -> String {
    let error = greet(tls, server).expect_err("it is not trusted");
    let plain = error.to_string();
    let wrapped = io::Error::new(io::ErrorKind::InvalidData, error);
    let found = UntrustedCertificate::find_in(&wrapped).expect("an explanation").to_string();
    assert!(plain.contains(&found), "rustls's own text has the words: {plain}");
    found
}

#[test]
fn a_server_of_an_added_authority_is_trusted_and_no_other() {
    let (ours, other) = (Authority::new(), Authority::new());
    let tls = only(&[&ours.pem]);
    greet(&tls, &ours.signs(NAME, 2020..2999)).expect("trusted");
    let text = refusal(&tls, &other.signs(NAME, 2020..2999));
    assert!(text.contains("its issuer is not trusted"), "{text}");
    assert!(text.contains("1 added certificates and 0 of the system"), "{text}");
    assert!(text.contains("SSL_CERT_FILE=/nowhere/certificates.pem"), "{text}");
}

#[test]
fn an_authority_that_was_made_anew_is_not_the_one_that_is_trusted() {
    let [old, new] = [(); 2].map(|()| Authority::named("company"));
    let text = refusal(&only(&[&old.pem]), &new.signs(NAME, 2020..2999));
    assert!(text.contains("an authority of that name is trusted, but with another key"), "{text}");
}

#[test]
fn another_name_is_refused_in_the_words_of_rustls() {
    let ours = Authority::new();
    let error = greet(&only(&[&ours.pem]), &ours.signs("other.example", 2020..2999));
    let text = error.expect_err("another name").to_string();
    assert!(text.contains(NAME) && text.contains("other.example"), "{text}");
}

#[test]
fn a_certificate_out_of_its_time_points_at_the_clock() {
    let ours = Authority::new();
    let tls = only(&[&ours.pem]);
    for years in [2000..2001, 2990..2999] {
        let text = refusal(&tls, &ours.signs(NAME, years));
        assert!(text.contains("clock of this machine"), "{text}");
    }
}

#[test]
fn a_server_that_signed_its_own_certificate_is_trusted_once_that_is_added() {
    let server = Server::self_signed(IsCa::ExplicitNoCa);
    greet(&only(&[&server.pem]), &server).expect("trusted");
    let text = refusal(&only(&[&Authority::new().pem]), &server);
    assert!(text.contains("its issuer is not trusted"), "{text}");
}

#[test]
fn an_authority_that_is_its_own_server_is_refused_with_words_that_help() {
    let server = Server::self_signed(IsCa::Ca(BasicConstraints::Unconstrained));
    let text = refusal(&only(&[&server.pem]), &server);
    assert!(text.contains("-addext basicConstraints=critical,CA:FALSE"), "{text}");
    let error = greet(&only(&[&server.pem]), &server).expect_err("refused");
    let cause = UntrustedCertificate::find_in(&error).expect("an explanation").cause();
    assert!(matches!(cause, CertificateError::Other(_)), "{cause:?}");
}

#[test]
fn a_bundle_has_certificates_of_several_authorities() {
    let [a, b, c] = [(); 3].map(|()| Authority::new());
    let bundle = format!("# ours\n{}\nsome text\n{}\r\n", a.pem, b.pem);
    let tls = only(&[&bundle, &c.pem]);
    for authority in [a, b, c] {
        greet(&tls, &authority.signs(NAME, 2020..2999)).expect("trusted");
    }
}

#[test]
fn one_bad_certificate_spoils_an_added_bundle_and_is_named_by_its_place() {
    let [a, b] = [(); 2].map(|()| Authority::new().pem);
    let block = |base64: &str| {
        format!("-----BEGIN CERTIFICATE-----\n{base64}\n-----END CERTIFICATE-----\n")
    };
    for (bundle, place, total, words) in [
        (format!("{a}{}{b}", block("!!!!")), 2, 3, "not base64"),
        (format!("{}{a}", block("aGVsbG8gd29ybGQ=")), 1, 2, "not a certificate"),
        (format!("{a}{b}{}", block("")), 3, 3, "not a certificate"),
        (format!("{a}-----BEGIN CERTIFICATE-----\naGVsbG8=\n"), 2, 2, "last line is missing"),
    ] {
        let error = Tls::new([bundle]).expect_err("it is bad");
        let TlsError::Pem(PemError::Certificate { place: at, total: of, reason }) = &error else {
            panic!("{error}")
        };
        assert_eq!((*at, *of), (place, total), "{reason}");
        let text = error.to_string();
        assert!(text.contains(&format!("certificate {place} of {total}")), "{text}");
        assert!(text.contains(words), "{text}");
    }
}

#[test]
fn a_bundle_without_certificates_says_what_it_may_be() {
    let key = KeyPair::generate().expect("a key").serialize_pem();
    let server = Server::self_signed(IsCa::NoCa);
    let trusted = server.pem.replace("CERTIFICATE", "TRUSTED CERTIFICATE");
    for (bundle, hint) in [
        (&b""[..], "it is empty"),
        (b"hello", "there is no certificate in PEM form"),
        (&server.certificate, "DER"),
        (key.as_bytes(), "private key"),
        (trusted.as_bytes(), "OpenSSL's own form"),
    ] {
        let error = Tls::new([bundle]).expect_err("no certificate");
        assert!(matches!(error, TlsError::Pem(PemError::Empty { .. })), "{error}");
        assert!(error.to_string().contains(hint), "{error}");
    }
}

#[test]
fn without_any_certificate_tls_is_set_up_and_says_where_it_looked_once_it_is_needed() {
    let server = Authority::new().signs(NAME, 2020..2999);
    let tls = only(&[]);
    let error = tls.load().expect_err("nothing is trusted");
    let text = error.to_string();
    for part in ["SSL_CERT_FILE=/nowhere/certificates.pem", "No such file", "ca-certificates"] {
        assert!(text.contains(part), "{text}");
    }
    let error = greet(&tls, &server).expect_err("nothing is trusted");
    let wrapped = io::Error::new(io::ErrorKind::InvalidData, error);
    let found = TlsError::find_in(&wrapped).expect("an explanation");
    assert_eq!(found.to_string(), text);
}

#[test]
fn certificates_that_appear_later_are_found() {
    let (ours, directory) = (Authority::new(), Directory::new("later"));
    let file = directory.0.join("certificates.pem");
    let tls = with(Some(&file), &[], &[]);
    assert!(tls.load().is_err());
    directory.file("certificates.pem", &ours.pem);
    tls.load().expect("it is there");
    fs::remove_file(file).expect("removed");
    greet(&tls, &ours.signs(NAME, 2020..2999)).expect("what was loaded is kept");
}

#[test]
fn the_environment_names_a_file_and_directories() {
    let [a, b, c] = [(); 3].map(|()| Authority::new());
    let (first, second) = (Directory::new("first"), Directory::new("second"));
    first.file("a.pem", &a.pem);
    second.file("b.pem", &b.pem);
    let file = first.file("c.crt", &c.pem);
    let tls = with(Some(&file), &[&first.0, &second.0], &[]);
    for authority in [&a, &b, &c] {
        greet(&tls, &authority.signs(NAME, 2020..2999)).expect("trusted");
    }
    let text = refusal(&tls, &Authority::new().signs(NAME, 2020..2999));
    assert!(text.contains("0 added certificates and 3 of the system"), "{text}");
    assert!(text.contains(&format!("SSL_CERT_DIR={}", second.0.display())), "{text}");
    let tls = with(None, &[&second.0], &[]);
    greet(&tls, &b.signs(NAME, 2020..2999)).expect("trusted");
    refusal(&tls, &a.signs(NAME, 2020..2999));
}

#[test]
fn one_bad_certificate_of_the_system_is_left_out_and_told_of() {
    let (ours, directory) = (Authority::new(), Directory::new("bad"));
    let block = |base64: &str| {
        format!("-----BEGIN CERTIFICATE-----\n{base64}\n-----END CERTIFICATE-----\n")
    };
    let (bad, worse) = (block("aGVsbG8gd29ybGQ="), block("!!!!"));
    let file = directory.file("bundle.pem", &format!("{bad}{worse}{}", ours.pem));
    let tls = with(Some(&file), &[], &[]);
    greet(&tls, &ours.signs(NAME, 2020..2999)).expect("trusted");
    let text = refusal(&tls, &Authority::new().signs(NAME, 2020..2999));
    assert!(text.contains("1 of the system"), "{text}");
    assert!(text.contains("1 certificates cannot be used"), "{text}");
    assert!(text.contains("a certificate is damaged: it is not base64"), "{text}");
}

#[test]
fn added_certificates_stand_beside_those_of_the_system() {
    let (system, added) = (Authority::new(), Authority::new());
    let directory = Directory::new("beside");
    let file = directory.file("system.pem", &system.pem);
    let tls = with(Some(&file), &[], &[&added.pem]);
    for authority in [system, added] {
        greet(&tls, &authority.signs(NAME, 2020..2999)).expect("trusted");
    }
}

#[test]
fn without_a_variable_the_usual_places_of_the_system_are_taken() {
    let variables = ["SSL_CERT_FILE", "SSL_CERT_DIR"];
    if variables.iter().any(|name| std::env::var_os(name).is_some()) {
        // Here they are set, so a process where they are not looks.
        let mut again = Command::new(std::env::current_exe().expect("a path"));
        let test = "without_a_variable_the_usual_places_of_the_system_are_taken";
        again.args(["--exact", test]).env_remove(variables[0]).env_remove(variables[1]);
        let output = again.output().expect("a process");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        return;
    }
    let mut known = RootCertStore::empty();
    let (usable, _) =
        known.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let tls = Tls::with_variables([Authority::new().pem], |_| Some(OsString::new())).expect("TLS");
    let text = refusal(&tls, &Authority::new().signs(NAME, 2020..2999));
    assert!(text.contains(&format!("1 added certificates and {usable} of the system")), "{text}");
    let bare = Tls::with_variables([""; 0], |_| None).expect("TLS");
    assert_eq!(bare.load().is_ok(), usable > 0);
}

#[test]
fn a_configuration_of_the_programs_own_decides_what_is_trusted() {
    let ours = Authority::new();
    let mut store = RootCertStore::empty();
    let certificate = CertificateDer::from_pem_slice(ours.pem.as_bytes()).expect("a certificate");
    store.add(certificate).expect("added");
    let mut config = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(store)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec()];
    let tls = Tls::with_config(config);
    tls.load().expect("there is nothing to load");
    greet(&tls, &ours.signs(NAME, 2020..2999)).expect("trusted");
    greet(&tls, &Authority::new().signs(NAME, 2020..2999)).expect_err("not trusted");
    assert_eq!(tls.config().alpn_protocols, [b"http/1.1"], "nobody here speaks HTTP/2");
}

#[test]
fn both_transports_are_told_to_speak_http_1_1() {
    assert_eq!(only(&[]).config().alpn_protocols, [b"http/1.1"]);
}
