//! An upload that sends several of its parts at once.

use std::fmt;
use std::time::Duration;

use http::response::Parts;
use sim_core::operation::RequestBody;
use sim_core::transport::{BodyPlan, Exchange, Outcome, Parallel, Step, Turn};
use sim_core::{CancelToken, Error, Result, Timeouts};

use super::begin::BeginUpload;
use super::exchange::MOST_ANSWERED;
use super::piece::Piece;
use super::stage::{Stage, Verdict};
use super::uploading::{Completed, Upload};

/// An [`Upload`] that sends several parts at once; see [`Upload::parallel`]. The facade has a
/// `drive_parallel` for each client, which drives it.
///
/// The first part that fails for good ends the upload once the parts on their way have arrived.
pub struct ParallelUpload<B: BeginUpload> {
    /// The upload, unless one of its other requests is on its way: those go alone.
    upload: Option<Upload<B>>,
    at_once: usize,
    in_flight: usize,
    /// Pieces that are sent again at a time.
    later: Vec<(Duration, Piece)>,
    /// When the next request that goes alone may be sent.
    not_before: Duration,
    failed: Option<Error>,
    result: Option<Result<Completed<B>>>,
}

/// One request of a [`ParallelUpload`].
pub struct UploadJob<B: BeginUpload> {
    work: Work<B>,
    outcome: Option<Outcome>,
}

enum Work<B: BeginUpload> {
    /// A request that is no piece.
    Alone(Box<Upload<B>>),
    Piece(Box<PieceJob>),
}

/// A piece with everything that its request needs.
struct PieceJob {
    piece: Piece,
    body: RequestBody,
    limits: Timeouts,
    cancel: Option<CancelToken>,
}

/// The next turn, if there is one.
type Next<B> = Turn<UploadJob<B>, Completed<B>>;

impl<B: BeginUpload> Upload<B> {
    /// Sends up to `parts` parts at once; 0 counts as 1. The facade has a `drive_parallel` for each
    /// client, which drives it. Each part on its way
    /// takes a connection and less than 1 MiB of memory. Content that the server wants as a whole is sent as a whole.
    pub fn parallel(self, parts: usize) -> ParallelUpload<B> {
        ParallelUpload::new(self, parts.max(1))
    }
}

impl<B: BeginUpload> ParallelUpload<B> {
    fn new(upload: Upload<B>, at_once: usize) -> Self {
        Self {
            upload: Some(upload),
            at_once,
            in_flight: 0,
            later: Vec::new(),
            not_before: Duration::ZERO,
            failed: None,
            result: None,
        }
    }

    /// Returns the next turn while pieces are sent, or `None` once no piece is left and none is on its way.
    fn send_pieces(&mut self, now: Duration) -> Option<Next<B>> {
        let upload = self.upload.as_mut()?;
        if self.failed.is_none() {
            self.failed = upload.out_of_time(now);
        }
        if self.failed.is_some() {
            return (self.in_flight > 0).then_some(Turn::Busy);
        }
        if self.in_flight < self.at_once {
            let due = self.later.iter().position(|(at, _)| *at <= now);
            let piece = due.map(|due| self.later.swap_remove(due).1);
            if let Some(piece) = piece.or_else(|| upload.take_piece()) {
                self.in_flight += 1;
                let (body, limits) = (upload.body(piece.number), upload.limits(now));
                let cancel = upload.cancel.clone();
                let job = PieceJob { piece, body, limits, cancel };
                let work = Work::Piece(Box::new(job));
                return Some(Turn::Send(UploadJob { work, outcome: None }));
            }
            if let Some(at) = self.later.iter().map(|(at, _)| *at).min() {
                return Some(Turn::Wait(at.saturating_sub(now)));
            }
        }
        (self.in_flight > 0).then_some(Turn::Busy)
    }

    /// Goes on once all pieces are sent, or one failed.
    fn end_pieces(&mut self, now: Duration) {
        let Some(upload) = &mut self.upload else { return };
        self.later.clear();
        let ended = self.failed.take().map_or_else(|| upload.next_parts(now), Err);
        if let Err(error) = ended {
            match upload.give_up(error, now) {
                Step::Again(delay) => self.not_before = now.saturating_add(delay),
                Step::Done(result) => self.result = Some(result),
            }
        }
    }
}

