//! The network and the servers of a world, with the clock of a history.

use bytes::Bytes;
use serde_json::json;

use super::bend::Bend;
use super::requests::mode_of;
use super::scenario::{Change, World};
use crate::server::{Arrival, Gone, Millis, Mode, Node, Refusal, Reply, Server, Version};

/// What the client sees of a request.
#[derive(Debug, Clone)]
pub(super) enum Seen {
    /// An answer.
    Answer(Reply),
    /// No connection was made.
    NotSent,
    /// The connection was lost before an answer came.
    Closed,
    /// The connection was lost after the head of this answer.
    Body(Reply),
    /// A limit of the attempt passed.
    Timeout,
}

/// The network, the servers and the clock.
#[derive(Debug)]
pub(super) struct Network {
    /// The time.
    pub(super) now: Millis,
    /// The state of the servers.
    pub(super) server: Server,
    /// The node that answers.
    pub(super) node: Node,
    /// The other node, if there is one.
    other: Option<Node>,
    change: Change,
    /// The requests that are held up: after how many others each arrives.
    held: Vec<(u32, u32, http::Request<Bytes>)>,
    /// The ids of runs that were started where ids are claims.
    pub(super) claimed: Vec<String>,
}

/// The time that a request takes.
const TRIP: Millis = 2;
/// The time after which a connection that is stuck closes.
const STUCK: Millis = 30_000;
const NEVER: u32 = u32::MAX;

impl Network {
    /// Creates the network of a world.
    pub(super) fn new(world: World) -> Self {
        let mut server = Server::default();
        server.public = !world.keyed;
        let other = match world.change {
            Change::OtherNode(version) => Some(Node::new(version)),
            _ => None,
        };
        let (node, change) = (world.node, world.change);
        Self { now: 1000, server, node, other, change, held: Vec::new(), claimed: Vec::new() }
    }

    /// Lets what a choice says happen before a request.
    pub(super) fn happen(&mut self, bend: Bend) {
        match bend {
            Bend::Restart => self.server.restart(self.now, self.node.version),
            Bend::Upgrade => {
                if let Change::Upgrade(version) = self.change {
                    self.server.advance(self.now, self.node.version);
                    self.node = Node { version, runtime: Node::new(version).runtime, ..self.node };
                }
            }
            Bend::SwitchOff => self.node.v2_off = true,
            Bend::TimePasses => self.now += 660_000,
            _ => {}
        }
    }

    /// Sends a request, and returns what its client sees of it. `limit` is the longest time for the attempt.
    pub(super) fn send(
        &mut self,
        request: &http::Request<Bytes>,
        number: u32,
        bend: Option<Bend>,
        limit: Option<Millis>,
    ) -> Seen {
        let node = match (bend, self.other) {
            (Some(Bend::OtherNode), Some(other)) => other,
            _ => self.node,
        };
        self.now += TRIP;
        let refusal = match bend {
            Some(Bend::Refuse(refusal) | Bend::RefuseUnheard(refusal)) => Some(refusal),
            _ => None,
        };
        let seen = match bend {
            Some(Bend::NotSent) => Seen::NotSent,
            Some(Bend::LoseRequest) => Seen::Closed,
            Some(Bend::Gateway) => Seen::Answer(page(self.now)),
            Some(Bend::Delay | Bend::DelayToEnd) => {
                let after = if bend == Some(Bend::Delay) { 1 } else { NEVER };
                self.held.push((after, number, request.clone()));
                self.now += STUCK.min(limit.unwrap_or(STUCK));
                return if limit.is_some_and(|limit| limit <= STUCK) {
                    Seen::Timeout
                } else {
                    Seen::Closed
                };
            }
            Some(Bend::LoseAtOnce | Bend::LoseMidway) => {
                let at_once = bend == Some(Bend::LoseAtOnce);
                let gone = if at_once { Gone::AtOnce } else { Gone::Midway };
                let arrival = Arrival { number, gone: Some(gone), refusal };
                let reply = self.take(node, request, arrival, false);
                // The head and the first text of a stream come while the run works.
                if mode_of(request) == Mode::Stream && reply.status == 200 {
                    let text = json!({"blockId": "b", "chunk": "text"});
                    Seen::Body(Reply::stream(&[text], self.now))
                } else {
                    Seen::Closed
                }
            }
            Some(Bend::RestartMidway) => {
                let gone = Some(Gone::Midway);
                // What the server works on dies with it, whatever runs it.
                let bun = Node { runtime: crate::server::Runtime::Bun, ..node };
                self.take(bun, request, Arrival { number, gone, refusal }, false);
                self.server.restart(self.now + 1, node.version);
                Seen::Closed
            }
            _ => {
                let arrival = Arrival { number, gone: None, refusal };
                let mut reply = self.take(node, request, arrival, true);
                let again = match bend {
                    Some(Bend::Twice | Bend::TwiceSecond) => {
                        Some(self.take(node, request, arrival, true))
                    }
                    _ => None,
                };
                if let (Some(second), Some(Bend::TwiceSecond)) = (again, bend) {
                    reply = second;
                }
                if bend == Some(Bend::TwiceLate) {
                    self.held.push((2, number, request.clone()));
                }
                match bend {
                    Some(Bend::LoseAnswer | Bend::RefuseUnheard(_)) => Seen::Closed,
                    Some(Bend::LoseBody) => Seen::Body(reply),
                    Some(Bend::GatewayAfter) => Seen::Answer(page(self.now)),
                    _ => Seen::Answer(reply),
                }
            }
        };
        self.now += TRIP;
        self.let_arrive();
        seen
    }

