//! The event layer without any I/O: the same events however the bytes are cut, and one outcome whatever
//! they are.

mod bad_input;
mod frames;
mod opening;
mod secret;
mod splits;

use sim_core::transport::RunEvents;
use sim_core::{ErrorKind, Result, RunEvent, RunId};

/// An event, or the error of a stream that broke off.
type Seen = Result<RunEvent<'static>>;

/// What a stream tells when it comes in these pieces.
fn told<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Vec<Seen> {
    let mut events = RunEvents::new(Some(RunId::from("run-1")));
    let mut seen = Vec::new();
    for mut piece in pieces {
        while let Some(event) = events.next(&mut piece) {
            seen.push(event.map(RunEvent::into_owned));
        }
    }
    seen.extend(events.end());
    assert!(events.is_over() && events.end().is_none(), "the outcome is the last");
    seen
}

/// A comparable form: errors are told apart by their kind.
fn shown(seen: &[Seen]) -> Vec<std::result::Result<RunEvent<'static>, ErrorKind>> {
    seen.iter().map(|event| event.as_ref().map_err(|error| error.kind().clone()).cloned()).collect()
}

/// Whether the last is an outcome, and no other is.
fn assert_one_outcome(seen: &[Seen]) {
    let outcomes =
        seen.iter().map(|event| event.as_ref().map_or(true, |event| event.result().is_some()));
    let at: Vec<_> = outcomes.enumerate().filter(|(_, is)| *is).map(|(n, _)| n).collect();
    assert_eq!(at, [seen.len() - 1], "{seen:?}");
}
