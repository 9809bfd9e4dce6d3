//! Runs: at most one for each call, the result is its own, and nobody is told that there is none.

use serde_json::Value;

use super::violation::Violation;
use crate::server::{Cancelled, End, Run, State, Workflow};
use crate::story::{Ending, Kind, Purpose, Sent, Story, Told};

pub(super) fn judge(story: &Story, broken: &mut Vec<Violation>) {
    let runs: Vec<&Run> =
        story.server.runs.iter().filter(|run| run.is_real() && is_ours(story, run)).collect();
    if story.purpose == Purpose::Start {
        starts(story, &runs, broken);
    }
    for told in &story.told {
        broken.extend(misled(story, &runs, told));
    }
}

/// Returns the rule that the end of a conversation breaks.
fn misled(story: &Story, runs: &[&Run], told: &Told) -> Option<Violation> {
    // Behind nodes of different versions the only promise is that nothing is sent again.
    let starts = story.purpose == Purpose::Start && !story.mixed;
    // Another program with the same handle may have started a run too.
    let own = |sent: &&Sent| sent.client == told.client;
    let by_it = |run: &&Run| story.sent.iter().filter(own).any(|sent| sent.number == run.request);
    match &told.ending {
        Ending::Result { status, output, run } => {
            // The answer of a stream names no run, so its name rests on a proof, which may be that of another node.
            let run = run.as_deref().filter(|_| starts || story.purpose != Purpose::Start);
            let is_it = |it: &&Run| is_result((story, told.client), it, status, output, run);
            (!runs.iter().any(is_it)).then_some(Violation::WrongResult)
        }
        Ending::Error { may_have_started: false, .. } if starts => {
            runs.iter().any(by_it).then_some(Violation::UntoldRun)
        }
        Ending::Error { may_have_started: true, run, sent, .. } if starts => {
            let own: Vec<&Run> = runs.iter().copied().filter(|run| by_it(run)).collect();
            let well = names_well(story, &own, run.as_deref(), sent.as_deref());
            (!well).then_some(Violation::WrongName)
        }
        _ => None,
    }
}

fn is_ours(story: &Story, run: &Run) -> bool {
    run.input.get("nonce").and_then(Value::as_str) == Some(&story.nonce)
}

fn starts(story: &Story, runs: &[&Run], broken: &mut Vec<Violation>) {
    if !story.mixed && starts_twice(story, runs) {
        broken.push(Violation::TwoRuns);
    }
    let starts: Vec<&Sent> =
        story.sent.iter().filter(|sent| matches!(sent.kind, Kind::Start(_))).collect();
    let unsettled = |sent: &&&Sent| sent.left && !is_refusal(sent);
    let second = starts.iter().filter(|sent| sent.kind == Kind::Start(2)).find(unsettled);
    let fell = |second: &&Sent| {
        let later = |sent: &&&Sent| sent.kind == Kind::Start(1) && sent.number > second.number;
        let same = |sent: &&Sent| (sent.client, &sent.id) == (second.client, &second.id);
        starts.iter().filter(later).any(same)
    };
    if second.is_some_and(fell) {
        broken.push(Violation::FellBack);
    }
    if sent_again(story, &starts) {
        broken.push(Violation::SentAgain);
    }
}

/// Returns whether two requests started a run each. Where ids are no claims, nothing keeps two programs apart, and each
/// may start one.
fn starts_twice(story: &Story, runs: &[&Run]) -> bool {
    let client = |run: &Run| {
        let sent = story.sent.iter().find(|sent| sent.number == run.request);
        sent.map_or(0, |sent| sent.client)
    };
    let is_claimed = |run: &Run| story.claimed.contains(&run.id);
    let pairs = runs.iter().flat_map(|one| runs.iter().map(move |other| (one, other)));
    pairs.into_iter().any(|(one, other)| {
        one.request < other.request
            && (is_claimed(one) && is_claimed(other) || client(one) == client(other))
    })
}

