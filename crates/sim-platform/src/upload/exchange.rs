//! Uploads content: begins the upload, sends the bytes to where the server says, completes it.

use std::fmt;
use std::time::Duration;

use http::StatusCode;
use http::response::Parts;
use sim_core::operation::{Answer, RequestBody};
use sim_core::transport::{BodyPlan, Call, Exchange, Outcome, Source, Step};
use sim_core::{Api, CancelToken, Endpoint, Error, ErrorKind, Result, Timeouts};

use super::begin::{BeginUpload, UploadSession};
use super::content::Content;
use super::piece::Piece;
use super::transfer::{PartUrls, Transfer};
use crate::Count;

/// How many addresses of parts are asked for at once.
const BATCH: u64 = 100;
/// How many times bytes are sent to an address.
const TRIES: u32 = 3;
/// How many times an upload that went wrong is begun anew.
const RESTARTS: u32 = 1;
/// The bytes a second that an upload makes at the least.
const SLOWEST: u64 = 32 * 1024;
/// The most bytes that an answer to bytes may have.
const MOST_ANSWERED: usize = 64 * 1024;

/// The exchange that uploads content, and gives what completing the upload answers.
///
/// Make it with the `upload` method of the request that begins it: of
/// [`CreateFileUpload`](crate::files::CreateFileUpload), of
/// [`CreateDocumentUpload`](crate::knowledge::CreateDocumentUpload) or of
/// [`CreateTableImport`](crate::tables::CreateTableImport). The content is read while it is sent, so that it is never in
/// memory as a whole. The bytes go to the storage of the server, without the API key.
///
/// An address is tried three times. If the storage then still lacks the bytes, the upload is given up and begun anew
/// once. An upload that ends with an error, or because its token was cancelled, is given up on the server too. One whose
/// future is dropped stays there for a day.
pub struct Upload<B: BeginUpload> {
    api: Api,
    begin: B,
    content: Content,
    stage: Stage<B>,
    /// Where the upload is, once it has begun.
    session: Option<UploadSession>,
    keep: Option<Keep>,
    tries: u32,
    restarts: u32,
    /// The error for which the upload is given up.
    failed: Option<Error>,
    /// The token of the request that begins the upload, which ends all of it.
    cancel: Option<CancelToken>,
}

/// The function that stores a session.
type Keep = Box<dyn FnMut(&UploadSession) + Send>;

enum Stage<B: BeginUpload> {
    Begin(Call<B>),
    Parts(Call<B::Parts>),
    /// Sends the last piece of the list; the others follow it.
    Send(Vec<Piece>),
    Complete(Call<B::Complete>),
    /// Gives the upload up. It is begun anew then, or ends with the error that it failed with.
    Abort(Call<B::Abort>),
}

impl<B: BeginUpload> Upload<B> {
    /// Creates the upload of a source's content.
    ///
    /// # Errors
    ///
    /// Fails if the content is not as large as the request says, if it is larger than the server takes, or if the
    /// request cannot be built.
    pub fn new(api: &Api, begin: B, content: impl Source) -> Result<Self> {
        let declared = begin.declared_size();
        let declared = declared.ok_or_else(|| Error::request("the request uploads nothing"))?;
        if declared > B::LARGEST {
            return Err(Error::request(format!(
                "the upload has {declared} bytes, more than the {} that the server takes",
                B::LARGEST
            )));
        }
        let content = Content::new(content);
        if content.len() != declared {
            return Err(Error::request(format!(
                "the upload is declared with {declared} bytes, and the content has {}",
                content.len()
            )));
        }
        let call = api.call(begin.clone())?;
        Ok(Self {
            api: api.clone(),
            begin,
            content,
            cancel: call.cancel_token().cloned(),
            stage: Stage::Begin(call),
            session: None,
            keep: None,
            tries: 0,
            restarts: 0,
            failed: None,
        })
    }

    /// Goes on with an upload that another process began, from the first part that the server does not have.
    ///
    /// # Errors
    ///
    /// Fails if the server wants the bytes in a way that is not known, or if the request cannot be built.
    pub fn resume(mut self, session: UploadSession) -> Result<Self> {
        self.enter(session)?;
        Ok(self)
    }

    /// Calls `progress` with the bytes that were read for sending, and with the total, each time that bytes are read. A
    /// repeat begins again at the start of its part. It is called on the thread that reads, so it must not block.
    #[must_use]
    pub fn on_progress(mut self, progress: impl Fn(u64, u64) + Send + Sync + 'static) -> Self {
        self.content.reports_to(std::sync::Arc::new(progress));
        self
    }

    /// Calls `keep` with the session when the upload has begun, and after each part that the server has. Store it, and
    /// [`resume`](Self::resume) goes on after a crash.
    #[must_use]
    pub fn on_session(mut self, keep: impl FnMut(&UploadSession) + Send + 'static) -> Self {
        self.keep = Some(Box::new(keep));
        self
    }

