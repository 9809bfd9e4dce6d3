//! The content of an upload, with a report of how much of it was read.

use std::fmt;
use std::io;
use std::sync::Arc;

use bytes::Bytes;
use sim_core::operation::RequestBody;
use sim_core::transport::{Slices, Source};

/// The function that receives the bytes done and the total.
pub(super) type Progress = Arc<dyn Fn(u64, u64) + Send + Sync>;

/// The content of an upload.
#[derive(Clone)]
pub(super) struct Content {
    source: Arc<dyn Source>,
    progress: Option<Progress>,
}

impl Content {
    pub(super) fn new(source: impl Source) -> Self {
        Self { source: Arc::new(source), progress: None }
    }

    pub(super) fn reports_to(&mut self, progress: Progress) {
        self.progress = Some(progress);
    }

    pub(super) fn len(&self) -> u64 {
        self.source.len()
    }

    /// Returns a part as the body of a request. Reading it reports the progress.
    pub(super) fn part(&self, offset: u64, length: u64) -> RequestBody {
        RequestBody::Slices(Slices::part(Arc::new(self.clone()), offset, length))
    }
}

impl Source for Content {
    fn len(&self) -> u64 {
        self.source.len()
    }

    fn read(&self, offset: u64, length: usize) -> io::Result<Bytes> {
        let bytes = self.source.read(offset, length)?;
        if let Some(progress) = &self.progress {
            progress(offset.saturating_add(bytes.len() as u64), self.len());
        }
        Ok(bytes)
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.len())
    }
}
