//! Sends requests that were read back over both transports, to a server that gives the recorded answers.

use bytes::Bytes;
use sim_conformance::Canned;
use sim_core::Result;
use sim_core::transport::Connector;
use sim_platform::wire::{Entry, Shown, Wire};
use simstudio::{ClientBuilder, Generation};

use super::record::Record;
use crate::clients::{Client, Settings};

/// How many recordings one server answers.
const AT_ONCE: usize = 50;

/// What a client is to ask, and the recorded answer.
pub(super) struct Asked<'a> {
    pub(super) record: &'a Record,
    pub(super) entry: &'static Entry,
    pub(super) wire: Wire,
}

/// What a client sent, and what it made of the answer.
pub(super) struct Seen<'a> {
    pub(super) record: &'a Record,
    pub(super) entry: &'static Entry,
    /// The transport.
    pub(super) on: &'static str,
    /// What reached the server; `None` if nothing did.
    pub(super) sent: Option<http::Request<Bytes>>,
    pub(super) request_shown: String,
    pub(super) got: Result<Shown>,
}

/// Sends each request over both transports.
pub(super) fn all<'a>(asked: &[Asked<'a>]) -> Vec<Seen<'a>> {
    asked.chunks(AT_ONCE).flat_map(some).collect()
}

fn some<'a>(asked: &[Asked<'a>]) -> Vec<Seen<'a>> {
    let answers = asked.iter().chain(asked).map(|asked| asked.record);
    let server = answers.fold(Canned::start(), |server, record| {
        server.then(record.status().as_u16(), &record.headers(), record.answer())
    });
    let mut seen = Vec::new();
    for client in Client::both(&server.url(), &Second) {
        for asked in asked {
            let rebuilt = asked.entry.rebuild(client.api(), &asked.wire).expect("it was before");
            let mut exchange = rebuilt.exchange;
            seen.push(Seen {
                record: asked.record,
                entry: asked.entry,
                on: client.name(),
                sent: None,
                request_shown: rebuilt.shown,
                got: client.drive(&mut *exchange),
            });
        }
    }
    let requests = taken(&server);
    assert_eq!(requests.len(), seen.len(), "each call sends one request");
    for (seen, request) in seen.iter_mut().zip(requests) {
        seen.sent = Some(request);
    }
    seen
}

/// Returns what reached a server.
pub(super) fn taken(server: &Canned) -> Vec<http::Request<Bytes>> {
    let taken = server.requests().into_iter().map(|request| {
        let mut taken = http::Request::new(Bytes::from(request.body));
        *taken.method_mut() = request.method;
        *taken.uri_mut() = request.url.as_str().parse().expect("a target");
        *taken.headers_mut() = request.headers;
        taken
    });
    taken.collect()
}

/// Settings of clients of the second generation.
pub(super) struct Second;

impl Settings for Second {
    fn apply<C: Connector>(&self, builder: ClientBuilder<C>) -> ClientBuilder<C> {
        builder.generation(Generation::V2)
    }
}
