//! The course of a download that begins again where it broke off.

use std::fmt;
use std::hash::Hasher as _;
use std::time::Duration;

use sim_core::operation::Operation as _;
use sim_core::{Error, ErrorKind, Result};
use twox_hash::XxHash3_64;

use super::content::{DownloadFile, FileHead, StreamedFile};

/// How many times in a row a download may break off without a byte that is new.
const TRIES: u32 = 3;

/// The course of a download to a writer, without I/O. The facade has a `download_to` for each client, which drives it.
///
/// A download that is cut begins anew, and what was written before is compared with what comes again: a file that changed
/// meanwhile is an error, never a mixture. Where the server tells a tag of the content, only the rest is asked for; an
/// answer that has the whole in spite of that is read from its start. v0.8.9 tells none and ignores `Range`.
///
/// ```no_run
/// use std::io::{Read, Write};
/// use std::time::Duration;
/// use sim_core::{Error, Result};
/// use sim_platform::files::{DownloadFile, Downloading, FileHead, StreamedFile};
///
/// fn download(
///     open: impl Fn(StreamedFile) -> Result<(FileHead, Box<dyn Iterator<Item = Result<Vec<u8>>>>)>,
///     mut to: impl Write,
/// ) -> Result<FileHead> {
///     let mut downloading = Downloading::new(DownloadFile::new("file-1", "ws-1"));
///     loop {
///         let (head, pieces) = open(downloading.request())?;
///         downloading.begun(head)?;
///         let mut broke = None;
///         for piece in pieces {
///             match piece {
///                 Ok(piece) => to.write_all(downloading.piece(&piece)?).expect("it writes"),
///                 Err(error) => broke = Some(error),
///             }
///         }
///         match downloading.ended(broke, Duration::ZERO)? {
///             None => return Ok(downloading.into_head()),
///             Some(delay) => std::thread::sleep(delay),
///         }
///     }
/// }
/// ```
pub struct Downloading {
    call: DownloadFile,
    /// The head of the first answer.
    head: Option<FileHead>,
    /// The bytes that the writer has, and their digest.
    written: u64,
    digest: XxHash3_64,
    /// The bytes of the present answer that the writer had before, and their digest.
    seen: u64,
    again: XxHash3_64,
    /// How many times in a row the download broke off without a byte that is new.
    tries: u32,
    has_news: bool,
}

impl Downloading {
    /// Prepares the download of a file. The options of the call hold for all of its requests; its deadline covers them
    /// together.
    pub fn new(call: DownloadFile) -> Self {
        Self {
            call,
            head: None,
            written: 0,
            digest: XxHash3_64::new(),
            seen: 0,
            again: XxHash3_64::new(),
            tries: 0,
            has_news: false,
        }
    }

    /// Returns the request to open next.
    pub fn request(&self) -> StreamedFile {
        let tag = self.head.as_ref().and_then(|head| head.tag.as_deref());
        match tag.filter(|_| self.written > 0) {
            Some(tag) => self.call.clone().rest(self.written, tag),
            None => self.call.clone().streamed(),
        }
    }

    /// Takes the head of an answer, before its content.
    ///
    /// # Errors
    /// If the file changed since the download began.
    pub fn begun(&mut self, head: FileHead) -> Result<()> {
        (self.again, self.seen, self.has_news) = (XxHash3_64::new(), 0, false);
        let Some(first) = &self.head else {
            self.head = Some(head);
            return Ok(());
        };
        if let Some(start) = head.start {
            // The rest: the tag says that it belongs to what is there.
            let is_rest = start == self.written && head.tag == first.tag;
            (self.seen, self.again) = (self.written, self.digest.clone());
            return if is_rest { Ok(()) } else { Err(changed()) };
        }
        let is_alike = head.length == first.length
            && head.content_type == first.content_type
            && (head.tag.is_none() || head.tag == first.tag);
        if is_alike { Ok(()) } else { Err(changed()) }
    }

    /// Takes a piece of the content. Returns what of it the writer does not have.
    ///
    /// # Errors
    /// If the file changed since the download began.
    pub fn piece<'a>(&mut self, piece: &'a [u8]) -> Result<&'a [u8]> {
        let known = usize::try_from(self.written - self.seen).unwrap_or(usize::MAX);
        let (again, news) = piece.split_at(known.min(piece.len()));
        self.again.write(again);
        self.seen += again.len() as u64;
        if news.is_empty() {
            return Ok(news);
        }
        if !self.has_news && self.again.finish() != self.digest.finish() {
            return Err(changed());
        }
        self.has_news = true;
        self.digest.write(news);
        self.written += news.len() as u64;
        self.seen = self.written;
        Ok(news)
    }

    /// Takes the end of an answer's content: `None` where it came to its end, else why it broke off. Returns how long to
    /// wait before the next request, or `None` once the file is whole.
    ///
    /// # Errors
    /// Why it broke off, if another request does not help or the deadline leaves no time; or that the file changed.
    pub fn ended(&mut self, broke: Option<Error>, elapsed: Duration) -> Result<Option<Duration>> {
        let wanted = self.head.as_ref().and_then(|head| head.length);
        let Some(error) = broke else {
            let is_whole = wanted.is_none_or(|length| length == self.written);
            let is_same = self.has_news || self.again.finish() == self.digest.finish();
            let is_same = is_same && self.seen == self.written;
            return if is_whole && is_same { Ok(None) } else { Err(changed()) };
        };
        self.tries = if self.has_news { 1 } else { self.tries + 1 };
        let may_help = matches!(
            error.kind(),
            ErrorKind::Connect | ErrorKind::Timeout(_) | ErrorKind::Closed | ErrorKind::Protocol
        );
        let delay = Duration::from_secs(self.tries.into());
        let deadline = self.call.options().and_then(|options| options.deadline);
        let is_too_late = deadline.is_some_and(|limit| elapsed.saturating_add(delay) >= limit);
        if may_help && !is_too_late && self.tries <= TRIES { Ok(Some(delay)) } else { Err(error) }
    }

    /// Returns the number of bytes that the writer has.
    pub fn written(&self) -> u64 {
        self.written
    }

    /// Returns what the head of the first answer said of the file.
    pub fn into_head(self) -> FileHead {
        self.head.unwrap_or_default()
    }
}

fn changed() -> Error {
    Error::request("the file changed while it was downloaded; what was written is not the whole")
}

impl fmt::Debug for Downloading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Downloading").field("written", &self.written).finish_non_exhaustive()
    }
}
