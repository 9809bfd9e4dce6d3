//! HTTP/1.1 over any reader, for transports that have none: httparse reads heads, the rest is here.

use std::io::{self, BufRead, ErrorKind, Read as _, Write};

use http::header::{CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING};
use http::response::Parts;
use http::{HeaderValue, Request, Response, Version};
use httparse::{EMPTY_HEADER, ParserConfig, Status, parse_chunk_size};
use sim_core::transport::{MAX_HEAD, MAX_HEADERS, RequestBody};

/// The most that is read of a head or a line, in bytes; the core's own bound is below.
const MOST: usize = 2 * MAX_HEAD;

/// The head of a request, as it is sent.
pub(crate) fn request_head<B>(request: &Request<B>) -> Vec<u8> {
    let mut bytes = format!("{} {} HTTP/1.1\r\n", request.method(), request.uri()).into_bytes();
    for (name, value) in request.headers() {
        bytes.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
    }
    bytes.extend_from_slice(b"\r\n");
    bytes
}

/// Writes a request. What its body reads while it is sent is written slice by slice: one is in memory at a time.
pub(crate) fn send(request: Request<RequestBody>, wire: &mut impl Write) -> io::Result<()> {
    let mut bytes = request_head(&request);
    let slices = match request.into_body() {
        RequestBody::Empty => None,
        // It leaves in one piece with its head.
        RequestBody::Bytes(body) => {
            bytes.extend_from_slice(&body);
            None
        }
        RequestBody::Slices(slices) => Some(slices),
    };
    wire.write_all(&bytes)?;
    for slice in slices.into_iter().flatten() {
        wire.write_all(&slice.read().map_err(io::Error::other)?)?;
    }
    Ok(())
}

/// Reads the head of an answer, and passes over interim ones.
pub(crate) fn head(reader: &mut impl BufRead) -> io::Result<Parts> {
    let mut bytes = Vec::new();
    loop {
        if reader.take(MOST as u64).read_until(b'\n', &mut bytes)? == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        let mut headers = [EMPTY_HEADER; MAX_HEADERS];
        let mut parsed = httparse::Response::new(&mut headers);
        match tolerant().parse_response(&mut parsed, &bytes) {
            Ok(Status::Complete(_)) if matches!(parsed.code, Some(100 | 102..=199)) => {
                bytes.clear();
            }
            Ok(Status::Complete(_)) => return parts(&parsed).map_err(invalid),
            Ok(Status::Partial) if bytes.len() < MOST => {}
            _ => return Err(ErrorKind::InvalidData.into()),
        }
    }
}

/// Accepts the forms of header lines that a user agent has to accept.
fn tolerant() -> ParserConfig {
    let mut config = ParserConfig::default();
    config
        .allow_spaces_after_header_name_in_responses(true)
        .allow_obsolete_multiline_headers_in_responses(true);
    config
}

fn parts(parsed: &httparse::Response<'_, '_>) -> http::Result<Parts> {
    let version = if parsed.version == Some(1) { Version::HTTP_11 } else { Version::HTTP_10 };
    let mut response = Response::builder().version(version).status(parsed.code.unwrap_or_default());
    for header in &*parsed.headers {
        // A folded value holds the ends of its lines.
        let line = |byte: &u8| if matches!(byte, b'\r' | b'\n') { b' ' } else { *byte };
        let value: Vec<u8> = header.value.iter().map(line).collect();
        response = response.header(header.name, value.trim_ascii());
    }
    Ok(response.body(())?.into_parts().0)
}

/// What is left of a body, as its head tells.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Framing {
    Length(u64),
    /// So much of a chunk; after none of it another begins.
    Chunk(u64),
    ChunkEnd,
    UntilClose,
}

impl Framing {
    pub(crate) fn of(head: &Parts) -> io::Result<Self> {
        let mut lengths = head.headers.get_all(CONTENT_LENGTH).iter();
        if matches!(head.status.as_u16(), 100..=199 | 204 | 304) {
            return Ok(Self::Length(0));
        }
        if let Some(coding) = head.headers.get(TRANSFER_ENCODING) {
            let chunked = coding.as_bytes().to_ascii_lowercase().ends_with(b"chunked");
            return Ok(if chunked { Self::Chunk(0) } else { Self::UntilClose });
        }
        let Some(length) = lengths.next() else { return Ok(Self::UntilClose) };
        let number = length.to_str().ok().and_then(|text| text.parse().ok());
        let number = number.filter(|_| lengths.all(|other| other == length));
        number.map(Self::Length).ok_or_else(|| ErrorKind::InvalidData.into())
    }

    /// Whether another request may follow on the connection, once a body of this framing is read.
    pub(crate) fn leaves_open(self, head: &Parts) -> bool {
        let asked = head.headers.get(CONNECTION).map(HeaderValue::as_bytes);
        let closes = asked.is_some_and(|word| word.eq_ignore_ascii_case(b"close"));
        self != Self::UntilClose && head.version == Version::HTTP_11 && !closes
    }

    /// The next piece of the body; `None` at its end.
    pub(crate) fn piece(&mut self, reader: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
        if matches!(self, Self::ChunkEnd | Self::Chunk(0)) {
            if *self == Self::ChunkEnd && !line(reader)?.trim_ascii().is_empty() {
                return Err(ErrorKind::InvalidData.into());
            }
            *self = match chunk(reader)? {
                0 => Self::Length(0),
                size => Self::Chunk(size),
            };
        }
        let (Self::Length(left) | Self::Chunk(left)) = *self else {
            let piece = reader.fill_buf()?.to_vec();
            reader.consume(piece.len());
            return Ok(Some(piece).filter(|piece| !piece.is_empty()));
        };
        if left == 0 {
            return Ok(None);
        }
        let here = reader.fill_buf()?;
        let piece = here[..here.len().min(usize::try_from(left).unwrap_or(usize::MAX))].to_vec();
        if piece.is_empty() {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        reader.consume(piece.len());
        let left = left - piece.len() as u64;
        *self = match self {
            Self::Length(_) => Self::Length(left),
            _ if left > 0 => Self::Chunk(left),
            _ => Self::ChunkEnd,
        };
        Ok(Some(piece))
    }
}

/// The size of the chunk that begins. After the last, what trails is read too.
fn chunk(reader: &mut impl BufRead) -> io::Result<u64> {
    let first = line(reader)?;
    let Ok(Status::Complete((_, size))) = parse_chunk_size(&first) else {
        return Err(ErrorKind::InvalidData.into());
    };
    let mut trailers = 0;
    while size == 0 && !line(reader)?.trim_ascii().is_empty() {
        trailers += 1;
        if trailers > MAX_HEADERS {
            return Err(ErrorKind::InvalidData.into());
        }
    }
    Ok(size)
}

fn line(reader: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut line = Vec::new();
    reader.take(MOST as u64).read_until(b'\n', &mut line)?;
    match line.last() {
        Some(b'\n') => Ok(line),
        _ if line.len() < MOST => Err(ErrorKind::UnexpectedEof.into()),
        _ => Err(ErrorKind::InvalidData.into()),
    }
}

fn invalid(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, error)
}
