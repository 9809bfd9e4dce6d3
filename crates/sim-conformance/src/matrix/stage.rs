//! How a fault is written down: what the call meets, and what must come of it.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use sim_core::Timeouts;

use super::kind::Kind;
use super::special::Special;
use super::{Cell, Expected};
use crate::reply::Reply;
use crate::script::Script;
use crate::subject::Lack;
use crate::tls::TlsServer;
use crate::tools::{black_hole, nobody};

/// What a call meets.
pub(super) struct Stage {
    pub(super) at: At,
    pub(super) limits: Timeouts,
    pub(super) response_limit: Option<usize>,
    /// The size of the input, in bytes.
    pub(super) input: Option<usize>,
    /// A read goes first, on the connection that the call will then find.
    pub(super) warm: Option<Kept>,
    /// A server that must never be asked.
    pub(super) decoy: Option<Script>,
    /// The most that may have been taken of the answers, in bytes.
    pub(super) most: Option<u64>,
    /// The least that is waited before a repeat.
    pub(super) least: Option<Duration>,
    pub(super) special: Option<Special>,
}

/// How a connection is kept after a first call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kept {
    /// As it was.
    Open,
    /// The server closes it before it is needed.
    Closed,
}

/// Where a call goes.
pub(super) enum At {
    Script(Script),
    Tls(TlsServer),
    /// Nobody is there who could be asked what reached him.
    Url(String),
}

impl Stage {
    pub(super) fn at(at: At) -> Self {
        Self {
            at,
            limits: Timeouts::default(),
            response_limit: None,
            input: None,
            warm: None,
            decoy: None,
            most: None,
            least: None,
            special: None,
        }
    }

    /// A server with these replies, the last one for ever.
    pub(super) fn script(replies: impl IntoIterator<Item = Reply>) -> Self {
        Self::at(At::Script(Script::new(replies)))
    }

    /// One reply for ever; but who waits for a run meets it four times, and then the end of the run, and who
    /// starts one once meets it once.
    pub(super) fn always(kind: Kind, reply: Reply) -> Self {
        match kind {
            Kind::Wait => Self::script([vec![reply; 4], vec![kind.good()]].concat()),
            Kind::Once => Self::once(kind, reply),
            _ => Self::script([reply]),
        }
    }

    /// One reply, and then a good answer.
    pub(super) fn once(kind: Kind, reply: Reply) -> Self {
        Self::script([reply, kind.good()])
    }

    /// Nobody listens there.
    pub(super) fn nobody() -> Self {
        static NOBODY: OnceLock<(String, socket2::Socket)> = OnceLock::new();
        let (url, _) = NOBODY.get_or_init(nobody);
        Self::at(At::Url(url.clone()))
    }

    /// Connecting goes unanswered. One such address serves all cells: making it takes its time.
    pub(super) fn hole() -> Self {
        static HOLE: OnceLock<(String, Vec<std::net::TcpStream>)> = OnceLock::new();
        let (url, _) = HOLE.get_or_init(black_hole);
        Self::at(At::Url(url.clone())).limits(|limits| limits.connect(Duration::from_millis(40)))
    }

    pub(super) fn limits(mut self, change: impl FnOnce(Timeouts) -> Timeouts) -> Self {
        self.limits = change(self.limits);
        self
    }

    pub(super) fn response_limit(mut self, bytes: usize) -> Self {
        self.response_limit = Some(bytes);
        self
    }

    pub(super) fn special(mut self, special: Special) -> Self {
        self.special = Some(special);
        self
    }
}

type Make = Arc<dyn Fn(Kind) -> Stage + Send + Sync>;

/// A variant of a row: what a call meets, and what must come of it for each kind of call.
pub(super) struct Fault {
    row: &'static str,
    name: String,
    make: Make,
    needs: Option<Lack>,
    expected: Vec<(Kind, Expected)>,
}

pub(super) const READS: [Kind; 2] = [Kind::Read, Kind::Cancel];
/// What waits for a run, or for its receipt, and is sent once.
pub(super) const STARTS: [Kind; 4] = [Kind::Sync, Kind::Queue, Kind::Stream, Kind::Retry];
/// The kinds of the matrix; what else there is has cells where it differs.
pub(super) const SIX: [Kind; 6] =
    [Kind::Read, Kind::Cancel, Kind::Sync, Kind::Queue, Kind::Stream, Kind::Wait];

pub(super) fn fault(
    row: &'static str,
    name: impl Into<String>,
    make: impl Fn(Kind) -> Stage + Send + Sync + 'static,
) -> Fault {
    Fault { row, name: name.into(), make: Arc::new(make), needs: None, expected: Vec::new() }
}

impl Fault {
    /// For these kinds of calls this outcome, after so many requests.
    pub(super) fn is(
        mut self,
        kinds: impl IntoIterator<Item = Kind>,
        outcome: impl Into<String>,
        requests: usize,
    ) -> Self {
        let tries = u32::try_from(requests).ok();
        let expected = Expected { outcome: outcome.into(), tries, requests, ids: None };
        self.expected.extend(kinds.into_iter().map(|kind| (kind, expected.clone())));
        self
    }

    /// For these kinds this outcome, after so many attempts of which none left.
    pub(super) fn never_sent(
        mut self,
        kinds: impl IntoIterator<Item = Kind>,
        outcome: impl Into<String>,
        tries: u32,
    ) -> Self {
        let expected =
            Expected { outcome: outcome.into(), tries: Some(tries), requests: 0, ids: None };
        self.expected.extend(kinds.into_iter().map(|kind| (kind, expected.clone())));
        self
    }

    /// Cancelled by the caller, after so many requests. How many attempts that were depends on the moment.
    pub(super) fn cancelled(
        mut self,
        kinds: impl IntoIterator<Item = Kind>,
        requests: usize,
    ) -> Self {
        let expected =
            Expected { outcome: "Cancelled".to_owned(), tries: None, requests, ids: None };
        self.expected.extend(kinds.into_iter().map(|kind| (kind, expected.clone())));
        self
    }

    /// Says under which ids the last-named kinds start their runs, a letter for each.
    pub(super) fn under(mut self, ids: &'static str) -> Self {
        if let Some((_, expected)) = self.expected.last_mut() {
            expected.ids = Some(ids);
        }
        self
    }

    /// A loss: reads are repeated, what may have started a run is sent once, who waits goes on.
    pub(super) fn lost(self, kind: &str) -> Self {
        self.is(READS, kind, 3).is(STARTS, format!("Ambiguous({kind})"), 1).is(
            [Kind::Wait],
            "Ok",
            5,
        )
    }

    /// A loss that another try would meet again: everything is sent once.
    pub(super) fn final_loss(self, kind: &str, wait: &str, looks: usize) -> Self {
        self.is(READS, kind, 1).is(STARTS, format!("Ambiguous({kind})"), 1).is(
            [Kind::Wait],
            wait,
            looks,
        )
    }

    /// Says what a transport must be able to do for it.
    pub(super) fn needs(self, lack: Lack) -> Self {
        Self { needs: Some(lack), ..self }
    }

    pub(super) fn into_cells(self) -> Vec<Cell> {
        let Self { row, name, make, needs, expected } = self;
        let cell = |(kind, expected)| Cell {
            row,
            fault: name.clone(),
            kind,
            needs,
            expected,
            stage: Arc::clone(&make),
        };
        expected.into_iter().map(cell).collect()
    }
}
