//! What libcurl is told of a request, and what it tells while it works on one.

use std::io::{ErrorKind, Read as _};
use std::net::TcpStream;
use std::os::fd::{IntoRawFd as _, RawFd};

use curl::Error;
use curl::easy::{Easy2, Handler, InfoType, List, ReadError, WriteError};
use http::header::{ACCEPT, CONTENT_TYPE, EXPECT};
use http::response::Parts;
use sim_core::transport::{BodyReader, Destination, Phase, RequestBody};
use sim_core::transport::{TransportError, TransportErrorKind as Kind};
use socket2::Socket;

use crate::http1;

/// What libcurl calls while it works.
#[derive(Debug, Default)]
pub(crate) struct Tap {
    request: Option<BodyReader>,
    /// Why the body of the request could not be read, until somebody takes it.
    pub(crate) unreadable: Option<TransportError>,
    sent: bool,
    lines: Vec<u8>,
    answered: bool,
    /// A part of the request has left since somebody looked.
    pub(crate) sends: bool,
    /// The head of the answer, until somebody takes it.
    pub(crate) head: Option<Parts>,
    /// What has come of the body since somebody took it.
    pub(crate) body: Vec<u8>,
    /// The connection that was made, if one was.
    pub(crate) socket: Option<TcpStream>,
}

impl Handler for Tap {
    fn read(&mut self, into: &mut [u8]) -> Result<usize, ReadError> {
        self.request.as_mut().map_or(Ok(0), |request| request.read(into)).map_err(|error| {
            self.unreadable = error.downcast().ok();
            ReadError::Abort
        })
    }

    fn debug(&mut self, what: InfoType, _: &[u8]) {
        self.sends |= matches!(what, InfoType::HeaderOut | InfoType::DataOut);
        self.sent |= self.sends;
    }

    fn header(&mut self, line: &[u8]) -> bool {
        // What comes after the head is a trailer.
        if self.answered {
            return true;
        }
        self.lines.extend_from_slice(line);
        if !line.trim_ascii().is_empty() {
            return true;
        }
        match http1::head(&mut &self.lines[..]) {
            Ok(head) => self.head = Some(head),
            // An interim one; another follows.
            Err(error) => return error.kind() == ErrorKind::UnexpectedEof,
        }
        self.answered = true;
        true
    }

    fn write(&mut self, data: &[u8]) -> Result<usize, WriteError> {
        self.body.extend_from_slice(data);
        Ok(data.len())
    }

    /// libcurl repeats by itself what a kept connection lost: that is not its to decide.
    fn open_socket(&mut self, family: i32, kind: i32, protocol: i32) -> Option<RawFd> {
        if self.sent {
            return None;
        }
        let socket = Socket::new(family.into(), kind.into(), Some(protocol.into())).ok()?;
        self.socket = socket.try_clone().ok().map(TcpStream::from);
        Some(socket.into_raw_fd())
    }
}

/// A request as libcurl takes it.
pub(crate) fn prepared(request: http::Request<RequestBody>) -> Result<Easy2<Tap>, Error> {
    let (request, body) = request.into_parts();
    let length = body.len();
    let mut easy = Easy2::new(Tap { request: Some(body.into_reader()), ..Tap::default() });
    easy.url(&request.uri.to_string())?;
    easy.path_as_is(true)?;
    easy.proxy("")?;
    // Only so it tells what it sends.
    easy.verbose(true)?;
    if Destination::has_length(&request.method, length) {
        easy.post(true)?;
        easy.post_field_size(length)?;
    }
    easy.custom_request(request.method.as_str())?;
    let mut headers = List::new();
    for (name, value) in &request.headers {
        let value = String::from_utf8_lossy(value.as_bytes());
        headers.append(&if value.is_empty() {
            format!("{name};")
        } else {
            format!("{name}: {value}")
        })?;
    }
    // Without a value they are those that libcurl adds by itself, and leaves out then.
    for own in [ACCEPT, CONTENT_TYPE, EXPECT] {
        if !request.headers.contains_key(&own) {
            headers.append(&format!("{own}:"))?;
        }
    }
    easy.http_headers(headers)?;
    Ok(easy)
}

/// What libcurl says of itself, not of the call.
pub(crate) fn other<E: std::error::Error + Send + Sync + 'static>(
    phase: Phase,
) -> impl Fn(E) -> TransportError {
    move |error| TransportError::new(Kind::Other, phase).with_source(error)
}

/// What libcurl says of a call.
pub(crate) fn transport_error(error: curl::Error, phase: Phase) -> TransportError {
    // No HTTP, a weird answer, one that was refused here, an unknown coding, too large. Bad chunks it tells from
    // a connection that broke by its words alone.
    let odd = matches!(error.code(), 1 | 8 | 23 | 61 | 100)
        || error.extra_description().is_some_and(|words| words.contains("chunk"));
    let kind = match phase {
        Phase::NotSent if error.is_couldnt_resolve_host() => Kind::Resolve,
        Phase::NotSent if error.is_unsupported_protocol() => Kind::Tls,
        Phase::NotSent => Kind::Connect,
        Phase::Sent | Phase::Body if odd => Kind::Protocol,
        Phase::Sent | Phase::Body => Kind::Closed,
    };
    TransportError::new(kind, phase).with_source(error)
}
