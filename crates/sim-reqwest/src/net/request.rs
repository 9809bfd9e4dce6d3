//! The request in reqwest's types. It records when it is sent, and it is not sent once it was given up.

use std::error::Error;
use std::io;
use std::pin::Pin;
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::thread;
use std::time::Duration;

use bytes::Bytes;
use http::Uri;
use http::header::CONTENT_LENGTH;
use http::uri::Authority;
use http_body::{Body, Frame, SizeHint};
use reqwest::Url;
use sim_core::transport::{Destination, Phase, RequestBody, TransportError, TransportErrorKind};
use sim_net::Limit;
use sim_net::dial::{DialError, Dialer};
use sim_net::setup::SetupError;
use tokio::sync::oneshot;

use super::names::Names;
use super::progress::Progress;
use super::slices::SliceReader;

/// The body of a request. hyper asks it for data once it has a connection to write to, so the request is sent at that
/// moment. A request that was given up then announces a body and fails to deliver it, because hyper writes no head
/// before it has the first bytes of an announced body.
struct Watched {
    content: Content,
    /// Whether the head states the length of the body.
    has_length: bool,
    progress: Arc<Progress>,
}

/// The content that is left to send.
enum Content {
    Bytes(Bytes),
    Slices(SliceReader),
}

impl Content {
    fn len(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Slices(slices) => slices.len(),
        }
    }

    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, io::Error>>> {
        match self {
            Self::Bytes(bytes) => {
                let bytes = std::mem::take(bytes);
                Poll::Ready((!bytes.is_empty()).then_some(Ok(bytes)))
            }
            Self::Slices(slices) => slices.poll_next(cx),
        }
    }
}

impl Body for Watched {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if !self.progress.leaves() {
            return Poll::Ready(Some(Err(io::ErrorKind::ConnectionAborted.into())));
        }
        self.content.poll_next(cx).map(|piece| piece.map(|piece| piece.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        let is_used_up = match &self.content {
            Content::Bytes(bytes) => bytes.is_empty(),
            Content::Slices(slices) => slices.is_used_up(),
        };
        self.progress.leaves() && is_used_up && !self.has_length
    }

    fn size_hint(&self) -> SizeHint {
        let least = u64::from(self.progress.is_given_up());
        SizeHint::with_exact(self.content.len().max(least))
    }
}

/// Converts a request to reqwest's type.
pub(crate) fn request(
    request: http::Request<RequestBody>,
    progress: &Arc<Progress>,
    servers: &Servers,
) -> Result<reqwest::Request, TransportError> {
    let (head, body) = request.into_parts();
    let url = servers.url(&head.uri).map_err(refused)?;
    let has_length = Destination::has_length(&head.method, body.len());
    let mut wired = reqwest::Request::new(head.method, url);
    *wired.headers_mut() = head.headers;
    let content = match body {
        RequestBody::Empty => Content::Bytes(Bytes::new()),
        RequestBody::Bytes(bytes) => Content::Bytes(bytes),
        RequestBody::Slices(slices) => {
            // The content shrinks while it is read, but the head must state the whole length.
            wired.headers_mut().insert(CONTENT_LENGTH, slices.len().into());
            Content::Slices(SliceReader::start(slices).map_err(refused)?)
        }
    };
    let body = Watched { content, has_length, progress: Arc::clone(progress) };
    *wired.body_mut() = Some(reqwest::Body::wrap(body));
    Ok(wired)
}

fn refused(error: impl Error + Send + Sync + 'static) -> TransportError {
    TransportError::new(TransportErrorKind::Connect, Phase::NotSent).with_source(error)
}

/// The servers that requests go to. Most go where the one before went, or to its server at least: such a URL is not
/// read anew, and its server was checked.
#[derive(Debug)]
pub(crate) struct Servers {
    dialer: Dialer,
    names: Names,
    last: Mutex<Url>,
}

/// Why nothing is sent to a server.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ServerError {
    #[error("the URL cannot be used: {0}")]
    Url(<Url as FromStr>::Err),
    #[error(transparent)]
    Setup(SetupError),
}

impl Servers {
    pub(crate) fn new(dialer: Dialer, names: Names, base: &str) -> Result<Self, ServerError> {
        let base = Self::checked(&dialer, &names, base)?;
        Ok(Self { dialer, names, last: Mutex::new(base) })
    }

