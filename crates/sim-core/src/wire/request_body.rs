//! The body of a request: empty, bytes in memory, or slices of a source that may be larger than memory.

use std::fmt;
use std::io::{self, Read};
use std::sync::Arc;

use bytes::{Buf, Bytes};

use super::transport_error::{Phase, TransportError, TransportErrorKind};

/// The body of a request.
///
/// A transport sends `Empty` and `Bytes` as they are. For `Slices` it takes one slice after the other, reads each one
/// where it may block, and sends [`len`](Self::len) as the length of the body.
#[derive(Debug, Clone, Default)]
pub enum RequestBody {
    /// A request without a body.
    #[default]
    Empty,
    /// A body that is in memory.
    Bytes(Bytes),
    /// A body that the transport reads slice by slice while it sends.
    Slices(Slices),
}

/// Content that a transport can read at any offset, once for each attempt: a file, or memory.
///
/// The core never reads it; transports do, through [`Slice::read`].
pub trait Source: fmt::Debug + Send + Sync + 'static {
    /// Returns the length of the content, in bytes. It must not change.
    fn len(&self) -> u64;

    /// Returns whether the content has no bytes.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Reads exactly `length` bytes from `offset` on. This may block.
    ///
    /// # Errors
    /// If the bytes cannot be read, or if the source ends early.
    fn read(&self, offset: u64, length: usize) -> io::Result<Bytes>;

    /// Fills `into` with the bytes from `offset` on. This may block. By default it copies what [`read`](Self::read)
    /// gives; a file fills it directly.
    ///
    /// # Errors
    /// If the bytes cannot be read, or if the source ends early.
    fn read_into(&self, offset: u64, into: &mut [u8]) -> io::Result<()> {
        let bytes = exactly(into.len(), self.read(offset, into.len())?)?;
        into.copy_from_slice(&bytes);
        Ok(())
    }
}

/// A source in memory.
impl Source for Bytes {
    fn len(&self) -> u64 {
        Bytes::len(self) as u64
    }

    fn read(&self, offset: u64, length: usize) -> io::Result<Bytes> {
        let short = || io::Error::from(io::ErrorKind::UnexpectedEof);
        let start = usize::try_from(offset).map_err(|_| short())?;
        let end = start.checked_add(length).filter(|end| *end <= Bytes::len(self));
        end.map(|end| self.slice(start..end)).ok_or_else(short)
    }
}

/// The slices of a source that the transport has not sent yet.
#[derive(Debug, Clone)]
pub struct Slices {
    source: Arc<dyn Source>,
    offset: u64,
    end: u64,
    most: usize,
}

/// One slice of a source, which is the next part of a body.
#[derive(Debug, Clone)]
pub struct Slice {
    source: Arc<dyn Source>,
    offset: u64,
    length: usize,
}

impl Slices {
    /// The default size of a slice, in bytes: 64 KiB.
    pub const SIZE: usize = 64 * 1024;

    /// Returns the slices of a whole source.
    pub fn all(source: Arc<dyn Source>) -> Self {
        let end = source.len();
        Self { source, offset: 0, end, most: Self::SIZE }
    }

    /// Returns the slices of `length` bytes of a source from `offset` on. A part that reaches beyond the end of the
    /// source stops at the end.
    pub fn part(source: Arc<dyn Source>, offset: u64, length: u64) -> Self {
        let whole = source.len();
        let offset = offset.min(whole);
        Self { source, offset, end: offset.saturating_add(length).min(whole), most: Self::SIZE }
    }

    /// Sets the size of a slice, in bytes; 0 counts as 1.
    #[must_use]
    pub fn slice_size(mut self, bytes: usize) -> Self {
        self.most = bytes.max(1);
        self
    }

    /// Returns the number of bytes that are left to send.
    pub fn len(&self) -> u64 {
        self.end - self.offset
    }

    /// Returns whether no bytes are left to send.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Iterator for Slices {
    type Item = Slice;

    fn next(&mut self) -> Option<Slice> {
        let left = self.end - self.offset;
        let length = usize::try_from(left).unwrap_or(usize::MAX).min(self.most);
        if length == 0 {
            return None;
        }
        let slice = Slice { source: Arc::clone(&self.source), offset: self.offset, length };
        self.offset += length as u64;
        Some(slice)
    }
}

impl Slice {
    /// Returns the length of the slice, in bytes. It is never 0.
    #[allow(clippy::len_without_is_empty)]
    pub fn len(&self) -> usize {
        self.length
    }

    /// Reads the slice. This may block: an async transport reads it on a thread where blocking is allowed.
    ///
    /// # Errors
    /// If the source cannot be read or ends early. Close the connection then, because the body is not complete; the
    /// request ends with this error.
    pub fn read(&self) -> Result<Bytes, TransportError> {
        let read = self.source.read(self.offset, self.length);
        read.and_then(|bytes| exactly(self.length, bytes)).map_err(failed)
    }

    /// Reads the slice to the beginning of `into`, as [`read`](Self::read) does. Returns its length.
    fn read_into(&self, into: &mut [u8]) -> Result<usize, TransportError> {
        self.source.read_into(self.offset, &mut into[..self.length]).map_err(failed)?;
        Ok(self.length)
    }
}

