//! The socket of a connection, which a fault can cut.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::Notify;

/// The states of `Inside::sends`. The state 0 means that everything is sent.
const HALF_A_HEAD: u8 = 1;
const UNTIL_FLUSHED: u8 = 2;

/// The handle by which a request's handler closes or cuts its connection.
#[derive(Debug, Clone, Default)]
pub(crate) struct Link(Arc<Inside>);

#[derive(Debug, Default)]
struct Inside {
    /// How much the server still sends before the connection closes.
    sends: AtomicU8,
    close: Notify,
}

impl Link {
    /// Closes the connection. Bytes that were not sent yet are lost.
    pub(crate) fn close(&self) {
        self.0.close.notify_one();
    }

    /// Closes the connection in the middle of the next head.
    pub(crate) fn cut_head(&self) {
        self.0.sends.store(HALF_A_HEAD, Ordering::Release);
    }

    /// Closes the connection once everything written so far is sent.
    pub(crate) fn cut_after_this(&self) {
        self.0.sends.store(UNTIL_FLUSHED, Ordering::Release);
    }

    /// Waits until the connection must close.
    pub(crate) async fn closed(&self) {
        self.0.close.notified().await;
    }

    fn sends(&self) -> u8 {
        self.0.sends.load(Ordering::Acquire)
    }
}

/// The socket of a connection.
#[derive(Debug)]
pub(crate) struct Socket {
    stream: TcpStream,
    link: Link,
    /// The number of bytes of a cut head that are still sent, or `None` before the head.
    left: Option<usize>,
}

impl Socket {
    pub(crate) fn new(stream: TcpStream, link: Link) -> Self {
        Self { stream, link, left: None }
    }

    /// Writes the first half of the head that these bytes begin with, and then nothing more.
    fn write_half_a_head(
        &mut self,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let left = self.left.get_or_insert_with(|| half_a_head(bytes));
        if *left == 0 {
            // The task that serves the connection now drops it.
            self.link.close();
            return Poll::Pending;
        }
        let part = &bytes[..bytes.len().min(*left)];
        let written = Pin::new(&mut self.stream).poll_write(context, part);
        if let Poll::Ready(Ok(written)) = written {
            *left -= written;
        }
        written
    }
}

fn half_a_head(bytes: &[u8]) -> usize {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
    end.unwrap_or(bytes.len()) / 2
}

impl AsyncRead for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.link.sends() == HALF_A_HEAD {
            return self.write_half_a_head(context, bytes);
        }
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if self.link.sends() == HALF_A_HEAD {
            let first = slices.iter().find(|slice| !slice.is_empty());
            return self.write_half_a_head(context, first.map_or(&[], |slice| &**slice));
        }
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.link.sends() == UNTIL_FLUSHED {
            self.link.close();
        }
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
