//! The socket of a connection, which a fault can cut.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::Notify;

/// After 0, which stands for all there is.
const HALF_A_HEAD: u8 = 1;
const UNTIL_FLUSHED: u8 = 2;

/// What the handler of a request holds of its connection.
#[derive(Debug, Clone, Default)]
pub(crate) struct Link(Arc<Inside>);

#[derive(Debug, Default)]
struct Inside {
    /// How much is still sent before the connection closes.
    sends: AtomicU8,
    close: Notify,
}

impl Link {
    /// Closes the connection; what was not sent yet is lost.
    pub(crate) fn close(&self) {
        self.0.close.notify_one();
    }

    /// Closes the connection after one half of the next head.
    pub(crate) fn cut_head(&self) {
        self.0.sends.store(HALF_A_HEAD, Ordering::Release);
    }

    /// Closes the connection when all that was written so far is sent.
    pub(crate) fn cut_after_this(&self) {
        self.0.sends.store(UNTIL_FLUSHED, Ordering::Release);
    }

    /// Waits until the connection is to be closed.
    pub(crate) async fn closed(&self) {
        self.0.close.notified().await;
    }

    fn sends(&self) -> u8 {
        self.0.sends.load(Ordering::Acquire)
    }
}

/// The socket.
#[derive(Debug)]
pub(crate) struct Socket {
    stream: TcpStream,
    link: Link,
    /// Bytes of a cut head that are still sent; `None` before the head.
    left: Option<usize>,
}

impl Socket {
    pub(crate) fn new(stream: TcpStream, link: Link) -> Self {
        Self { stream, link, left: None }
    }

    /// Writes one half of the head that these bytes begin with, then nothing more.
    fn write_half_a_head(
        &mut self,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let left = self.left.get_or_insert_with(|| half_a_head(bytes));
        if *left == 0 {
            // Whoever serves the connection drops it now.
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
