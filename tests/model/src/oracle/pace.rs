//! Pace: nothing is read again without a pause, and no bucket is used before the time that the server told.

use super::violation::Violation;
use crate::server::{Millis, from_iso};
use crate::story::{Ending, Kind, Sent, Story, Told};

/// The shortest pause between two reads of the same.
const PAUSE: Millis = 50;

pub(super) fn judge(story: &Story, broken: &mut Vec<Violation>) {
    for client in [0, 1] {
        let own: Vec<&Sent> = story.sent.iter().filter(|sent| sent.client == client).collect();
        if own.windows(3).any(hurries) {
            broken.push(Violation::NoPause);
        }
        let dead = |told: &&Told| told.client == client && told.ending == Ending::Crashed;
        let deaths = story.told.iter().filter(dead).map(|told| told.at).collect();
        if beyond(&own, deaths) {
            broken.push(Violation::BeyondBucket);
        }
    }
}

/// Returns whether the same is read three times in a row without a pause. Two conversations, of which one follows the
/// other, may each read it once.
fn hurries(row: &[&Sent]) -> bool {
    let follows = |pair: &[&Sent]| match pair {
        [one, other] => one.kind.reads() && one.target == other.target && other.at < one.at + PAUSE,
        _ => false,
    };
    row.windows(2).all(follows)
}

/// Returns whether a bucket was used although the server had said that it is empty until later.
fn beyond(sent: &[&Sent], mut deaths: Vec<Millis>) -> bool {
    let bucket = |sent: &Sent| match sent.kind {
        Kind::Start(2) => Some("execute"),
        Kind::Read if sent.target.contains("/v2/") => Some("read run"),
        Kind::Log if sent.target.contains("/v2/") => Some("read log"),
        Kind::Resume if sent.target.contains("/v2/") => Some("resume"),
        Kind::Cancel if sent.target.contains("/v2/") => Some("cancel"),
        _ => None,
    };
    let mut closed: Vec<(&str, Millis)> = Vec::new();
    for sent in sent {
        // A program that died and came back knows nothing of buckets.
        if deaths.first().is_some_and(|death| sent.at > *death) {
            deaths.remove(0);
            closed.clear();
        }
        let Some(name) = bucket(sent) else { continue };
        if closed.iter().any(|(of, until)| *of == name && sent.at < *until) {
            return true;
        }
        let Some(reply) = &sent.answer else { continue };
        if reply.status == 429 && reply.body.contains("API rate limit") {
            let reset = reply.header("x-ratelimit-reset").and_then(from_iso);
            closed.extend(reset.map(|reset| (name, reset)));
        }
    }
    false
}