    /// Lets a node take a request. `waits` says that its client waits for the answer.
    fn take(
        &mut self,
        node: Node,
        request: &http::Request<Bytes>,
        arrival: Arrival,
        waits: bool,
    ) -> Reply {
        let known = self.server.runs.len();
        let reply = self.server.handle(node, request, arrival, self.now);
        if waits {
            self.now = self.now.max(reply.at);
        }
        let claims = node.version.claims() && request.headers().contains_key("x-api-key");
        let started = self.server.runs[known..].iter().filter(|_| claims);
        self.claimed.extend(started.map(|run| run.id.clone()));
        reply
    }

    /// Lets requests arrive that were held up for long enough.
    fn let_arrive(&mut self) {
        let mut held = std::mem::take(&mut self.held);
        for (after, _, _) in &mut held {
            if *after != NEVER {
                *after -= 1;
            }
        }
        let (due, held) = held.into_iter().partition(|(after, _, _)| *after == 0);
        self.held = held;
        self.arrive(due);
    }

    fn arrive(&mut self, due: Vec<(u32, u32, http::Request<Bytes>)>) {
        for (_, number, request) in due {
            self.take(self.node, &request, Arrival { number, ..Arrival::default() }, false);
        }
    }

    /// Lets everything arrive that is still held up, and a long time pass.
    pub(super) fn finish(&mut self) {
        let due = std::mem::take(&mut self.held);
        self.arrive(due);
        self.now += 1000;
        self.server.advance(self.now, self.node.version);
        self.server.advance(self.now + 600_000, self.node.version);
    }

    /// Sends a request that is no part of the conversation.
    pub(super) fn aside(&mut self, request: &http::Request<Bytes>) -> Reply {
        self.take(self.node, request, Arrival::default(), true)
    }

    /// Returns whether the server can refuse a request for this.
    pub(super) fn can_refuse(&self, refusal: Refusal, by_v2: bool, mode: Option<Mode>) -> bool {
        match refusal {
            Refusal::ClaimsOut => self.node.version.claims(),
            Refusal::QueueOut => mode == Some(Mode::Queued),
            Refusal::Requests => by_v2 && self.node.version.has_v2(),
            _ => true,
        }
    }

    /// Returns the version that the server may be upgraded to, or `None` if it has been or never is.
    pub(super) fn next_version(&self) -> Option<Version> {
        match self.change {
            Change::Upgrade(version) if version != self.node.version => Some(version),
            _ => None,
        }
    }

    /// Returns whether the second generation may be switched off now.
    pub(super) fn can_switch_off(&self) -> bool {
        self.change == Change::SwitchOff && !self.node.v2_off
    }
}

fn page(now: Millis) -> Reply {
    let headers = vec![("content-type", "text/html".to_owned())];
    Reply {
        status: 502,
        headers,
        body: "<html><h1>502 Bad Gateway</h1></html>".to_owned(),
        at: now,
    }
}