/// Returns whether an answer says that the request started nothing.
fn is_refusal(sent: &Sent) -> bool {
    let Some(reply) = &sent.answer else { return false };
    let is_page = !reply.body.starts_with('{') && reply.status == 404;
    let told = [
        "Not found",
        "capacity",
        "identity is",
        "limit exceeded",
        "not deployed",
        "Failed to queue",
    ];
    is_page || reply.status >= 400 && told.iter().any(|text| reply.body.contains(text))
}

/// Returns whether a start was sent again after one that may have left and after the server had shown that it ignores
/// ids.
fn sent_again(story: &Story, starts: &[&Sent]) -> bool {
    let ignores = |sent: &&Sent| {
        sent.answer.as_ref().is_some_and(|reply| {
            let page = sent.kind == Kind::Read
                && sent.target.contains("/executions/")
                && !reply.body.starts_with('{');
            let probe =
                sent.kind == Kind::Probe && reply.body == r#"{"error":"Workflow not found"}"#;
            reply.status == 404 && (page || probe)
        })
    };
    let lost = starts.iter().find(|sent| sent.left && sent.answer.is_none());
    let Some(lost) = lost else { return false };
    let shown = story.sent.iter().find(|sent| sent.number > lost.number && ignores(sent));
    shown.is_some_and(|shown| {
        starts.iter().any(|sent| sent.number > shown.number && sent.client == lost.client)
    })
}

/// Returns whether a result is that of this run.
fn is_result(
    (story, client): (&Story, u8),
    run: &Run,
    status: &str,
    output: &Value,
    id: Option<&str>,
) -> bool {
    if id.is_some_and(|id| id != run.id) {
        return false;
    }
    if let Some(nonce) = output.pointer("/result/input/nonce") {
        if nonce.as_str() != Some(&story.nonce) {
            return false;
        }
    }
    match (status, &run.state) {
        ("completed", State::Ended(End::Completed, _))
        | ("failed", State::Ended(End::Failed | End::TimedOut, _))
        | ("timed_out", State::Ended(End::TimedOut, _))
        | ("cancelled", State::Ended(End::Cancelled, _)) => true,
        // A job does not tell a run that was cancelled from one that failed.
        ("failed", State::Ended(End::Cancelled, _)) => by_job(story, client),
        // Nor does it tell a timed pause from an end.
        ("completed", State::Paused) if run.workflow == Workflow::Timed => by_job(story, client),
        ("cancelled", State::Paused) => run.cancelled != Cancelled::No,
        // It waited when the conversation ended; what became of it later is another matter.
        ("paused", _) => !run.points.is_empty(),
        // What follows an answer failed: the run reads as paused for ever.
        ("failed", State::Paused) => run.has_failed(),
        // One of several places was answered.
        ("completed", State::Paused) => run.points.len() > 1 && story.purpose == Purpose::Resume,
        _ => false,
    }
}

/// Returns whether the run was followed by its job.
fn by_job(story: &Story, client: u8) -> bool {
    let mut own = story.sent.iter().rev().filter(|sent| sent.client == client);
    own.find(|sent| sent.kind.reads()).is_some_and(|sent| sent.kind == Kind::Job)
}

/// Returns whether an error that says that a run may exist names it well.
fn names_well(story: &Story, runs: &[&Run], run: Option<&str>, sent: Option<&str>) -> bool {
    let claimed = runs.iter().any(|it| story.claimed.contains(&it.id));
    // The ids of a stored handle are derived from the first one, so that one finds them all.
    let derived =
        |run: &Run, id: &str| run.id.strip_prefix(id).is_some_and(|it| it.starts_with('.'));
    let is_one = |id: &str| runs.iter().any(|run| run.id == id || derived(run, id));
    match run {
        Some(id) if runs.is_empty() || is_one(id) => true,
        // Ids are claims here, so the run has the id that was sent; a new one would name nothing.
        Some(_) => false,
        None if claimed => sent.is_some_and(is_one),
        None => true,
    }
}
