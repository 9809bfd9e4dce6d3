//! The answers of a server to an upload, over real sockets, and the check of what it is asked.

use bytes::Bytes;
use http::Request;
use http::uri::PathAndQuery;
use serde_json::{Value, json};
use sim_conformance::Canned;
use sim_core::transport::Exchange;
use sim_core::{Api, Error, Result};

use super::course::{Course, End, Says};
use super::session::{Ask, Asked, Session, json};
use crate::clients::Client;
use crate::recorded::record::Record;
use crate::recorded::sockets::{Second, taken};

/// The largest content that is made, in bytes.
const MOST: usize = 16 * 1024 * 1024;

/// An upload, the requests that it is to make, and the recordings that answer them.
pub(super) struct Script<'s, 'a> {
    pub(super) session: &'s Session<'a>,
    pub(super) course: Course,
    /// What answers the refused request.
    pub(super) refusal: Option<Asked<'a>>,
    pub(super) all: &'s [Asked<'a>],
}

/// What came of a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    AsRecorded,
    /// The SDK refused what the server would have refused, or cannot say it.
    NotSent,
}

impl<'a> Script<'_, 'a> {
    /// Returns whether there is an answer to each request of an upload.
    pub(super) fn can_answer(session: &Session<'a>, all: &[Asked<'a>]) -> bool {
        session.parts == 0
            || found(session, Ask::Parts(1), all).is_some_and(|asked| {
                let parts = asked.record.answered()["data"]["parts"].take();
                parts.as_array().is_some_and(|parts| parts.len() as u64 == session.parts)
            })
    }

    /// The recorded request that begins the upload.
    pub(super) fn begins(&self) -> &'a Record {
        match self.refusal {
            Some(refused) if refused.ask == Ask::Begin => refused.record,
            _ => self.session.begin,
        }
    }

    /// The content to upload: of the size that the first request says.
    pub(super) fn content(&self) -> Bytes {
        let sent = json(&self.begins().sent());
        let size = sent["size"].as_u64().or_else(|| sent["source"]["size"].as_u64());
        match size.and_then(|size| usize::try_from(size).ok()) {
            // A lie that nobody believes needs no content.
            Some(size) if size != self.session.content.len() && size < MOST => {
                vec![b'x'; size].into()
            }
            _ => self.session.content.clone(),
        }
    }

    /// Gives the answers over both transports, and compares what is sent with what was.
    pub(super) fn follow<X: Exchange>(
        &self,
        upload: impl Fn(&Api) -> Result<X>,
        id: impl Fn(X::Output) -> String,
    ) -> Ended {
        let asks = &self.course.asks;
        let mut server = Canned::start();
        let url = server.url();
        for (ask, says) in asks.iter().chain(asks) {
            let (record, body) = self.answer(*ask, *says, &url);
            server = server.then(record.status().as_u16(), &record.headers(), body);
        }
        for client in Client::both(&url, &Second) {
            let Ok(exchange) = upload(client.api()) else {
                assert!(taken(&server).is_empty(), "{:?}", self.session);
                return Ended::NotSent;
            };
            let what = format!("{} on {}", self.name(), client.name());
            match (client.drive(exchange), self.course.end) {
                (Ok(done), End::Done) => assert_eq!(id(done), self.session.id, "{what}"),
                (Err(error), End::Refused) => self.check(&error, &what),
                (done, end) => panic!("{what}: {:?} is not {end:?}", done.err()),
            }
        }
        let requests = taken(&server);
        let lines: Vec<_> =
            requests.iter().map(|r| format!("{} {}", r.method(), r.uri())).collect();
        assert_eq!(requests.len(), 2 * asks.len(), "{}: {lines:#?} is not {asks:?}", self.name());
        for ((ask, _), request) in asks.iter().cycle().zip(&requests) {
            self.check_sent(*ask, request);
        }
        Ended::AsRecorded
    }

    fn name(&self) -> &str {
        self.refusal.map_or(&self.session.begin.name, |refused| &refused.record.name)
    }

    /// Checks that an error is the recorded refusal.
    fn check(&self, error: &Error, what: &str) {
        let is_bytes = |(_, says): &&(Ask, Says)| *says == Says::BadBytes;
        let record = match self.course.asks.iter().find(is_bytes) {
            Some((ask, says)) => self.answer(*ask, *says, "").0,
            None => self.refusal.expect("it was refused").record,
        };
        let told = record.answered()["error"].take();
        assert_eq!(error.status(), Some(record.status()), "{what}");
        let code = told.pointer("/details/code").unwrap_or(&told["code"]);
        assert_eq!(Some(error.code()), code.as_str(), "{what}");
        assert!(error.message().contains(told["message"].as_str().expect("a text")), "{what}");
    }

    /// Returns the recording that answers a request, and its body, in the words of this upload.
    fn answer(&self, ask: Ask, says: Says, url: &str) -> (&'a Record, Vec<u8>) {
        let refused = match says {
            Says::Yes => None,
            Says::Refusal => self.refusal.map(|refused| refused.record),
            Says::BadBytes => Some(self.bad_bytes(ask)),
        };
        if let Some(record) = refused {
            return (record, record.answer());
        }
        let asked = found(self.session, ask, self.all).expect("such a success was recorded");
        let mut answer = asked.record.answered();
        if let Ask::Parts(first) = ask {
            let parts = answer["data"]["parts"].as_array_mut().expect("parts");
            parts.retain(|part| part["partNumber"].as_u64() >= Some(first));
        }
        if asked.ask == Ask::Begin || matches!(ask, Ask::Parts(_)) {
            move_addresses(&mut answer, url);
        }
        let body = if answer.is_null() { asked.record.answer() } else { answer.to_string().into() };
        (asked.record, self.in_this_upload(&asked, body))
    }

    /// Finds a recorded answer to bytes that are wrong: to those of a part, or to all of them.
    fn bad_bytes(&self, ask: Ask) -> &'a Record {
        let mut bad = self.all.iter().filter(|asked| asked.record.status() == 400);
        let is_whole = ask == Ask::Put(0);
        let found = bad.find(|asked| match asked.ask {
            Ask::Put(number) => (number == 0) == is_whole,
            _ => false,
        });
        found.expect("one was recorded").record
    }

    /// Puts the id and the token of this upload in place of those of the recorded one.
    fn in_this_upload(&self, asked: &Asked<'_>, body: Vec<u8>) -> Vec<u8> {
        let text = match String::from_utf8(body) {
            Ok(text) if !asked.session.is_empty() => text,
            Ok(text) => return text.into_bytes(),
            Err(error) => return error.into_bytes(),
        };
        let text = text.replace(asked.session, &self.session.id);
        match asked.record.wire().headers.get("upload-token") {
            Some(token) => text.replace(token, &self.session.token).into_bytes(),
            None => text.into_bytes(),
        }
    }

    /// Checks what was sent: against the recording of this very request, or else against what the server said before.
    fn check_sent(&self, ask: Ask, request: &Request<Bytes>) {
        let (session, name) = (self.session, self.name());
        let (line, headers) =
            (format!("{} {}", request.method(), request.uri().path()), request.headers());
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let path = session.path();
        let expected = match ask {
            Ask::Begin => {
                // No request of the SDK has a key that the server does not know.
                let answer = self.begins().answer();
                let is_unknown = String::from_utf8_lossy(&answer).contains("Unrecognized key");
                let is_same = is_unknown || self.begins().is_what(request);
                assert!(is_same, "{name}: {request:?}");
                return;
            }
            Ask::Put(number) => {
                let (path, headers) = self.target(number);
                let sent = request.uri().path_and_query().map(PathAndQuery::as_str);
                assert_eq!(sent, Some(&*path), "{name}");
                for (name, value) in headers.as_object().expect("headers") {
                    assert_eq!(header(name), value.as_str(), "{name}");
                }
                assert_eq!(header("x-api-key"), None, "{name}: the storage does not get the key");
                let length = session.bytes(number).len();
                assert!(request.body() == &session.bytes(number), "{name}: {length} bytes");
                assert_eq!(request.method(), "PUT", "{name}");
                return;
            }
            Ask::Parts(first) => {
                let numbers: Vec<_> = (first..=session.parts).collect();
                assert_eq!(json(request.body()), json!({ "partNumbers": numbers }), "{name}");
                format!("POST {path}/parts")
            }
            Ask::Complete => format!("POST {path}/complete"),
            Ask::Abort => format!("DELETE {path}"),
        };
        assert_eq!(line, expected, "{name}");
        let query = format!("workspaceId={}", session.workspace);
        assert_eq!(request.uri().query(), Some(&*query), "{name}");
        assert_eq!(header("upload-token"), Some(&*session.token), "{name}");
        assert!(header("x-api-key").is_some(), "{name}");
        // An import that is no longer an upload was cancelled without its token.
        let has_token = |record: &Record| record.wire().headers.contains_key("upload-token");
        let own = self.all.iter().filter(|asked| session.has(asked) && asked.ask == ask);
        for Asked { record, .. } in own.filter(|asked| asked.record.is_success()) {
            assert!(!has_token(record) || record.is_what(request), "{}: {request:?}", record.name);
        }
    }

    /// Returns where the bytes of a part go: the path, and the headers that they need.
    fn target(&self, number: u64) -> (String, Value) {
        let (place, ask) = match number {
            0 => ("/data/transfer".to_owned(), Ask::Begin),
            _ => (format!("/data/parts/{}", number - 1), Ask::Parts(1)),
        };
        let (_, answer) = self.answer(ask, Says::Yes, "http://here");
        let target = json(&answer).pointer_mut(&place).expect("an address").take();
        let url = target["url"].as_str().and_then(|url| url.strip_prefix("http://here"));
        (url.expect("a path").to_owned(), target["headers"].clone())
    }
}

/// Finds the recorded success of a request: of this upload, or else of another one of its kind.
fn found<'a>(session: &Session<'a>, ask: Ask, all: &[Asked<'a>]) -> Option<Asked<'a>> {
    if ask == Ask::Begin {
        return Asked::of(session.begin);
    }
    let is_alike = |other: Ask| match (ask, other) {
        (Ask::Parts(_), Ask::Parts(_)) | (Ask::Put(_), Ask::Put(_)) => true,
        (ask, other) => ask == other,
    };
    let alike = |asked: &&Asked<'a>| {
        is_alike(asked.ask)
            && asked.record.is_success()
            && asked.kind.is_none_or(|kind| kind == session.kind)
    };
    let own = all.iter().filter(alike).find(|asked| session.has(asked));
    own.or_else(|| all.iter().find(alike)).copied()
}

/// Moves the addresses in an answer to another server.
fn move_addresses(json: &mut Value, to: &str) {
    match json {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(url) if name == "url" => {
                        let (_, rest) = url.split_once("://").expect("an address");
                        *url = format!("{to}/{}", rest.split_once('/').expect("a path").1);
                    }
                    value => move_addresses(value, to),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| move_addresses(item, to)),
        _ => {}
    }
}