    /// A target as a URL.
    fn url(&self, target: &Uri) -> Result<Url, ServerError> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let server = target.authority().map(Authority::as_str);
        if (target.scheme_str(), server) != (Some(last.scheme()), Some(last.authority())) {
            *last = Self::checked(&self.dialer, &self.names, &target.to_string())?;
        } else if (target.path(), target.query()) != (last.path(), last.query()) {
            last.set_path(target.path());
            last.set_query(target.query());
        }
        Ok(last.clone())
    }

    /// Asks the proxy on the way to a server why it gives no connection. It has a second for that.
    pub(super) async fn refusal(&self, server: Url) -> Option<String> {
        let (dialer, (tells, told)) = (self.dialer.clone(), oneshot::channel());
        let ask = move || {
            let limit = Limit::until(std::time::Instant::now() + Duration::from_secs(1));
            let (host, port) = (server.host_str()?, server.port_or_known_default()?);
            let asked = dialer.dial(server.scheme() == "https", host, port, &limit);
            let Err(DialError::Refused { words, .. }) = asked else { return None };
            tells.send(words).ok()
        };
        thread::Builder::new().name("proxy".to_owned()).spawn(ask).ok()?;
        told.await.ok()
    }

    fn checked(dialer: &Dialer, names: &Names, url: &str) -> Result<Url, ServerError> {
        let url = Url::parse(url).map_err(ServerError::Url)?;
        let (host, port) = (url.host_str(), url.port_or_known_default());
        let (host, port) = (host.unwrap_or_default(), port.unwrap_or_default());
        let is_secure = url.scheme() == "https";
        dialer.check(is_secure, host, port).map_err(ServerError::Setup)?;
        match dialer.proxies.proxy_for(is_secure, host, port) {
            Ok(Some(proxy)) => names.lead_to(proxy.host(), proxy.port()),
            _ => names.lead_to(host, port),
        }
        Ok(url)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;
    use std::net::TcpListener;

    use sim_net::setup::Setup;

    use super::*;

    fn servers(base: &str) -> Servers {
        let setup = Setup { is_direct: true, ..Setup::default() };
        let dialer = setup.dialer().expect("a dialer");
        let names = Names::new(dialer.resolver.clone());
        Servers::new(dialer, names, base).expect("a URL")
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn no_byte_of_what_was_given_up_leaves() {
        for (method, body) in
            [("GET", ""), ("DELETE", ""), ("POST", ""), ("POST", "{}"), ("GET", "{}")]
        {
            let server = TcpListener::bind("127.0.0.1:0").expect("a port");
            let url = format!("http://{}/x", server.local_addr().expect("it is bound"));
            let last = servers(&url);
            let asked = http::Request::builder().method(method).uri(url);
            let asked = asked.body(RequestBody::Bytes(Bytes::from(body))).expect("a request");
            let progress = Arc::new(Progress::default());
            let wired = request(asked, &progress, &last).expect("a request");
            progress.give_up();
            let client = crate::Client::builder().base_url("http://localhost").build();
            let client = client.expect("a client").http;
            let read = std::thread::spawn(move || {
                let (mut stream, _) = server.accept().expect("it connects");
                stream.read(&mut [0; 64])
            });
            client.execute(wired).await.expect_err("it was given up");
            drop(client);
            let read = read.join().expect("no panic").expect("it is closed");
            assert_eq!(read, 0, "{method} {body}");
        }
    }

    #[test]
    fn a_url_is_the_same_whether_its_server_is_known_or_not() {
        let last = servers("http://sim.test:3000/base");
        for target in [
            "http://sim.test:3000/base/api/jobs/a%20b",
            "http://sim.test:3000/base/api/x?a=%2F&b=c?d",
            "http://sim.test:3000",
            "http://sim.test:3000?a=b",
            "http://sim.test:3000//evil.test/x",
            "http://sim.test:3000/a/../b",
            "http://sim.test:3000/a|b\"c?d|e",
            "http://sim.test:30000/x",
            "http://evil.test/x",
            "http://[::1]:3000/x",
            "https://sim.test:3000/x",
            "https://sim.test/x",
        ] {
            let uri = target.parse().expect("a target");
            let made = last.url(&uri).expect("a URL");
            assert_eq!(last.url(&uri).expect("a URL"), made, "again");
            assert_eq!(Some(&made), Url::parse(target).ok().as_ref(), "{target}");
            assert_eq!(made.port(), Url::parse(made.as_str()).expect("a URL").port(), "{target}");
        }
    }
}
