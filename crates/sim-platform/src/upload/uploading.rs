//! The course of an upload, from its begin to its completion.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::Duration;

use http::StatusCode;
use sim_core::operation::{Answer, RequestBody};
use sim_core::transport::{Outcome, Phase, Source, Step, TransportError, TransportErrorKind};
use sim_core::{Api, CancelToken, Endpoint, Error, ErrorKind, Result, TimeoutKind, Timeouts};

use super::begin::{BeginUpload, UploadSession};
use super::content::Content;
use super::piece::Piece;
use super::stage::{Stage, Verdict, may_help};
use super::transfer::{PartUrls, Transfer};
use crate::Count;

/// How many addresses of parts are asked for at once.
const BATCH: usize = 100;
/// How many times bytes are sent to an address.
const TRIES: u32 = 3;
/// How many times an upload that went wrong is begun anew.
const RESTARTS: u32 = 1;
/// The bytes a second that an upload makes at the least.
const SLOWEST: u64 = 32 * 1024;
/// The longest wait that the storage may ask for before a piece is sent again.
const LONGEST_WAIT: Duration = Duration::from_secs(120);
/// How long giving an upload up may take.
const GIVING_UP: Duration = Duration::from_secs(60);

/// The exchange that uploads content, and gives what completing the upload answers.
///
/// Make it with the `upload` method of the request that begins it: of
/// [`CreateFileUpload`](crate::files::CreateFileUpload), of
/// [`CreateDocumentUpload`](crate::knowledge::CreateDocumentUpload) or of
/// [`CreateTableImport`](crate::tables::CreateTableImport). The options of that request hold for the whole upload: its
/// deadline, its cancel token, its headers. The content is read while it is sent, so that it is never in memory as a
/// whole. The bytes go to the storage of the server, without the API key. [`parallel`](Self::parallel) sends several
/// parts at once.
///
/// An address is tried three times. If the storage then still lacks the bytes, the upload is given up and begun anew
/// once, if the deadline leaves time. An upload that ends with an error, or because its token was cancelled, is given up
/// on the server too. One whose future is dropped stays there for a day.
pub struct Upload<B: BeginUpload> {
    /// Carries the options of the request that begins the upload.
    api: Api,
    begin: B,
    content: Content,
    pub(super) stage: Stage<B>,
    /// Where the upload is, once it has begun.
    session: Option<UploadSession>,
    /// The parts that the storage has beyond the first ones that the session counts.
    ahead: BTreeSet<u64>,
    /// How often each piece was sent.
    tries: BTreeMap<u64, u32>,
    keep: Option<Keep>,
    restarts: u32,
    /// The error for which the upload is given up.
    failed: Option<Error>,
    /// When the present request begins, since the upload began.
    pub(super) begins: Duration,
    /// The longest duration of all of it.
    deadline: Option<Duration>,
    /// The token that ends all of it.
    pub(super) cancel: Option<CancelToken>,
}

/// The function that stores a session.
type Keep = Box<dyn FnMut(&UploadSession) + Send>;
/// The output of an upload.
pub(super) type Completed<B> = <<B as BeginUpload>::Complete as Endpoint>::Output;

impl<B: BeginUpload> Upload<B> {
    /// Creates the upload of a source's content.
    ///
    /// # Errors
    ///
    /// Fails if the server would not take the name, if the content is not as large as the request says, if it is larger
    /// than the server takes, or if the request cannot be built.
    pub fn new(api: &Api, begin: B, content: impl Source) -> Result<Self> {
        begin.check()?;
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
        let own = begin.options().cloned().unwrap_or_default();
        let all = api.scoped_options(&own);
        let api = api.scoped(|scope| *scope = own.or(scope));
        Ok(Self {
            stage: Stage::Begin(api.call(begin.clone())?),
            api,
            begin,
            content,
            session: None,
            ahead: BTreeSet::new(),
            tries: BTreeMap::new(),
            keep: None,
            restarts: 0,
            failed: None,
            begins: Duration::ZERO,
            deadline: all.deadline,
            cancel: all.cancel,
        })
    }

    /// Goes on with an upload that another process began, from the first part that the server does not have. The
    /// process may have ended at any moment, also after the upload was complete. An upload that the server no longer
    /// takes bytes for, because it was given up or is a day old, is begun anew.
    ///
    /// # Errors
    ///
    /// Fails if the server wants the bytes in a way that is not known, or if the request cannot be built.
    pub fn resume(mut self, session: UploadSession) -> Result<Self> {
        self.enter(session, Duration::ZERO)?;
        Ok(self)
    }

