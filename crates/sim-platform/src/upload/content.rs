//! The content of an upload, with a report of how much of it was read.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use sim_core::operation::RequestBody;
use sim_core::transport::{Slices, Source};

/// How much is read at once, in bytes: as much as transports send at once.
const SLICE: usize = 128 * 1024;

/// The function that receives the bytes done and the total.
type Progress = Arc<dyn Fn(u64, u64) + Send + Sync>;

/// The content of an upload.
#[derive(Clone)]
pub(super) struct Content {
    source: Arc<dyn Source>,
    progress: Option<Progress>,
    read: Arc<Mutex<Read>>,
}

/// How much was read.
#[derive(Default)]
struct Read {
    /// The bytes that another process sent.
    before: u64,
    /// The bytes read of each part, by where it begins.
    parts: BTreeMap<u64, u64>,
}

impl Content {
    pub(super) fn new(source: impl Source) -> Self {
        Self { source: Arc::new(source), progress: None, read: Arc::default() }
    }

    pub(super) fn reports_to(&mut self, progress: impl Fn(u64, u64) + Send + Sync + 'static) {
        self.progress = Some(Arc::new(progress));
    }

    pub(super) fn len(&self) -> u64 {
        self.source.len()
    }

    /// Begins to count anew: `before` bytes need not be read.
    pub(super) fn begins_after(&self, before: u64) {
        *self.lock() = Read { before: before.min(self.len()), parts: BTreeMap::new() };
    }

    /// Returns a part as the body of a request. Reading it reports the progress.
    pub(super) fn part(&self, offset: u64, length: u64) -> RequestBody {
        let part = Part { content: self.clone(), begin: offset };
        RequestBody::Slices(Slices::part(Arc::new(part), offset, length).slice_size(SLICE))
    }

    fn lock(&self) -> MutexGuard<'_, Read> {
        self.read.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reports that a part was read up to a place. The lock keeps the reports of several threads in order.
    fn reached(&self, begin: u64, end: u64) {
        let Some(progress) = &self.progress else { return };
        let mut read = self.lock();
        let part = read.parts.entry(begin).or_default();
        *part = (*part).max(end.saturating_sub(begin));
        let done = read.before.saturating_add(read.parts.values().sum());
        progress(done, self.len());
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.len())
    }
}

/// A part of the content, by the place where it begins.
#[derive(Debug)]
struct Part {
    content: Content,
    begin: u64,
}

impl Source for Part {
    fn len(&self) -> u64 {
        self.content.len()
    }

    fn read(&self, offset: u64, length: usize) -> io::Result<Bytes> {
        let bytes = self.content.source.read(offset, length)?;
        self.content.reached(self.begin, offset.saturating_add(bytes.len() as u64));
        Ok(bytes)
    }
    fn read_into(&self, offset: u64, into: &mut [u8]) -> io::Result<()> {
        self.content.source.read_into(offset, into)?;
        self.content.reached(self.begin, offset.saturating_add(into.len() as u64));
        Ok(())
    }
}
