//! TLS over a connection whose every wait has a limit.

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