    fn enter(&mut self, session: UploadSession) -> Result<()> {
        let transfer = session.transfer.clone();
        self.remember(session);
        match transfer {
            Transfer::Put { url, headers, .. } => {
                self.stage = Stage::Send(vec![Piece::whole(&url, &headers)?]);
                Ok(())
            }
            Transfer::Multipart { .. } => self.next_parts(),
            Transfer::Other => {
                Err(Error::request("the server wants the bytes in a way that is not known"))
            }
        }
    }

    fn remember(&mut self, session: UploadSession) {
        if let Some(keep) = &mut self.keep {
            keep(&session);
        }
        self.session = Some(session);
    }

    fn session(&self) -> Result<&UploadSession> {
        self.session.as_ref().ok_or_else(|| Error::request("the upload has not begun"))
    }

    /// Returns the size of every part but the last, or `None` if all bytes go at once.
    fn part_size(&self) -> Option<u64> {
        match self.session.as_ref()?.transfer {
            Transfer::Multipart { part_size, .. } => Some(part_size.0.max(1)),
            _ => None,
        }
    }

    /// Returns the number of the last part; 0 if all bytes go at once.
    fn last_part(&self) -> u64 {
        self.part_size().map_or(0, |size| self.content.len().div_ceil(size))
    }

    /// Asks where the parts go that the server does not have, or completes the upload if there are none.
    fn next_parts(&mut self) -> Result<()> {
        let numbers = self.missing();
        let session = self.session()?;
        if numbers.is_empty() {
            self.stage = Stage::Complete(self.api.call(self.begin.complete(session))?);
            return Ok(());
        }
        let numbers =
            numbers.into_iter().filter_map(|number| u32::try_from(number).ok().map(Count));
        let parts = self.begin.parts(session, numbers.collect());
        self.stage = Stage::Parts(self.api.call(parts)?);
        Ok(())
    }

    /// Returns the numbers of the next parts that the server does not have.
    fn missing(&self) -> Vec<u64> {
        let done = self.session.as_ref().map_or(0, |session| session.parts_done);
        (done + 1..=self.last_part().min(done.saturating_add(BATCH))).collect()
    }

    fn send_parts(&mut self, parts: &PartUrls) -> Result<()> {
        let mut pieces = parts.parts.iter().map(Piece::of).collect::<Result<Vec<_>>>()?;
        pieces.sort_by_key(|piece| std::cmp::Reverse(piece.number));
        if !pieces.iter().rev().map(|piece| piece.number).eq(self.missing()) {
            return Err(Error::request(
                "the server names addresses for other parts than were asked for",
            ));
        }
        self.stage = Stage::Send(pieces);
        Ok(())
    }

    /// Goes on after a piece was sent.
    fn sent(&mut self) -> Result<()> {
        self.tries = 0;
        let Stage::Send(pieces) = &mut self.stage else { return Ok(()) };
        let sent = pieces.pop();
        let is_last = pieces.is_empty();
        if let (Some(piece), Some(session)) = (sent, &self.session) {
            self.remember(UploadSession { parts_done: piece.number, ..session.clone() });
        }
        if is_last { self.next_parts() } else { Ok(()) }
    }

    /// Judges what came of sending a piece: the next step after a time, or the error that ends this try of the upload.
    fn judge(&mut self, outcome: Outcome) -> Result<Duration> {
        self.tries += 1;
        let error = match outcome {
            Ok(response) => {
                let status = response.status();
                // Storage that has all the bytes refuses them once more: whether it has is seen at the end.
                let has_them = self.last_part() == 0
                    && self.tries > 1
                    && status == StatusCode::INTERNAL_SERVER_ERROR;
                if status.is_success() || has_them {
                    return self.sent().map(|()| Duration::ZERO);
                }
                let refused = Answer::new(response, None).success().err();
                let refused = refused.unwrap_or_else(|| Error::request("the bytes were not taken"));
                if status == StatusCode::FORBIDDEN && self.last_part() > 0 && self.tries < TRIES {
                    // The address of a part works for a short time only.
                    return self.next_parts().map(|()| Duration::ZERO);
                }
                if !status.is_server_error() && !matches!(status.as_u16(), 408 | 429) {
                    return Err(refused);
                }
                refused
            }
            Err(error) => Error::from(error),
        };
        // What cannot be read now cannot be read later.
        let is_ours = matches!(error.kind(), ErrorKind::Source | ErrorKind::Cancelled);
        if self.tries < TRIES && !is_ours {
            return Ok(Duration::from_secs(self.tries.into()));
        }
        Err(error)
    }

    /// Gives the upload up, on the server too if it has begun there.
    fn give_up(&mut self, error: Error) -> Step<<B::Complete as Endpoint>::Output> {
        let abort = self.session.as_ref().map(|session| self.api.call(self.begin.abort(session)));
        match abort {
            Some(Ok(abort)) => {
                self.stage = Stage::Abort(abort);
                self.failed = Some(error);
                Step::Again(Duration::ZERO)
            }
            _ => Step::Done(Err(error)),
        }
    }

