//! A TLS server with a certificate of its own, for one answer.

use std::io::{BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::script::{read_body, read_head};

/// Answers every request with the same bytes, over TLS. No client trusts its root unless it is told to.
#[derive(Debug)]
pub struct TlsServer {
    url: String,
    root: String,
    requests: Arc<AtomicUsize>,
}

impl TlsServer {
    /// A server whose certificate is for `name`, and valid from the year `from` to the year `to`. After its
    /// answer it closes the connection.
    ///
    /// # Panics
    /// If no certificate can be made, or the loopback interface has no port left.
    pub fn start(name: &str, from: i32, to: i32, answer: impl AsRef<[u8]>) -> Self {
        Self::with(name, from, to, answer, true)
    }

    /// A server that closes its connections without a word (`close_notify`), as some do.
    ///
    /// # Panics
    /// As [`start`](Self::start).
    pub fn silent(name: &str, from: i32, to: i32, answer: impl AsRef<[u8]>) -> Self {
        Self::with(name, from, to, answer, false)
    }

    fn with(name: &str, from: i32, to: i32, answer: impl AsRef<[u8]>, notifies: bool) -> Self {
        let (config, root) = certified(name, from, to);
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("it is bound").port();
        let requests = Arc::new(AtomicUsize::new(0));
        let (count, answer) = (Arc::clone(&requests), Arc::<[u8]>::from(answer.as_ref()));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (config, count) = (Arc::clone(&config), Arc::clone(&count));
                let answer = Arc::clone(&answer);
                thread::spawn(move || serve(config, stream, &count, &answer, notifies));
            }
        });
        Self { url: format!("https://localhost:{port}"), root, requests }
    }

    /// Returns the base URL of the server, without a slash at its end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The root that its certificate is signed by, as PEM.
    pub fn root(&self) -> &str {
        &self.root
    }

    /// How many requests it could read.
    pub fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

fn certified(name: &str, from: i32, to: i32) -> (Arc<ServerConfig>, String) {
    let root_key = rcgen::KeyPair::generate().expect("a key");
    let mut root = rcgen::CertificateParams::default();
    root.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let root_cert = root.self_signed(&root_key).expect("a root");
    let issuer = rcgen::Issuer::new(root, root_key);
    let key = rcgen::KeyPair::generate().expect("a key");
    let mut leaf = rcgen::CertificateParams::new([name.to_owned()]).expect("a name");
    leaf.not_before = rcgen::date_time_ymd(from, 1, 1);
    leaf.not_after = rcgen::date_time_ymd(to, 1, 1);
    let cert = leaf.signed_by(&key, &issuer).expect("a certificate");
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config =
        ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.expect("versions").with_no_client_auth();
    let config = config.with_single_cert(vec![cert.der().clone()], key).expect("a pair");
    (Arc::new(config), root_cert.pem())
}

fn serve(
    config: Arc<ServerConfig>,
    stream: TcpStream,
    count: &AtomicUsize,
    answer: &[u8],
    notifies: bool,
) {
    let Ok(connection) = ServerConnection::new(config) else { return };
    let mut reader = BufReader::new(StreamOwned::new(connection, stream));
    // A connection that is closed on what it has not read is reset, and that can overtake the answer.
    let request = read_head(&mut reader, 0).and_then(|mut seen| read_body(&mut reader, &mut seen));
    let Some(()) = request else { return };
    count.fetch_add(1, Ordering::SeqCst);
    let stream = reader.get_mut();
    // A client that refused the certificate is gone.
    let _ = stream.write_all(answer);
    if notifies {
        stream.conn.send_close_notify();
    }
    let _ = stream.flush();
}
