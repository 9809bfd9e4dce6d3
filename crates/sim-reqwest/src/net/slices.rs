//! Reads the slices of a body on a thread of its own, because reading may block. tokio's own pool of threads panics where
//! no thread can be made.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::mpsc;
use std::task::{Context, Poll, ready};
use std::thread;

use bytes::Bytes;
use sim_core::transport::{Slices, TransportError};
use tokio::sync::oneshot;

/// How much memory the thread reserves for its stack.
const STACK: usize = 512 * 1024;

type Read = Result<Bytes, TransportError>;

/// The slices of a body. None is read before it is asked for; the thread ends when this is dropped.
pub(super) struct SliceReader {
    asks: mpsc::Sender<oneshot::Sender<Read>>,
    reading: Option<oneshot::Receiver<Read>>,
    /// How many bytes were not handed over yet.
    left: u64,
}

impl SliceReader {
    /// Starts the thread.
    pub(super) fn start(mut slices: Slices) -> io::Result<Self> {
        let left = slices.len();
        let (asks, asked) = mpsc::channel::<oneshot::Sender<Read>>();
        let thread = thread::Builder::new().name("slices".to_owned()).stack_size(STACK);
        let started = thread.spawn(move || {
            for answer in asked {
                let Some(slice) = slices.next() else { return };
                // Whoever asked may be gone by now.
                let _ = answer.send(slice.read());
            }
        });
        let why =
            |error| io::Error::other(format!("no thread can be started to read from: {error}"));
        started.map_err(why)?;
        Ok(Self { asks, reading: None, left })
    }
    pub(super) fn len(&self) -> u64 {
        self.left
    }

    pub(super) fn is_used_up(&self) -> bool {
        self.left == 0
    }

    /// Hands over the next slice, or `None` after the last.
    pub(super) fn poll_next(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, io::Error>>> {
        if self.is_used_up() {
            return Poll::Ready(None);
        }
        let reading = self.reading.get_or_insert_with(|| {
            let (answer, reading) = oneshot::channel();
            // A thread that broke off has dropped what it was asked with, and the read ends.
            let _ = self.asks.send(answer);
            reading
        });
        let read = ready!(Pin::new(reading).poll(cx));
        self.reading = None;
        let read = read.map_err(io::Error::other).and_then(|read| read.map_err(io::Error::other));
        if let Ok(slice) = &read {
            self.left = self.left.saturating_sub(slice.len() as u64);
        }
        Poll::Ready(Some(read))
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use sim_core::transport::{Source, TransportErrorKind};

    use super::*;

    /// A source that counts how often it is read, and breaks off at some offset.
    #[derive(Debug)]
    struct Counted {
        reads: AtomicUsize,
        breaks_at: u64,
    }

    impl Source for Counted {
        fn len(&self) -> u64 {
            10
        }

        fn read(&self, offset: u64, length: usize) -> io::Result<Bytes> {
            self.reads.fetch_add(1, Ordering::SeqCst);
            assert!(offset != self.breaks_at, "this source breaks off");
            Ok(Bytes::from_static(b"0123456789").slice(..length))
        }
    }

    fn reader(breaks_at: u64) -> (Arc<Counted>, SliceReader) {
        let source = Arc::new(Counted { reads: AtomicUsize::new(0), breaks_at });
        let shared = Arc::clone(&source);
        let slices = Slices::all(shared).slice_size(4);
        (source, SliceReader::start(slices).expect("a thread"))
    }

    #[tokio::test]
    async fn a_slice_is_read_when_it_is_asked_for() {
        let (source, mut slices) = reader(u64::MAX);
        assert_eq!((source.reads.load(Ordering::SeqCst), slices.len()), (0, 10));
        for (read, left) in [(1, 6), (2, 2), (3, 0)] {
            let slice = poll_fn(|cx| slices.poll_next(cx)).await.expect("a slice").expect("read");
            assert_eq!((slice.len(), slices.len()), (4.min(left + slice.len()), left as u64));
            assert_eq!(source.reads.load(Ordering::SeqCst), read);
        }
        assert!(poll_fn(|cx| slices.poll_next(cx)).await.is_none());
    }

    #[tokio::test]
    async fn a_source_that_breaks_off_leaves_nobody_waiting() {
        let (_, mut slices) = reader(4);
        poll_fn(|cx| slices.poll_next(cx)).await.expect("a slice").expect("read");
        poll_fn(|cx| slices.poll_next(cx)).await.expect("an end").expect_err("it broke off");
    }

    #[tokio::test]
    async fn a_source_that_fails_says_so_itself() {
        let slices = Slices::all(Arc::new(Bytes::from_static(b"x")));
        let broken = Slices::part(Arc::new(Failing), 0, 1);
        let mut read = SliceReader::start(slices).expect("a thread");
        poll_fn(|cx| read.poll_next(cx)).await.expect("a slice").expect("read");
        let mut failed = SliceReader::start(broken).expect("a thread");
        let error = poll_fn(|cx| failed.poll_next(cx)).await.expect("an end").expect_err("failed");
        let error = error.downcast::<TransportError>().expect("the source's");
        assert_eq!(error.kind(), TransportErrorKind::Source);
    }

    #[derive(Debug)]
    struct Failing;

    impl Source for Failing {
        fn len(&self) -> u64 {
            1
        }

        fn read(&self, _: u64, _: usize) -> io::Result<Bytes> {
            Err(io::ErrorKind::PermissionDenied.into())
        }
    }
}
