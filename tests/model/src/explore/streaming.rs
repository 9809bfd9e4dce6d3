//! A run whose events are streamed: the stream is opened, read to its end or its cut, and followed after a cut.

use std::time::Duration;

use bytes::Bytes;
use sim_core::transport::{
    AfterCut, BodyPlan, Collector, Exchange, OpenOnce, Phase, RunEvents, Step, TransportError,
    TransportErrorKind,
};
use sim_core::{Api, Collected, OnceStream, Result};

use super::network::Seen;
use super::talk::{Next, Talk, bytes_of, ended, failed, millis, outcome, response, talking};
use crate::server::{Millis, Reply};
use crate::story::Ending;

/// A run that is streamed once.
pub(super) enum Streaming {
    /// The stream is being opened.
    Opens(Box<OpenOnce>, Option<Box<(Collector, AfterCut)>>),
    /// The run is waited for.
    Follows(Box<dyn Talk>),
}

/// What is read of a body.
enum Body {
    Whole(Bytes),
    /// The first event, and then the connection is lost.
    Cut(Bytes),
}

impl Streaming {
    pub(super) fn begin(api: &Api, plan: OnceStream) -> Result<Box<dyn Talk>> {
        let (opening, collector, after) = plan.into_parts(api)?;
        Ok(Box::new(Self::Opens(Box::new(opening), Some(Box::new((collector, after))))))
    }

    /// Goes on after the stream was opened, or was not.
    fn opened(&mut self, opened: Result<RunEvents>, body: Option<Body>, elapsed: Millis) -> Next {
        let Self::Opens(_, parts) = self else { return Next::Again(0) };
        let Some(parts) = parts.take() else { return Next::Again(0) };
        let (collector, after) = *parts;
        match opened.and_then(|events| read(events, body, collector)) {
            Ok(collected) => Next::Ended(told(Ok(collected))),
            Err(error) => match after.recover(error, Duration::from_millis(elapsed)) {
                Ok(recovery) => {
                    *self = Self::Follows(talking(recovery, told));
                    Next::Again(0)
                }
                Err(error) => Next::Ended(failed(&error)),
            },
        }
    }
}

fn told(result: Result<Collected>) -> Ending {
    ended(result.map(|collected| collected.result))
}

/// Reads the events of a stream.
fn read(mut events: RunEvents, body: Option<Body>, mut collector: Collector) -> Result<Collected> {
    let (bytes, is_cut) = match body {
        Some(Body::Whole(bytes)) => (bytes, false),
        Some(Body::Cut(bytes)) => (bytes, true),
        None => (Bytes::new(), false),
    };
    let mut left = &bytes[..];
    while let Some(event) = events.next(&mut left) {
        if let Some(collected) = collector.take(event) {
            return collected;
        }
    }
    if is_cut {
        let lost = TransportError::new(TransportErrorKind::Closed, Phase::Body);
        let lost = Err(events.fail(lost));
        return collector.take(lost).expect("an error is the end");
    }
    while let Some(event) = events.end() {
        if let Some(collected) = collector.take(event) {
            return collected;
        }
    }
    unreachable!("a stream has one outcome")
}

impl Talk for Streaming {
    fn request(&self) -> http::Request<Bytes> {
        match self {
            Self::Opens(opening, _) => opening.request().map(bytes_of),
            Self::Follows(follows) => follows.request(),
        }
    }

    fn limit(&self) -> Option<Millis> {
        match self {
            Self::Opens(opening, _) => opening.timeouts().total.map(millis),
            Self::Follows(follows) => follows.limit(),
        }
    }

    fn receive(&mut self, seen: Seen, elapsed: Millis) -> Next {
        let opening = match self {
            Self::Follows(follows) => return follows.receive(seen, elapsed),
            Self::Opens(opening, _) => opening,
        };
        let (seen, body) = handed_over(opening, seen);
        match opening.receive(outcome(seen), Duration::from_millis(elapsed)) {
            Step::Again(delay) => Next::Again(millis(delay)),
            Step::Done(opened) => self.opened(opened, body, elapsed),
        }
    }

    fn cancel(&mut self, elapsed: Millis) -> Ending {
        match self {
            Self::Opens(opening, _) => match opening.cancel(Duration::from_millis(elapsed)) {
                Ok(_) => Ending::Cancelled(true),
                Err(error) => failed(&error),
            },
            Self::Follows(follows) => follows.cancel(elapsed),
        }
    }
}

/// Takes the body from an answer that is a stream, as a transport does.
fn handed_over(opening: &OpenOnce, seen: Seen) -> (Seen, Option<Body>) {
    let is_stream = |reply: &Reply| {
        let (head, _) = response(reply.clone()).into_parts();
        opening.plan(&head) == BodyPlan::HandOver
    };
    let without = |reply: Reply| Seen::Answer(Reply { body: String::new(), ..reply });
    match seen {
        Seen::Answer(reply) if is_stream(&reply) => {
            let body = Body::Whole(Bytes::from(reply.body.clone()));
            (without(reply), Some(body))
        }
        Seen::Body(reply) if is_stream(&reply) => {
            let end = reply.body.find("\n\n").map_or(0, |end| end + 2);
            let body = Body::Cut(Bytes::from(reply.body[..end].to_owned()));
            (without(reply), Some(body))
        }
        seen => (seen, None),
    }
}
