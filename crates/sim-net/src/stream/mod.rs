//! A connection whose every wait has a [`Limit`]: over TCP, over TLS, or over TLS inside TLS.

mod socket;

use std::fmt;
use std::io;
use std::net::TcpStream;

use crate::Limit;
use socket::Socket;

/// A connection whose every wait has a limit.
///
/// A wait that was stopped fails with an [`io::Error`] in which [`Stopped::find_in`](crate::Stopped::find_in) finds
/// the reason; the connection stays usable then.
pub struct Stream(Layer);

enum Layer {
    Plain(Socket),
    #[cfg(feature = "tls")]
    Tls(Box<tls::TlsStream>),
}

impl Stream {
    /// Takes a connection of TCP.
    pub fn new(tcp: TcpStream) -> Self {
        Self(Layer::Plain(Socket::new(tcp)))
    }

    /// Speaks TLS with the server named `host` over this connection.
    ///
    /// # Errors
    /// If the server is not trusted, speaks no TLS, or the limit ends the wait.
    #[cfg(feature = "tls")]
    pub fn secured(self, tls: &crate::tls::Tls, host: &str, limit: &Limit<'_>) -> io::Result<Self> {
        tls::TlsStream::connect(tls, host, self, limit).map(|tls| Self(Layer::Tls(Box::new(tls))))
    }

    /// Waits for input and puts it into `buffer`. Returns how much there was; nothing is the end.
    ///
    /// Input that is there when the limit is looked at counts, even if the process was stopped past its deadline.
    ///
    /// # Errors
    /// If the connection breaks or the limit ends the wait.
    pub fn read(&mut self, buffer: &mut [u8], limit: &Limit<'_>) -> io::Result<usize> {
        match &mut self.0 {
            Layer::Plain(socket) => socket.read(buffer, limit),
            #[cfg(feature = "tls")]
            Layer::Tls(tls) => tls.read(buffer, limit),
        }
    }

    /// Takes some of `bytes` for sending and returns how many. Where the limit ends the wait, it took none.
    ///
    /// # Errors
    /// If the connection breaks or the limit ends the wait.
    pub fn write(&mut self, bytes: &[u8], limit: &Limit<'_>) -> io::Result<usize> {
        match &mut self.0 {
            Layer::Plain(socket) => socket.write(bytes, limit),
            #[cfg(feature = "tls")]
            Layer::Tls(tls) => tls.write(bytes, limit),
        }
    }

    /// Sends what was taken. It can be called again where the limit ended the wait.
    ///
    /// # Errors
    /// If the connection breaks or the limit ends the wait.
    pub fn flush(&mut self, limit: &Limit<'_>) -> io::Result<()> {
        match &mut self.0 {
            Layer::Plain(_) => Socket::flush(limit),
            #[cfg(feature = "tls")]
            Layer::Tls(tls) => tls.flush(limit),
        }
    }

    /// Says without waiting whether something can be read: input, or the end. It does not take it.
    ///
    /// # Errors
    /// If the connection broke.
    pub fn has_input(&mut self) -> io::Result<bool> {
        match &mut self.0 {
            Layer::Plain(socket) => socket.has_input(),
            #[cfg(feature = "tls")]
            Layer::Tls(tls) => tls.has_input(),
        }
    }

    /// Whether TLS is spoken.
    pub fn is_tls(&self) -> bool {
        !matches!(self.0, Layer::Plain(_))
    }

    /// Returns the connection as [`io::Read`] and [`io::Write`] within a limit.
    pub fn within<'s>(&'s mut self, limit: &'s Limit<'s>) -> Within<'s> {
        Within { stream: self, limit }
    }
}

impl fmt::Debug for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stream").field("is_tls", &self.is_tls()).finish_non_exhaustive()
    }
}

/// A connection as [`io::Read`] and [`io::Write`], within a limit.
#[derive(Debug)]
pub struct Within<'s> {
    stream: &'s mut Stream,
    limit: &'s Limit<'s>,
}

impl io::Read for Within<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.stream.read(buffer, self.limit)
    }
}

impl io::Write for Within<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stream.write(bytes, self.limit)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush(self.limit)
    }
}

/// TLS over a connection, which may itself speak TLS with a proxy: so it stands in one file with the connection.
#[cfg(feature = "tls")]
mod tls {
    use std::io::{self, Read as _, Write as _};
    use std::sync::Arc;

    use rustls::ClientConnection;
    use rustls::pki_types::ServerName;

    use super::Stream;
    use crate::Limit;
    use crate::tls::Tls;

    pub(super) struct TlsStream {
        connection: ClientConnection,
        inner: Stream,
    }

    impl TlsStream {
        pub(super) fn connect(
            tls: &Tls,
            host: &str,
            mut inner: Stream,
            limit: &Limit<'_>,
        ) -> io::Result<Self> {
            let name = ServerName::try_from(host.to_owned()).map_err(invalid)?;
            let config = Arc::clone(tls.config());
            let mut connection = ClientConnection::new(config, name).map_err(invalid)?;
            while connection.is_handshaking() {
                connection.complete_io(&mut inner.within(limit))?;
            }
            Ok(Self { connection, inner })
        }

        pub(super) fn read(&mut self, buffer: &mut [u8], limit: &Limit<'_>) -> io::Result<usize> {
            loop {
                match self.connection.reader().read(buffer) {
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                    done => return done,
                }
                self.flush(limit)?;
                self.receive(limit)?;
            }
        }

        pub(super) fn write(&mut self, bytes: &[u8], limit: &Limit<'_>) -> io::Result<usize> {
            self.flush(limit)?;
            self.connection.writer().write(bytes)
        }

        pub(super) fn flush(&mut self, limit: &Limit<'_>) -> io::Result<()> {
            while self.connection.wants_write() {
                self.connection.write_tls(&mut self.inner.within(limit))?;
            }
            Ok(())
        }

        /// Servers send more than input, such as tickets: that is taken in here.
        pub(super) fn has_input(&mut self) -> io::Result<bool> {
            loop {
                let state = self.connection.process_new_packets().map_err(invalid)?;
                if state.plaintext_bytes_to_read() > 0 || state.peer_has_closed() {
                    return Ok(true);
                }
                if !self.inner.has_input()? {
                    return Ok(false);
                }
                if self.receive(&Limit::none())? == 0 {
                    return Ok(true);
                }
            }
        }

        fn receive(&mut self, limit: &Limit<'_>) -> io::Result<usize> {
            let received = self.connection.read_tls(&mut self.inner.within(limit))?;
            self.connection.process_new_packets().map_err(invalid)?;
            Ok(received)
        }
    }

    fn invalid(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
        io::Error::new(io::ErrorKind::InvalidData, error)
    }
}
