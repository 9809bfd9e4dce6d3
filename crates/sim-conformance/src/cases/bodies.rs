//! Bodies that are read from a source slice by slice while they are sent: whole and in order, or not at all.

use std::io;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Method};
use serde_json::Value;
use sim_core::operation::{Answer, RequestBody, Route, Slices, Source};
use sim_core::{Api, CallOptions, Endpoint, ErrorKind, Operation, Result};

use super::cancels::{self, LARGE, Point, cancelled, wait_until};
use super::run;
use crate::late::Late;
use crate::script::{Reply, Script, Seen};
use crate::subject::Subject;
use crate::tools::{CONNECTED, Proven as _, api, has_socket};

/// Larger than what is on its way in the buffers of both ends, in bytes, and no multiple of a slice.
const HUGE: u64 = (32 << 20) + 5;

/// A source of which each place differs, and which records how it is read.
#[derive(Debug)]
struct Recorded {
    length: u64,
    /// From there on nothing can be read.
    fails_at: Option<u64>,
    reads: Mutex<Vec<(u64, usize)>>,
}

impl Recorded {
    fn new(length: u64, fails_at: Option<u64>) -> Arc<Self> {
        Arc::new(Self { length, fails_at, reads: Mutex::default() })
    }

    /// The reads so far, and whether each is of at most `most` bytes.
    fn reads(&self, most: usize) -> Vec<(u64, usize)> {
        let reads = self.reads.lock().expect("no panic holds it").clone();
        assert!(reads.iter().all(|(_, length)| *length <= most), "memory is bounded by the slice");
        reads
    }
}

impl Source for Recorded {
    fn len(&self) -> u64 {
        self.length
    }

    fn read(&self, offset: u64, length: usize) -> io::Result<Bytes> {
        self.reads.lock().expect("no panic holds it").push((offset, length));
        match self.fails_at {
            Some(end) if offset + length as u64 > end => Err(io::Error::other("it is gone")),
            _ => Ok(content(offset, length)),
        }
    }
}

/// What is in a source at that place.
fn content(offset: u64, length: usize) -> Bytes {
    let words = offset / 8..(offset + length as u64).div_ceil(8);
    let bytes: Vec<u8> = words.flat_map(u64::to_be_bytes).collect();
    let skip = usize::try_from(offset % 8).expect("it is small");
    Bytes::from(bytes).slice(skip..skip + length)
}

/// An operation that sends a source.
#[derive(Debug, Clone)]
pub(super) struct Upload(Slices, CallOptions);

impl Upload {
    pub(super) fn new(slices: Slices) -> Self {
        Self(slices, CallOptions::default())
    }

    fn all(source: &Arc<Recorded>) -> Self {
        Self::new(Slices::all(Arc::clone(source) as Arc<dyn Source>))
    }
}

impl Operation for Upload {
    fn route(&self) -> Route {
        Route { method: Method::PUT, path: "/api/files/f-1" }
    }

    fn path(&self) -> Result<String> {
        Ok(self.route().path.to_owned())
    }

    fn body(&self) -> Result<RequestBody> {
        Ok(RequestBody::Slices(self.0.clone()))
    }

    fn headers(&self, headers: &mut HeaderMap) -> Result<()> {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
        Ok(())
    }

    fn options(&self) -> Option<&CallOptions> {
        Some(&self.1)
    }
}

impl Endpoint for Upload {
    type Output = Value;

    fn decode(&self, answer: &Answer) -> Result<Value> {
        answer.json()
    }
}

/// Asserts that a request has this body, its length and its type.
fn assert_whole(seen: &Seen, offset: u64, length: usize) {
    assert!(seen.body == content(offset, length), "{} bytes came of {length}", seen.body.len());
    assert_eq!(seen.headers("content-length"), [&*length.to_string()]);
    assert_eq!(seen.headers("content-type"), ["application/octet-stream"]);
    assert_eq!(seen.header("transfer-encoding"), None);
}

/// The reads of a whole source in slices of that size.
fn in_order(length: u64, size: usize) -> Vec<(u64, usize)> {
    let left = |offset| usize::try_from(length - offset).unwrap_or(usize::MAX);
    (0..length).step_by(size).map(|offset| (offset, left(offset).min(size))).collect()
}