    /// Calls `progress` with the bytes that were read for sending, and with the total, each time that bytes are read. The
    /// bytes of a repeat count once. It is called on the thread that reads, so it must not block.
    #[must_use]
    pub fn on_progress(mut self, progress: impl Fn(u64, u64) + Send + Sync + 'static) -> Self {
        self.content.reports_to(progress);
        self
    }

    /// Calls `keep` with the session when the upload has begun, and after each part that the server has. Store it, and
    /// [`resume`](Self::resume) goes on after a crash.
    #[must_use]
    pub fn on_session(mut self, keep: impl FnMut(&UploadSession) + Send + 'static) -> Self {
        self.keep = Some(Box::new(keep));
        self
    }

    /// Goes on where a session says.
    pub(super) fn enter(&mut self, session: UploadSession, elapsed: Duration) -> Result<()> {
        let (transfer, parts_done) = (session.transfer.clone(), session.parts_done);
        self.remember(session);
        let size = self.part_size().unwrap_or_else(|| self.content.len());
        self.content.begins_after(size.saturating_mul(parts_done));
        match transfer {
            Transfer::Put { url, headers, .. } if parts_done == 0 => {
                self.stage = Stage::Send(vec![Piece::whole(&url, &headers)?]);
                Ok(())
            }
            Transfer::Put { .. } | Transfer::Multipart { .. } => self.next_parts(elapsed),
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
    pub(super) fn next_parts(&mut self, elapsed: Duration) -> Result<()> {
        let numbers = self.missing();
        let session = self.session()?;
        if numbers.is_empty() {
            let complete = self.api.call(self.begin.complete(session))?;
            self.stage = Stage::Complete(complete.within(self.deadline, elapsed));
            return Ok(());
        }
        let numbers =
            numbers.into_iter().filter_map(|number| u32::try_from(number).ok().map(Count));
        let parts = self.api.call(self.begin.parts(session, numbers.collect()))?;
        self.stage = Stage::Parts(parts.within(self.deadline, elapsed));
        Ok(())
    }

    /// Returns the numbers of the next parts that the server does not have.
    fn missing(&self) -> Vec<u64> {
        let done = self.session.as_ref().map_or(0, |session| session.parts_done);
        let open = (done + 1..=self.last_part()).filter(|number| !self.ahead.contains(number));
        open.take(BATCH).collect()
    }

    pub(super) fn send_parts(&mut self, parts: &PartUrls) -> Result<()> {
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

    /// Returns the bytes of a piece.
    pub(super) fn body(&self, number: u64) -> RequestBody {
        let size = self.part_size().unwrap_or_else(|| self.content.len());
        self.content.part(number.saturating_sub(1).saturating_mul(size), size)
    }

    /// Takes the next piece that waits to be sent.
    pub(super) fn take_piece(&mut self) -> Option<Piece> {
        match &mut self.stage {
            Stage::Send(pieces) => pieces.pop(),
            _ => None,
        }
    }

    /// Returns the limits for sending a piece from `begins` on.
    pub(super) fn limits(&self, begins: Duration) -> Timeouts {
        let size = self.part_size().unwrap_or_else(|| self.content.len());
        // Over some transports this limit covers the sending of the body.
        let sending = Duration::from_secs(size.min(self.content.len()) / SLOWEST);
        let limits = Timeouts::READ.first_byte(Duration::from_secs(60) + sending);
        self.left(begins).map_or(limits, |left| limits.total(left))
    }

    /// Returns what the deadline leaves, or `None` if there is none.
    fn left(&self, elapsed: Duration) -> Option<Duration> {
        self.deadline.map(|deadline| deadline.saturating_sub(elapsed))
    }

    /// Returns the error of an upload whose time is over, or `None` if the next request may begin.
    pub(super) fn out_of_time(&self, begins: Duration) -> Option<Error> {
        let ends_anyway = matches!(self.stage, Stage::Abort(_));
        let is_over = !ends_anyway && self.left(begins).is_some_and(|left| left.is_zero());
        let kind = TransportErrorKind::Timeout(TimeoutKind::Total);
        is_over.then(|| TransportError::new(kind, Phase::NotSent).into())
    }

    /// Goes on after the storage has a piece.
    pub(super) fn sent(&mut self, number: u64) {
        self.tries.remove(&number);
        let Some(session) = &self.session else { return };
        // All bytes at once count as the first part.
        self.ahead.insert(number.max(1));
        let mut parts_done = session.parts_done;
        while self.ahead.remove(&(parts_done + 1)) {
            parts_done += 1;
        }
        if parts_done != session.parts_done {
            self.remember(UploadSession { parts_done, ..session.clone() });
        }
    }

    /// Judges what came of sending a piece.
    ///
    /// # Errors
    ///
    /// The error that ends this try of the upload.
    pub(super) fn judge(
        &mut self,
        number: u64,
        outcome: Outcome,
        elapsed: Duration,
    ) -> Result<Verdict> {
        let (is_whole, tries) = (self.last_part() == 0, self.tries.entry(number).or_default());
        *tries += 1;
        let tries = *tries;
        let error = match outcome {
            Ok(response) => {
                let status = response.status();
                // Storage that has all the bytes refuses them once more, and so does an upload that is complete.
                let may_have_them = is_whole
                    && (tries > 1 && status == StatusCode::INTERNAL_SERVER_ERROR
                        || status == StatusCode::CONFLICT);
                if status.is_success() || may_have_them {
                    return Ok(Verdict::Sent);
                }
                let refused = Answer::new(response, None).success().err();
                let refused = refused.unwrap_or_else(|| Error::request("the bytes were not taken"));
                if status == StatusCode::FORBIDDEN && !is_whole && tries < TRIES {
                    return Ok(Verdict::NeedsAddress);
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
        let asked = error.retry_after().unwrap_or_default().min(LONGEST_WAIT);
        let delay = Duration::from_secs(tries.into()).max(asked);
        let is_too_late = self.left(elapsed).is_some_and(|left| left <= delay);
        if tries < TRIES && !is_ours && !is_too_late {
            return Ok(Verdict::Again(delay));
        }
        Err(error)
    }

    /// Gives the upload up, on the server too if it has begun there.
    pub(super) fn give_up(&mut self, error: Error, elapsed: Duration) -> Step<Completed<B>> {
        // Nothing that ends the upload may end this.
        let api = self.api.scoped(|scope| scope.cancel = None);
        let abort = self.session.as_ref().map(|session| api.call(self.begin.abort(session)));
        match abort {
            Some(Ok(abort)) => {
                let deadline = elapsed.saturating_add(GIVING_UP);
                self.stage = Stage::Abort(abort.within(Some(deadline), elapsed));
                self.failed = Some(error);
                Step::Again(Duration::ZERO)
            }
            _ => Step::Done(Err(error)),
        }
    }

    /// Begins anew after the server gave the upload up, if that may help. An upload that the server does not give up may
    /// have been completed, so it is not begun again.
    pub(super) fn given_up(
        &mut self,
        answer: &Result<<B::Abort as Endpoint>::Output>,
        elapsed: Duration,
    ) -> Step<Completed<B>> {
        // The server forgets an upload some time after it ended, or never knew it for this key.
        let is_unknown = |error: &Error| error.status() == Some(StatusCode::NOT_FOUND);
        let was_unknown = answer.as_ref().err().is_some_and(is_unknown);
        let failed = self.failed.take();
        let has_time = self.left(elapsed).is_none_or(|left| !left.is_zero());
        let helps = |error: &Error| may_help(error) || was_unknown && is_unknown(error);
        let again = (answer.is_ok() || was_unknown)
            && has_time
            && self.restarts < RESTARTS
            && failed.as_ref().is_some_and(helps);
        let begun = match failed {
            Some(error) if !again => Err(error),
            _ => self.api.call(self.begin.clone()),
        };
        match begun {
            Ok(call) => {
                self.stage = Stage::Begin(call.within(self.deadline, elapsed));
                (self.restarts, self.session) = (self.restarts + 1, None);
                (self.tries, self.ahead) = (BTreeMap::new(), BTreeSet::new());
                self.content.begins_after(0);
                Step::Again(Duration::ZERO)
            }
            Err(error) => Step::Done(Err(error)),
        }
    }
}

impl<B: BeginUpload> fmt::Debug for Upload<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upload")
            .field("size", &self.content.len())
            .field("stage", &self.stage.name())
            .finish_non_exhaustive()
    }
}

/// The error of an answer that wants no bytes.
pub(super) fn unwanted() -> Error {
    Error::request("the server wants no bytes for this")
}
