//! The requests of an upload, one after the other.

use std::time::Duration;

use http::response::Parts;
use sim_core::operation::RequestBody;
use sim_core::transport::{BodyPlan, Exchange, Outcome, Step};
use sim_core::{CancelToken, Result, Timeouts};

use super::begin::BeginUpload;
use super::stage::{Stage, Verdict};
use super::uploading::{Completed, Upload, unwanted};

/// The most bytes that an answer to bytes may have.
pub(super) const MOST_ANSWERED: usize = 64 * 1024;

impl<B: BeginUpload> Exchange for Upload<B> {
    type Output = Completed<B>;

    fn request(&self) -> http::Request<RequestBody> {
        match &self.stage {
            Stage::Begin(call) => call.request(),
            Stage::Parts(call) => call.request(),
            Stage::Complete(call) => call.request(),
            Stage::Abort(call) => call.request(),
            Stage::Send(pieces) => pieces
                .last()
                .map(|piece| piece.request(self.body(piece.number)))
                .unwrap_or_default(),
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
            Stage::Send(_) => self.limits(self.begins),
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
                    self.enter(session, elapsed).map(|()| Duration::ZERO)
                }),
            },
            Stage::Parts(call) => match call.receive(outcome, elapsed) {
                Step::Again(delay) => Ok(delay),
                Step::Done(parts) => {
                    parts.and_then(|parts| self.send_parts(&parts)).map(|()| Duration::ZERO)
                }
            },
            Stage::Send(_) => self.piece_received(outcome, elapsed),
            Stage::Complete(call) => match call.receive(outcome, elapsed) {
                Step::Again(delay) => Ok(delay),
                Step::Done(Ok(done)) => return Step::Done(Ok(done)),
                Step::Done(Err(error)) => Err(error),
            },
            Stage::Abort(call) => match call.receive(outcome, elapsed) {
                Step::Again(delay) => Ok(delay),
                Step::Done(answer) => return self.given_up(&answer, elapsed),
            },
        };
        let next = next.and_then(|delay| {
            self.begins = elapsed.saturating_add(delay);
            self.out_of_time(self.begins).map_or(Ok(delay), Err)
        });
        match next {
            Ok(delay) => Step::Again(delay),
            Err(error) => self.give_up(error, elapsed),
        }
    }
}

impl<B: BeginUpload> Upload<B> {
    /// Takes what came of the last piece of the list, and goes on with the next one.
    fn piece_received(&mut self, outcome: Outcome, elapsed: Duration) -> Result<Duration> {
        let Some(piece) = self.take_piece() else {
            return self.next_parts(elapsed).map(|()| Duration::ZERO);
        };
        match self.judge(piece.number, outcome, elapsed)? {
            Verdict::Sent => self.sent(piece.number),
            Verdict::NeedsAddress => {
                // The addresses of the others are as old.
                self.stage = Stage::Send(Vec::new());
            }
            Verdict::Again(delay) => {
                if let Stage::Send(pieces) = &mut self.stage {
                    pieces.push(piece);
                }
                return Ok(delay);
            }
        }
        if matches!(&self.stage, Stage::Send(pieces) if pieces.is_empty()) {
            self.next_parts(elapsed)?;
        }
        Ok(Duration::ZERO)
    }
}