pub fn a_body_in_slices_arrives_whole<S: Subject>(subject: &impl Fn(Api) -> S) {
    let script = Script::new([Reply::json(200, "{}")]);
    let source = Recorded::new(HUGE, None);
    let core = api(script.url()).proven();
    run(subject, &core, Upload::all(&source)).expect("an answer");
    let seen = script.seen();
    assert_eq!(seen.len(), 1);
    assert_whole(&seen[0], 0, usize::try_from(HUGE).expect("it fits"));
    assert_eq!(source.reads(Slices::SIZE), in_order(HUGE, Slices::SIZE), "in order, once");
}

pub fn a_body_in_slices_is_sent_anew_with_each_attempt<S: Subject>(subject: &impl Fn(Api) -> S) {
    const LENGTH: usize = 300_000;
    let script = Script::new([Reply::json(503, "{}"), Reply::close(""), Reply::json(200, "{}")]);
    let source = Recorded::new(LENGTH as u64, None);
    let core = api(script.url()).proven();
    run(subject, &core, Upload::all(&source)).expect("an answer");
    let seen = script.seen();
    assert_eq!(seen.len(), 3);
    for seen in &seen {
        assert_whole(seen, 0, LENGTH);
    }
    assert_eq!(source.reads(Slices::SIZE), in_order(LENGTH as u64, Slices::SIZE).repeat(3));
}

pub fn a_part_of_a_source_is_a_body_of_its_own<S: Subject>(subject: &impl Fn(Api) -> S) {
    let script = Script::new([Reply::json(200, "{}")]);
    let core = api(script.url()).proven();
    let source = Recorded::new(100, None);
    for (offset, length, sent) in [(0, 100, 100), (7, 10, 10), (95, 100, 5), (3, 0, 0), (100, 1, 0)]
    {
        let shared = Arc::clone(&source) as Arc<dyn Source>;
        let slices = Slices::part(shared, offset, length).slice_size(4);
        run(subject, &core, Upload::new(slices)).expect("an answer");
        assert_whole(script.seen().last().expect("a request"), offset, sent);
    }
    assert_eq!(script.seen().len(), 5);
    source.reads(4);
}

pub fn a_source_that_fails_ends_the_call_and_its_connection<S: Subject>(
    subject: &impl Fn(Api) -> S,
) {
    for (length, fails_at) in [(1 << 20, 0), (1 << 20, 1 << 19), (HUGE, HUGE / 2), (100, 99)] {
        let script = Script::new([Reply::json(200, "{}")]);
        let source = Recorded::new(length, Some(fails_at));
        let core = api(script.url()).proven();
        let subject = subject(core.clone());
        let call = core.call(Upload::all(&source)).expect("a call");
        let error = subject.drive(call).expect_err("it cannot be read");
        assert_eq!((error.kind(), error.attempts()), (&ErrorKind::Source, 1), "{error:?}");
        // A request of which nothing was written yet may not have begun.
        if fails_at >= Slices::SIZE as u64 {
            wait_until(|| script.broken_off() == 1);
        }
        assert_eq!(script.seen(), [], "nothing is complete");
        let whole = in_order(fails_at / Slices::SIZE as u64 * Slices::SIZE as u64, Slices::SIZE);
        assert_eq!(source.reads(Slices::SIZE).len(), whole.len() + 1, "nothing is read after it");
    }
}

pub fn a_cancel_ends_a_body_in_slices_on_its_way<S: Subject>(subject: &impl Fn(Api) -> S) {
    let late = Late::new("{}");
    let core = cancels::core(late.url());
    let source = Recorded::new(LARGE as u64, None);
    let call = core.call(Upload::all(&source)).expect("a call");
    let begun = std::sync::Once::new();
    let ready = || {
        begun.call_once(|| late.begun());
        true
    };
    let error = cancelled(&subject(core), call, &Point::Begun, ready);
    assert_eq!(error.kind(), &ErrorKind::Cancelled, "{error:?}");
    wait_until(|| has_socket(late.url(), CONNECTED) != Some(true));
    assert_eq!(late.read(), (None, 0), "the rest of it never leaves");
}
