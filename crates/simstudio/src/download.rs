//! Downloads to a writer: the loop around the course of a download, once for each client.

use std::io;

use sim_core::Error;
use sim_core::transport::{Phase, TransportError, TransportErrorKind};

/// Turns an error of the writer into one of the SDK.
fn unwritten(why: io::Error) -> Error {
    of_kind(TransportErrorKind::Source, why)
}

fn of_kind(kind: TransportErrorKind, why: io::Error) -> Error {
    TransportError::new(kind, Phase::Body).with_source(why).into()
}

#[cfg(feature = "ureq-no-tls")]
pub(crate) mod blocking {
    use std::io::{Read as _, Write};
    use std::thread::sleep;
    use std::time::Instant;

    use sim_core::Result;
    use sim_core::transport::TransportErrorKind;
    use sim_platform::files::{DownloadFile, Downloading, FileHead};
    use sim_ureq::Client;

    /// The bytes that are read at once.
    const PIECE: usize = 128 * 1024;

    /// Downloads a file to a writer, piece by piece: it is never in memory as a whole. A download that is cut begins
    /// again, and nothing is written twice; see [`Downloading`].
    ///
    /// ```no_run
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use simstudio::files::DownloadFile;
    /// use simstudio::ureq::{Client, download_to};
    ///
    /// let client = Client::from_env()?;
    /// let mut copy = std::fs::File::create("copy.pdf")?;
    /// let head = download_to(&client, DownloadFile::new("file-id", "workspace-id"), &mut copy)?;
    /// println!("{:?}", head.name);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The errors of the download, also if the file changed meanwhile. One of kind
    /// [`Source`](sim_core::ErrorKind::Source) is the writer's. What was written is not the whole then.
    pub fn download_to(
        client: &Client,
        call: DownloadFile,
        mut to: impl Write,
    ) -> Result<FileHead> {
        let (mut downloading, began) = (Downloading::new(call), Instant::now());
        let mut piece = vec![0; PIECE];
        loop {
            let (head, mut body) = client.open(downloading.request())?;
            downloading.begun(head)?;
            let broke = loop {
                match body.read(&mut piece) {
                    Ok(0) => break None,
                    Ok(length) => {
                        let news = downloading.piece(&piece[..length])?;
                        to.write_all(news).map_err(super::unwritten)?;
                    }
                    Err(error) => {
                        let other = |why| super::of_kind(TransportErrorKind::Other, why);
                        break Some(error.downcast().unwrap_or_else(other));
                    }
                }
            };
            let Some(delay) = downloading.ended(broke, began.elapsed())? else {
                to.flush().map_err(super::unwritten)?;
                return Ok(downloading.into_head());
            };
            sleep(delay);
        }
    }
}

#[cfg(feature = "reqwest-no-tls")]
pub(crate) mod on_tokio {
    use std::io::Write;
    use std::time::Instant;

    use sim_core::Result;
    use sim_platform::files::{DownloadFile, Downloading, FileHead};
    use sim_reqwest::Client;

    /// Downloads a file to a writer, piece by piece: it is never in memory as a whole. A download that is cut begins
    /// again, and nothing is written twice; see [`Downloading`].
    ///
    /// The writer is called on the task, so it should not block for long, as a file or memory does not. For others,
    /// drive a [`Downloading`] with the client's `open`.
    ///
    /// # Errors
    /// The errors of the download, also if the file changed meanwhile. One of kind
    /// [`Source`](sim_core::ErrorKind::Source) is the writer's. What was written is not the whole then.
    pub async fn download_to(
        client: &Client,
        call: DownloadFile,
        mut to: impl Write,
    ) -> Result<FileHead> {
        let (mut downloading, began) = (Downloading::new(call), Instant::now());
        loop {
            let (head, mut body) = client.open(downloading.request()).await?;
            downloading.begun(head)?;
            let broke = loop {
                match body.next().await {
                    None => break None,
                    Some(Ok(piece)) => {
                        to.write_all(downloading.piece(&piece)?).map_err(super::unwritten)?;
                    }
                    Some(Err(error)) => break Some(error),
                }
            };
            let Some(delay) = downloading.ended(broke, began.elapsed())? else {
                to.flush().map_err(super::unwritten)?;
                return Ok(downloading.into_head());
            };
            tokio::time::sleep(delay).await;
        }
    }
}
