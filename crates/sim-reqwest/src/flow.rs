//! The body of an answer as it comes, within the limits of its call.

use std::future::Future as _;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::Body as _;
use sim_core::{Phase, TimeoutKind, TransportError};
use tokio::time::{Instant, Sleep, sleep_until};

use crate::fault;
use crate::wire::{Clock, timed_out};

/// The body of an answer as it comes.
pub(crate) struct Flow {
    body: reqwest::Body,
    clock: Clock,
    /// When the last piece came.
    heard: Instant,
    /// Armed when there is nothing to read, and left as it is when something comes: what it says counts only
    /// when it goes off.
    alarm: Option<Pin<Box<Sleep>>>,
}

impl Flow {
    pub(crate) fn new(body: reqwest::Body, clock: Clock) -> Self {
        Self { body, clock, heard: Instant::now(), alarm: None }
    }

    /// The next piece; `None` at the end.
    pub(crate) fn poll_piece(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, TransportError>>> {
        loop {
            match Pin::new(&mut self.body).poll_frame(cx) {
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Ready(Some(Err(error))) => {
                    return Poll::Ready(Some(Err(fault::error(error, Phase::Body))));
                }
                Poll::Ready(Some(Ok(frame))) => {
                    self.heard = Instant::now();
                    // Trailers are frames too.
                    if let Ok(piece) = frame.into_data() {
                        return Poll::Ready(Some(Ok(piece)));
                    }
                }
                Poll::Pending => {
                    let kind = ready!(self.poll_alarm(cx));
                    return Poll::Ready(Some(Err(timed_out(kind, Phase::Body))));
                }
            }
        }
    }

    /// Ready when a limit has passed.
    fn poll_alarm(&mut self, cx: &mut Context<'_>) -> Poll<TimeoutKind> {
        loop {
            // An alarm is early at worst, so as long as it is silent nothing has to be reckoned.
            if let Some(alarm) = &mut self.alarm {
                ready!(alarm.as_mut().poll(cx));
            }
            let Some((end, kind)) = self.clock.silence(self.heard) else {
                return Poll::Pending;
            };
            if end <= Instant::now() {
                return Poll::Ready(kind);
            }
            match &mut self.alarm {
                Some(alarm) => alarm.as_mut().reset(end),
                None => self.alarm = Some(Box::pin(sleep_until(end))),
            }
        }
    }
}
