//! Files on disk: as inputs of runs, and as what an upload reads.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use bytes::{Bytes, BytesMut};
use sim_core::transport::Source;
use sim_core::{Error, FileInput, Result};

/// The most content that fits into a request as base64, in bytes.
const MOST_INLINE: u64 = 10 * 1024 * 1024 / 4 * 3;

/// Makes file inputs out of files and readers. Import it to call its functions on [`FileInput`].
///
/// ```no_run
/// use simstudio::file::FileInputExt as _;
/// use simstudio::{ExecuteWorkflow, FileInput, serde_json::json};
///
/// # fn main() -> simstudio::Result<()> {
/// let report = FileInput::from_path("report.pdf")?;
/// let call = ExecuteWorkflow::new("wf-1").input(json!({"documents": [report]}));
/// # Ok(())
/// # }
/// ```
pub trait FileInputExt: Sized {
    /// Reads a file into memory. Only its base name is sent, and its ending decides the media type. A symbolic link is
    /// followed.
    ///
    /// # Errors
    /// If the path leads to no regular file, if it cannot be read, or if it is larger than a request can hold.
    fn from_path(path: impl AsRef<Path>) -> Result<Self>;

    /// Reads everything that a reader has into memory.
    ///
    /// # Errors
    /// If the reader fails, or if it has more than a request can hold.
    fn from_reader(
        name: impl AsRef<str>,
        mime: impl Into<String>,
        reader: impl Read,
    ) -> Result<Self>;
}

impl FileInputExt for FileInput {
    fn from_path(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let failed = |why: io::Error| Error::request(format!("{}: {why}", path.display()));
        let source = FileSource::open(path).map_err(failed)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let mime = mime_guess::from_path(path).first_or_octet_stream();
        Self::from_reader(name, mime.to_string(), source.file)
    }

    fn from_reader(
        name: impl AsRef<str>,
        mime: impl Into<String>,
        reader: impl Read,
    ) -> Result<Self> {
        let name = name.as_ref();
        let mut content = Vec::new();
        let read = reader.take(MOST_INLINE + 1).read_to_end(&mut content);
        read.map_err(|why| Error::request(format!("{name}: {why}")))?;
        if content.len() as u64 > MOST_INLINE {
            return Err(Error::request(format!(
                "{name} has more than the {MOST_INLINE} bytes that fit into a request; upload it first, and send a \
                 reference to it"
            )));
        }
        Ok(Self::from_bytes(name, mime, content))
    }
}

/// A file on disk as the source of an upload. It is read while it is sent, so that it is never in memory as a whole.
///
/// Its length is that of the moment when it was opened. A file that grows is sent up to that length; one that shrinks
/// ends the upload with an error.
#[derive(Debug)]
pub struct FileSource {
    file: File,
    length: u64,
    /// What was read and handed over. Once nobody else has a piece of it, the next read takes its room: new room costs
    /// about as much as the read.
    lent: Mutex<Vec<Bytes>>,
}

/// How many pieces a source remembers. A connection holds about four.
const LENT: usize = 16;
/// The largest piece whose room is kept, in bytes.
const LARGEST_KEPT: usize = 128 * 1024;

impl FileSource {
    /// Opens a file. A symbolic link is followed.
    ///
    /// # Errors
    /// If the path leads to no regular file, or to one that cannot be opened.
    pub fn open(path: impl AsRef<Path>) -> io::Result<Self> {
        let path = path.as_ref();
        // Opening a pipe would wait until somebody writes to it.
        regular(&fs::metadata(path)?)?;
        let file = File::open(path)?;
        let metadata = file.metadata()?;
        regular(&metadata)?;
        Ok(Self { file, length: metadata.len(), lent: Mutex::default() })
    }

    /// Returns room for a piece: that of an earlier one if it is free.
    fn room(&self, length: usize) -> BytesMut {
        let mut lent = self.lent.lock().unwrap_or_else(PoisonError::into_inner);
        let free = lent.iter().position(|piece| piece.len() == length && piece.is_unique());
        let free = free.and_then(|at| lent.swap_remove(at).try_into_mut().ok());
        free.unwrap_or_else(|| BytesMut::zeroed(length))
    }

    fn remember(&self, piece: &Bytes) {
        let mut lent = self.lent.lock().unwrap_or_else(PoisonError::into_inner);
        if lent.len() < LENT && piece.len() <= LARGEST_KEPT {
            lent.push(piece.clone());
        }
    }
}

fn regular(metadata: &fs::Metadata) -> io::Result<()> {
    if metadata.is_file() {
        return Ok(());
    }
    Err(io::Error::new(io::ErrorKind::InvalidInput, "this is not a regular file"))
}

impl Source for FileSource {
    fn len(&self) -> u64 {
        self.length
    }

    fn read(&self, offset: u64, length: usize) -> io::Result<Bytes> {
        let mut room = self.room(length);
        self.read_into(offset, &mut room)?;
        let piece = room.freeze();
        self.remember(&piece);
        Ok(piece)
    }

    fn read_into(&self, offset: u64, into: &mut [u8]) -> io::Result<()> {
        read_at(&self.file, into, offset)
    }
}

#[cfg(unix)]
fn read_at(file: &File, into: &mut [u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, into, offset)
}

#[cfg(windows)]
fn read_at(file: &File, mut into: &mut [u8], mut offset: u64) -> io::Result<()> {
    while !into.is_empty() {
        match std::os::windows::fs::FileExt::seek_read(file, into, offset)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            read => {
                into = &mut into[read..];
                offset += read as u64;
            }
        }
    }
    Ok(())
}