impl<B: BeginUpload> Parallel for ParallelUpload<B> {
    type Job = UploadJob<B>;
    type Output = Completed<B>;

    fn at_once(&self) -> usize {
        self.at_once
    }

    fn next(&mut self, now: Duration) -> Next<B> {
        if matches!(&self.upload, Some(upload) if matches!(upload.stage, Stage::Send(_))) {
            if let Some(turn) = self.send_pieces(now) {
                return turn;
            }
            self.end_pieces(now);
        }
        if let Some(result) = self.result.take() {
            return Turn::Over(result);
        }
        let delay = self.not_before.saturating_sub(now);
        if !delay.is_zero() {
            return Turn::Wait(delay);
        }
        let Some(upload) = self.upload.take() else { return Turn::Busy };
        self.in_flight += 1;
        Turn::Send(UploadJob { work: Work::Alone(Box::new(upload)), outcome: None })
    }

    fn receive(&mut self, job: UploadJob<B>, now: Duration) {
        self.in_flight = self.in_flight.saturating_sub(1);
        match (job.work, job.outcome) {
            (Work::Alone(mut upload), outcome) => {
                match outcome.map(|outcome| upload.receive(outcome, now)) {
                    Some(Step::Again(delay)) => self.not_before = now.saturating_add(delay),
                    Some(Step::Done(result)) => self.result = Some(result),
                    // Nobody sent it.
                    None => {}
                }
                self.upload = Some(*upload);
            }
            (Work::Piece(job), None) => self.later.push((now, job.piece)),
            (Work::Piece(job), Some(outcome)) => {
                let (Some(upload), piece) = (&mut self.upload, job.piece) else { return };
                match upload.judge(piece.number, outcome, now) {
                    Ok(Verdict::Sent) => upload.sent(piece.number),
                    Ok(Verdict::Again(delay)) => {
                        self.later.push((now.saturating_add(delay), piece));
                    }
                    // It is asked for once the others are through.
                    Ok(Verdict::NeedsAddress) => {}
                    Err(error) => drop(self.failed.get_or_insert(error)),
                }
            }
        }
    }
}

impl<B: BeginUpload> Exchange for UploadJob<B> {
    type Output = ();

    fn request(&self) -> http::Request<RequestBody> {
        match &self.work {
            Work::Alone(upload) => upload.request(),
            Work::Piece(job) => job.piece.request(job.body.clone()),
        }
    }

    fn cancel_token(&self) -> Option<&CancelToken> {
        match &self.work {
            Work::Alone(upload) => upload.cancel_token(),
            Work::Piece(job) => job.cancel.as_ref(),
        }
    }

    fn timeouts(&self) -> Timeouts {
        match &self.work {
            Work::Alone(upload) => upload.timeouts(),
            Work::Piece(job) => job.limits,
        }
    }

    fn plan(&self, head: &Parts) -> BodyPlan {
        match &self.work {
            Work::Alone(upload) => upload.plan(head),
            Work::Piece(_) => BodyPlan::Read { limit: MOST_ANSWERED },
        }
    }

    /// Keeps the outcome for the upload.
    fn receive(&mut self, outcome: Outcome, _: Duration) -> Step<()> {
        self.outcome = Some(outcome);
        Step::Done(Ok(()))
    }

    fn cancel(&mut self, _: Duration) -> Result<()> {
        Ok(())
    }
}

impl<B: BeginUpload> fmt::Debug for ParallelUpload<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ParallelUpload")
            .field("at_once", &self.at_once)
            .field("in_flight", &self.in_flight)
            .finish_non_exhaustive()
    }
}

impl<B: BeginUpload> fmt::Debug for UploadJob<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = match &self.work {
            Work::Alone(_) => None,
            Work::Piece(job) => Some(job.piece.number),
        };
        f.debug_struct("UploadJob").field("part", &part).finish_non_exhaustive()
    }
}