/// Refuses bytes of a source that are not as many as it was asked for.
fn exactly(length: usize, bytes: Bytes) -> io::Result<Bytes> {
    match bytes.len() {
        read if read == length => Ok(bytes),
        read if read < length => {
            Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the source ended early"))
        }
        read => Err(io::Error::new(
            io::ErrorKind::InvalidData,
            format!("the source gave {read} bytes, more than the {length} that it was asked for"),
        )),
    }
}

fn failed(why: io::Error) -> TransportError {
    TransportError::new(TransportErrorKind::Source, Phase::Sent).with_source(why)
}

impl RequestBody {
    /// Returns the length of the body, in bytes.
    pub fn len(&self) -> u64 {
        match self {
            Self::Empty => 0,
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Slices(slices) => slices.len(),
        }
    }

    /// Returns whether the body has no bytes.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the bytes of a body that is in memory; `None` for the slices of a source.
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Empty => Some(&[]),
            Self::Bytes(bytes) => Some(bytes),
            Self::Slices(_) => None,
        }
    }

    /// Returns a reader of the body, for blocking transports. If a slice cannot be read, the reader's error wraps a
    /// [`TransportError`]; [`io::Error::downcast`] unwraps it.
    pub fn into_reader(self) -> BodyReader {
        match self {
            Self::Empty => BodyReader { piece: Bytes::new(), rest: None },
            Self::Bytes(bytes) => BodyReader { piece: bytes, rest: None },
            Self::Slices(slices) => BodyReader { piece: Bytes::new(), rest: Some(slices) },
        }
    }
}

impl From<Bytes> for RequestBody {
    fn from(bytes: Bytes) -> Self {
        Self::Bytes(bytes)
    }
}

/// A reader of a request's body; returned by [`RequestBody::into_reader`]. It holds one slice at the most, and none
/// where the buffers of its caller have room for one.
#[derive(Debug)]
pub struct BodyReader {
    piece: Bytes,
    rest: Option<Slices>,
}

impl Read for BodyReader {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.piece.is_empty() {
            let Some(slice) = self.rest.as_mut().and_then(Iterator::next) else { return Ok(0) };
            if slice.len() <= into.len() {
                return slice.read_into(into).map_err(io::Error::other);
            }
            self.piece = slice.read().map_err(io::Error::other)?;
        }
        let length = self.piece.len().min(into.len());
        self.piece.copy_to_slice(&mut into[..length]);
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content() -> Bytes {
        (0..=255).collect::<Vec<u8>>().into()
    }

    #[test]
    fn slices_are_the_whole_of_their_part_in_order() {
        for size in [1, 7, 64, 256, 1000] {
            for (offset, length) in [(0, 256), (10, 100), (250, 100), (256, 1), (300, 1)] {
                let slices = Slices::part(Arc::new(content()), offset, length).slice_size(size);
                let expected: Vec<u8> = content()
                    .iter()
                    .copied()
                    .skip(usize::try_from(offset).expect("it is small"))
                    .take(usize::try_from(length).expect("it is small"))
                    .collect();
                assert_eq!(slices.len(), expected.len() as u64);
                assert_eq!(slices.is_empty(), expected.is_empty());
                let mut read = Vec::new();
                for slice in slices.clone() {
                    assert!(slice.len() <= size, "memory is bounded by the slice");
                    read.extend_from_slice(&slice.read().expect("it is in memory"));
                }
                assert_eq!(read, expected);
                read.clear();
                let mut reader = RequestBody::Slices(slices).into_reader();
                reader.read_to_end(&mut read).expect("it is in memory");
                assert_eq!(read, expected);
            }
        }
    }

    /// A source of 10 bytes whose second half is another than it says.
    #[derive(Debug)]
    struct Odd(&'static [u8]);

    impl Source for Odd {
        fn len(&self) -> u64 {
            10
        }

        fn read(&self, offset: u64, _: usize) -> io::Result<Bytes> {
            Ok(Bytes::from_static(if offset == 0 { b"12345" } else { self.0 }))
        }
    }

    #[test]
    fn a_source_that_is_shorter_or_longer_than_it_says_is_an_error_that_says_so() {
        for (rest, why) in [(&b""[..], "early"), (b"6789", "early"), (b"6789ab", "more than")] {
            let slices = Slices::all(Arc::new(Odd(rest))).slice_size(5);
            let last = slices.clone().nth(1).expect("a slice");
            let of_slice = last.read().expect_err("it is odd");
            let mut read = Vec::new();
            let error = RequestBody::Slices(slices).into_reader().read_to_end(&mut read);
            assert_eq!(read, b"12345", "nothing of a slice that is not whole");
            let of_reader = error.expect_err("it is odd").downcast().expect("it is the source");
            for error in [of_slice, of_reader] {
                let error: TransportError = error;
                assert_eq!(error.kind(), TransportErrorKind::Source);
                let source = std::error::Error::source(&error).expect("its reason").to_string();
                assert!(source.contains(why), "{source}");
            }
        }
    }
}
