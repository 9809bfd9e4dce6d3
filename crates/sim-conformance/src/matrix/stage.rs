//! What a call of the matrix meets.

use std::sync::OnceLock;
use std::time::Duration;

use sim_core::Timeouts;
use sim_mock::Release;

use super::kind::Kind;
use crate::reply::Reply;
use crate::script::Script;
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

    /// Answers the read that explains an answer with this row.
    pub(super) fn explained_by(mut self, row: Reply) -> Self {
        if let At::Script(script) = self.at {
            self.at = At::Script(script.with_row(row));
        }
        self
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

/// What makes a cell special.
#[derive(Debug, Clone, Copy)]
pub(super) enum Special {
    /// A hundred calls at once, beside one that stalls until its time is over and one that is cancelled.
    Crowd,
    /// The caller goes in the middle of a run.
    Vanish,
    /// The caller cancels.
    Cancel(When),
    /// A release of the server that loses the answer to a start.
    Released(Release),
}

/// When the caller cancels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    /// While the call connects.
    Connecting,
    /// When the request has arrived.
    Sent,
    /// When the head of the answer is here.
    Head,
    /// While it waits for its next attempt.
    Again,
}