    /// Begins anew after the server gave the upload up, if that may help. An upload that the server does not give up may
    /// have been completed, so it is not begun again.
    fn given_up(&mut self, gone: bool) -> Step<<B::Complete as Endpoint>::Output> {
        let failed = self.failed.take();
        let again = gone && self.restarts < RESTARTS && failed.as_ref().is_some_and(may_help);
        let begun = match failed {
            Some(error) if !again => Err(error),
            _ => self.api.call(self.begin.clone()),
        };
        match begun {
            Ok(call) => {
                self.stage = Stage::Begin(call);
                (self.restarts, self.tries, self.session) = (self.restarts + 1, 0, None);
                Step::Again(Duration::ZERO)
            }
            Err(error) => Step::Done(Err(error)),
        }
    }
}

/// Returns whether an upload that failed in this way may go well when it is begun anew: the storage lacks bytes, an
/// address no longer works, or the network lost them.
fn may_help(error: &Error) -> bool {
    match error.status() {
        Some(status) => {
            status.is_server_error()
                || matches!(status, StatusCode::FORBIDDEN | StatusCode::CONFLICT)
        }
        None => matches!(
            error.kind(),
            ErrorKind::Connect | ErrorKind::Timeout(_) | ErrorKind::Closed | ErrorKind::Protocol
        ),
    }
}

impl<B: BeginUpload> Exchange for Upload<B> {
    type Output = <B::Complete as Endpoint>::Output;

    fn request(&self) -> http::Request<RequestBody> {
        match &self.stage {
            Stage::Begin(call) => call.request(),
            Stage::Parts(call) => call.request(),
            Stage::Complete(call) => call.request(),
            Stage::Abort(call) => call.request(),
            Stage::Send(pieces) => {
                let size = self.part_size().unwrap_or_else(|| self.content.len());
                let piece = pieces.last();
                let before = piece.map_or(0, |piece| piece.number.saturating_sub(1));
                let body = self.content.part(before.saturating_mul(size), size);
                piece.map_or_else(http::Request::default, |piece| piece.request(body))
            }
        }
    }

    /// Returns no token while the upload is given up, so that a cancelled upload does not stay on the server.
    fn cancel_token(&self) -> Option<&CancelToken> {
        if matches!(self.stage, Stage::Abort(_)) { None } else { self.cancel.as_ref() }
    }

    fn timeouts(&self) -> Timeouts {
        match &self.stage {
            Stage::Begin(call) => call.timeouts(),
            Stage::Parts(call) => call.timeouts(),
            Stage::Complete(call) => call.timeouts(),
            Stage::Abort(call) => call.timeouts(),
            Stage::Send(_) => {
                let size = self.part_size().unwrap_or_else(|| self.content.len());
                // Over some transports this limit covers the sending of the body.
                let sending = Duration::from_secs(size.min(self.content.len()) / SLOWEST);
                Timeouts::READ.first_byte(Duration::from_secs(60) + sending)
            }
        }
    }

    fn plan(&self, head: &Parts) -> BodyPlan {
        match &self.stage {
            Stage::Begin(call) => call.plan(head),
            Stage::Parts(call) => call.plan(head),
            Stage::Complete(call) => call.plan(head),
            Stage::Abort(call) => call.plan(head),
            Stage::Send(_) => BodyPlan::Read { limit: MOST_ANSWERED },
        }
    }

    fn receive(&mut self, outcome: Outcome, elapsed: Duration) -> Step<Self::Output> {
        let next = match &mut self.stage {
            Stage::Begin(call) => match call.receive(outcome, elapsed) {
                Step::Again(delay) => Ok(delay),
                Step::Done(answer) => answer.and_then(|answer| {
                    let session = B::begun(answer).ok_or_else(unwanted)?;
                    self.enter(session).map(|()| Duration::ZERO)
                }),
            },
            Stage::Parts(call) => match call.receive(outcome, elapsed) {
                Step::Again(delay) => Ok(delay),
                Step::Done(parts) => {
                    parts.and_then(|parts| self.send_parts(&parts)).map(|()| Duration::ZERO)
                }
            },
            Stage::Send(_) => self.judge(outcome),
            Stage::Complete(call) => match call.receive(outcome, elapsed) {
                Step::Again(delay) => Ok(delay),
                Step::Done(Ok(done)) => return Step::Done(Ok(done)),
                Step::Done(Err(error)) => Err(error),
            },
            Stage::Abort(call) => match call.receive(outcome, elapsed) {
                Step::Again(delay) => Ok(delay),
                Step::Done(answer) => return self.given_up(answer.is_ok()),
            },
        };
        match next {
            Ok(delay) => Step::Again(delay),
            Err(error) => self.give_up(error),
        }
    }
}

fn unwanted() -> Error {
    Error::request("the server wants no bytes for this")
}

impl<B: BeginUpload> fmt::Debug for Upload<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stage = match &self.stage {
            Stage::Begin(_) => "begin",
            Stage::Parts(_) => "parts",
            Stage::Send(_) => "send",
            Stage::Complete(_) => "complete",
            Stage::Abort(_) => "abort",
        };
        f.debug_struct("Upload")
            .field("size", &self.content.len())
            .field("stage", &stage)
            .finish_non_exhaustive()
    }
}
