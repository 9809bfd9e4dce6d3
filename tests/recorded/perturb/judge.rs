//! What must hold for every case.

use recorded::{Json, Operation};
use serde_json::Value;

use crate::case::{Case, Proof};
use crate::change::Touched;
use crate::frames;
use crate::given::Given;
use crate::truth::Truth;
use crate::verdict::{self, May};

/// Returns the rules that the case breaks.
pub(crate) fn broken_rules(case: &Case<'_>, given: &Given) -> Vec<String> {
    if let Some(nothing) = &given.nothing {
        return vec![format!("every call ends, and nothing panics: {nothing}")];
    }
    let mut broken = Vec::new();
    let mut must = |holds: bool, rule: &str| {
        if !holds {
            broken.push(rule.to_owned());
        }
    };
    let operation = case.operation();
    if operation.starts() {
        must(given.starts.len() == 1, "a plain start is sent once");
    }
    must(is_named(case, given), "the id is on every result and error");
    must(is_of_the_run(case, given), "an id that may be ignored is not given as the run's");
    if operation == Operation::Execute && case.is_first_generation() {
        let may = verdict::ends(case);
        let named: Vec<_> = may.iter().map(May::name).collect();
        must(
            is_permitted(given, &may),
            &format!("a start ends as the table says: {}", named.join(" or ")),
        );
        return broken;
    }
    let truth = Truth::of(case);
    let resumes = operation.resumes();
    let by_row = case.row.is_completed() && given.requests > 1;
    if operation == Operation::Cancel {
        must(given.success != Some(true) || has_cancelled(case), "a refusal is no success");
    } else if truth.word == "refused" {
        let is_error = given.error.is_some() || resumes && !given.is("completed");
        must(is_error || by_row, "a refusal is no success");
    } else if truth.word != "completed" {
        let lost_sign = case.record().is_stream() && lost_sign_of_pause(case);
        must(
            !given.is("completed") || by_row || lost_sign,
            "what did not complete is not completed",
        );
    }
    let costs = truth.may_cost(case);
    // After an answer to a pause the state of the run decides, which may be out of reach.
    let by_the_run = case.row.is_there() || given.requests > 1;
    if truth.word != "refused" && !costs && !(resumes && by_the_run) {
        let is_same = truth.word.is_empty() || given.is(&truth.word) || timed_out(&truth, given);
        must(given.error.is_none(), "a hint costs no result");
        must(given.error.is_some() || is_same, "the status stays what it was");
    }
    if given.error.is_none() && !by_row && !costs && given.word.as_deref() == Some(&*truth.word) {
        must(same_output(truth.output(case), given.output.as_ref()), "the output is whole");
    }
    if operation.starts() && is_doubtful(case) {
        let says = given.error.as_ref().is_none_or(|error| error.is_ambiguous);
        must(says, "in doubt an error says that a run may have started");
    }
    must(has_texts(case, given), "no text is lost");
    must(has_entries(case, given), "an odd entry costs no other");
    broken
}

/// Returns whether the recorded cancellation found the run, or its end.
fn has_cancelled(case: &Case<'_>) -> bool {
    let Some(body) = Json::read(&case.record().body) else { return false };
    let says = |key: &str| body.get("data").unwrap_or(&body).get(key).map(ToString::to_string);
    let ended = says("error").is_some_and(|error| error.contains("cannot be cancelled while"));
    says("success").as_deref() == Some("true") || case.record().status == 409 && ended
}

/// Returns whether the one sign of a pause was dropped: a last frame without a status is that of a run that ended.
fn lost_sign_of_pause(case: &Case<'_>) -> bool {
    frames::last(&case.answer.body).is_some_and(|last| last.at(&["data", "status"]).is_none())
}

fn timed_out(truth: &Truth, given: &Given) -> bool {
    truth.word == "failed" && given.is("timed_out")
}

fn is_permitted(given: &Given, may: &[May]) -> bool {
    may.iter().any(|may| match may {
        May::Complete(output) => {
            given.is("completed")
                && output.as_ref().is_none_or(|o| given.output.as_ref() == Some(o))
        }
        May::Pause => given.is("paused"),
        May::NotSucceed => {
            ["failed", "cancelled", "timed_out"].into_iter().any(|word| given.is(word))
        }
        May::Fail => given.error.is_some(),
        May::Doubt => given.error.as_ref().is_some_and(|error| error.is_ambiguous),
    })
}

/// Returns whether the result or the error names the run that the call was about.
fn is_named(case: &Case<'_>, given: &Given) -> bool {
    let operation = case.operation();
    if !operation.starts() {
        let about_run =
            operation.resumes() || matches!(operation, Operation::Read | Operation::Cancel);
        return !about_run || given.error.is_none() || given.run_id.is_some();
    }
    given.sent_id.as_ref() == given.starts.first()
}

/// Returns whether the id that was sent is given as the run's only where the server is known to honour it: it was
/// proven, the answer names it, or the read found the run under it.
fn is_of_the_run(case: &Case<'_>, given: &Given) -> bool {
    let Some(sent) = given.starts.first().filter(|_| case.is_first_generation()) else {
        return true;
    };
    let known = match case.proof {
        Proof::Yes => true,
        Proof::No => false,
        Proof::Unknown => given.requests > 1 && case.row.is_there(),
    };
    given.run_id.as_ref() != Some(sent) || known || case.answer.body.contains(&**sent)
}

fn same_output(held: Option<Value>, given: Option<&Value>) -> bool {
    let null = Value::Null;
    match held {
        Some(held) if !held.is_null() => given == Some(&held),
        _ => given.unwrap_or(&null).is_null() || given.is_some(),
    }
}

/// Returns whether an error of this start must say that a run may have started.
fn is_doubtful(case: &Case<'_>) -> bool {
    let status = case.answer.status;
    let opened = case.record().is_stream() && status == 200;
    let enveloped = !case.is_first_generation() && case.answer.touched == Touched::Status;
    if opened || enveloped {
        return false;
    }
    status == 502
        || (200..300).contains(&status)
        || status == 500 && case.answer.touched == Touched::Body
}

/// Returns whether all text of a stream arrived, up to its last frame.
fn has_texts(case: &Case<'_>, given: &Given) -> bool {
    if !case.record().is_stream() || case.answer.status != 200 {
        return true;
    }
    if case.answer.touched == Touched::Body {
        return true;
    }
    let mut wanted = Vec::new();
    for frame in frames::split(case.answer.body.trim_start_matches('\u{feff}')) {
        if frames::last(&format!("data: {frame}\n\n")).is_some() {
            break;
        }
        wanted.extend(frames::text(frame));
    }
    let mut given = given.texts.iter();
    wanted.iter().all(|text| given.any(|given| given == text))
}

/// Returns whether a list still has every entry that the change did not touch.
fn has_entries(case: &Case<'_>, given: &Given) -> bool {
    let Some(entries) = &given.entries else { return true };
    let (list, id) = match case.operation() {
        Operation::PausedList => ("pausedExecutions", "executionId"),
        _ => ("data", "runId"),
    };
    let Touched::Value(None, path) = &case.answer.touched else { return true };
    let touched = path.get(1).and_then(|at| at.parse::<usize>().ok());
    let body = Json::read(&case.record().body);
    let Some(Json::List(items)) = body.as_ref().and_then(|body| body.get(list)) else {
        return true;
    };
    let others = items.iter().enumerate().filter(|(at, _)| Some(*at) != touched && path.len() > 1);
    let mut others = others.filter_map(|(_, item)| item.get(id)?.text());
    others.all(|id| entries.contains(&id))
}
