//! The changes of an answer.

use recorded::{Json, Record};

use crate::frames;
use crate::places::{self, Path};

/// An answer with one change, or none.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
    /// What was changed, in words.
    pub(crate) what: String,
    pub(crate) touched: Touched,
}

/// The part of an answer that a change touched.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Touched {
    Nothing,
    /// A value of the body, or of the frame with that number.
    Value(Option<usize>, Path),
    Status,
    RequestId,
    /// The body as a whole, so that it is something else.
    Body,
}

/// The statuses that take the place of the recorded one.
const STATUSES: [u16; 9] = [200, 202, 401, 403, 404, 429, 500, 502, 503];

/// Returns all changes of the answer of a record, the recorded one first. At most `most` of those of its body.
pub(crate) fn all(record: &Record, most: usize, seed: usize) -> Vec<Answer> {
    let recorded = Answer {
        status: record.status,
        headers: record.headers.clone(),
        body: record.body.clone(),
        what: "as it was recorded".to_owned(),
        touched: Touched::Nothing,
    };
    let mut answers = values(&recorded, record.is_stream(), most, seed);
    answers.extend(heads(&recorded));
    answers.extend(bodies(&recorded, seed));
    answers.insert(0, recorded);
    answers
}

/// Returns a number that looks like chance and depends on the seed alone.
pub(crate) fn chance(seed: usize) -> usize {
    let mixed = (seed as u64 ^ 0x9e37_79b9_7f4a_7c15).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0x94d0_49bb_1331_11eb);
    usize::try_from((mixed ^ (mixed >> 32)) & 0xffff_ffff).unwrap_or_default()
}

/// Chooses `most` of `count` numbers.
fn choice(count: usize, most: usize, seed: usize) -> Vec<usize> {
    if count <= most {
        return (0..count).collect();
    }
    (0..most).map(|at| chance(seed.wrapping_mul(7919) + at) % count).collect()
}

/// Returns the answer with each value of its body changed.
fn values(recorded: &Answer, is_stream: bool, most: usize, seed: usize) -> Vec<Answer> {
    if !is_stream {
        let Some(json) = Json::read(&recorded.body) else { return Vec::new() };
        let numbers = choice(places::count(&json), most, seed);
        let changed = numbers.into_iter().filter_map(|number| places::changed(&json, number));
        let answer = |changed: places::Changed| {
            with_value(recorded, changed.json.to_string(), None, changed.what, changed.path)
        };
        return changed.map(answer).collect();
    }
    let frames: Vec<_> = frames::split(&recorded.body).into_iter().map(str::to_owned).collect();
    let read: Vec<_> = frames.iter().map(|frame| Json::read(frame)).collect();
    let counts: Vec<_> = read.iter().map(|json| json.as_ref().map_or(0, places::count)).collect();
    let mut answers = Vec::new();
    for mut number in choice(counts.iter().sum(), most, seed) {
        let mut at = 0;
        while number >= counts[at] {
            number -= counts[at];
            at += 1;
        }
        let Some(changed) = read[at].as_ref().and_then(|json| places::changed(json, number)) else {
            continue;
        };
        let mut frames = frames.clone();
        frames[at] = changed.json.to_string();
        let body = frames::join(&frames);
        answers.push(with_value(recorded, body, Some(at), changed.what, changed.path));
    }
    answers
}

fn with_value(
    recorded: &Answer,
    body: String,
    frame: Option<usize>,
    what: &str,
    path: Path,
) -> Answer {
    let place = match frame {
        Some(frame) => format!("frame {frame}: /{}", path.join("/")),
        None => format!("/{}", path.join("/")),
    };
    Answer {
        body,
        what: format!("{what} at {place}"),
        touched: Touched::Value(frame, path),
        ..recorded.clone()
    }
}

/// Returns the answer with another status, and without `x-request-id`.
fn heads(recorded: &Answer) -> Vec<Answer> {
    let others = STATUSES.into_iter().filter(|status| *status != recorded.status);
    let mut answers: Vec<_> = others
        .map(|status| Answer {
            status,
            what: format!("status {status}"),
            touched: Touched::Status,
            ..recorded.clone()
        })
        .collect();
    let mut bare = recorded.clone();
    bare.headers.retain(|(name, _)| name != "x-request-id");
    if bare.headers.len() < recorded.headers.len() {
        "no x-request-id".clone_into(&mut bare.what);
        bare.touched = Touched::RequestId;
        answers.push(bare);
    }
    answers
}

/// Returns the answer with another body.
fn bodies(recorded: &Answer, seed: usize) -> Vec<Answer> {
    let body = &recorded.body;
    let with =
        |what: String, body: String, touched| Answer { body, what, touched, ..recorded.clone() };
    let mut answers = vec![
        with("a byte order mark".to_owned(), format!("\u{feff}{body}"), Touched::Nothing),
        with(
            "wrapped in HTML".to_owned(),
            format!("<!DOCTYPE html><html><body><pre>{body}</pre></body></html>"),
            Touched::Body,
        ),
    ];
    for end in [body.len() / 2, body.len().saturating_sub(1), chance(seed) % (body.len() + 1)] {
        let end = (0..=end).rev().find(|end| body.is_char_boundary(*end)).unwrap_or_default();
        if end < body.len() {
            answers.push(with(format!("cut at {end}"), body[..end].to_owned(), Touched::Body));
        }
    }
    answers
}
