//! What is done with the events of a stream, beside what decodes it.

use std::borrow::Cow;
use std::fmt;
use std::hint::black_box;

use serde::Deserialize;
use sim_core::RunEvent;
use sim_core::transport::RunEvents;

use super::{PEERS, Subject, Tally, Workload};

/// What is done with an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// Its data is looked at as text.
    Framing,
    /// Its data is parsed into one flat struct, as one does by hand.
    Json,
    /// It becomes a typed event of a run, lent. This workspace alone does that.
    Lent,
    /// It becomes a typed event of a run, owned. This workspace alone does that.
    Owned,
}

/// A decoder and what is done with its events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Way(pub Subject, pub Depth);

/// Events alone; this workspace's decoder comes first.
pub const FRAMING: [Way; 1 + PEERS.len()] = {
    let mut ways = [Way(Subject::SimCore, Depth::Framing); 1 + PEERS.len()];
    let mut at = 0;
    while at < PEERS.len() {
        ways[1 + at] = Way(PEERS[at], Depth::Framing);
        at += 1;
    }
    ways
};

/// Events as something typed; the one to compare with comes first.
pub const TYPED: [Way; 6] = [
    Way(Subject::SseCore, Depth::Json),
    Way(Subject::SimCore, Depth::Json),
    Way(Subject::SimCore, Depth::Lent),
    Way(Subject::SimCore, Depth::Owned),
    Way(Subject::SseStream, Depth::Json),
    Way(Subject::EventsourceStream, Depth::Json),
];

/// A frame of a Sim stream, borrowed: what one writes by hand for text and the end of it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Flat<'a> {
    /// Whose text it is.
    #[serde(borrow, default)]
    pub block_id: Cow<'a, str>,
    /// The text of the frame.
    #[serde(borrow, default)]
    pub chunk: Cow<'a, str>,
    /// What the frame is if it is not text.
    #[serde(borrow, default)]
    pub event: Cow<'a, str>,
}

impl Way {
    /// Decodes the stream and returns what came of it.
    ///
    /// # Panics
    ///
    /// On an event that is not what the workload says, and where a peer is asked for the events of a run.
    pub fn decode(self, work: &Workload) -> Tally {
        let Self(subject, depth) = self;
        match depth {
            Depth::Framing => subject.each(work, |data| {
                black_box(data);
            }),
            Depth::Json => subject.each(work, |data| {
                if data.starts_with('{') {
                    let flat: Flat<'_> = serde_json::from_str(data).expect("a frame");
                    black_box((&flat.block_id, &flat.chunk, &flat.event));
                }
            }),
            Depth::Lent => events(subject, work, |event| {
                black_box(&event);
            }),
            Depth::Owned => events(subject, work, |event| {
                black_box(&event.into_owned());
            }),
        }
    }
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(subject, depth) = self;
        write!(
            f,
            "{}, {}",
            subject.name(),
            match depth {
                Depth::Framing => "text",
                Depth::Json => "struct by hand",
                Depth::Lent => "event lent",
                Depth::Owned => "event owned",
            }
        )
    }
}

fn events(subject: Subject, work: &Workload, mut see: impl FnMut(RunEvent<'_>)) -> Tally {
    assert_eq!(subject, Subject::SimCore, "no other decoder knows runs");
    let mut reader = RunEvents::new(None);
    let mut tally = Tally::default();
    for read in work.reads() {
        let mut read = &read[..];
        while let Some(event) = reader.next(&mut read) {
            see(event.expect("an event"));
            tally.events += 1;
        }
    }
    tally
}
