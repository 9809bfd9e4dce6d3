//! What must hold for every changed answer of a chat, by its protocol. A refusal is the first generation's:
//! `{"error": words, "code"?}`. A stream is that of an execute. The server names no run, but for one that waits.

use recorded::{Json, Record, Seen};
use serde_json::Value;

use super::talk::Got;
use crate::change::{Answer, Touched};
use crate::frames;
use crate::same::{is_lost, is_same_but, shape};
use crate::truth::word_of;

/// What identifies a chat or an output of it, what tells that a code was sent, whether an address may sign in, and how
/// many keys lead to the part that an odd one costs.
const STRICT: [(&[&str], usize); 4] =
    [(&["id"], 0), (&["outputConfigs", "*", "blockId"], 2), (&["message"], 0), (&["eligible"], 0)];

/// What decides the outcome of a stream, in its last frame.
const OUTCOME: [&[&str]; 4] = [&["event"], &["data"], &["data", "success"], &["data", "status"]];

type Must<'a> = dyn FnMut(bool, &str) + 'a;

/// Returns the rules that a case breaks. `recorded` is what the call gave for the answer as it was recorded.
pub(super) fn broken_rules(
    record: &Record,
    told: &Answer,
    recorded: Option<&Got>,
    got: &Got,
) -> Vec<String> {
    let mut broken = Vec::new();
    let must = &mut |holds: bool, rule: &str| {
        if !holds {
            broken.push(rule.to_owned());
        }
    };
    must(!matches!(got, Got::Endless), "every call ends, and none is sent again");
    if let Some(error) = got.error() {
        must(error.sent_id().is_none() && error.run_id().is_none(), "an error names no run");
    }
    let is_success = |status: u16| (200..300).contains(&status);
    if !is_success(told.status) || !is_success(record.status) {
        refused(record, told, got, must);
    } else if record.is_stream() {
        streamed(record, told, got, must);
    } else {
        said(record, told, recorded, got, must);
    }
    broken
}

fn refused(record: &Record, told: &Answer, got: &Got, must: &mut Must<'_>) {
    must(got.error().is_some(), "a refusal is no success");
    let Some(error) = got.error().filter(|_| !(200..300).contains(&told.status)) else { return };
    let status = error.status().map(|status| status.as_u16());
    must(status == Some(told.status), "an error has the status of the answer");
    let body = Json::read(told.body.trim_start_matches('\u{feff}'));
    let text = |key| body.as_ref().and_then(|body| body.get(key)?.text());
    // Without its words, a refusal of this form is nobody's that is known.
    let Some(words) = text("error").filter(|_| record.status >= 400) else { return };
    let is_kept = |held: Option<&str>, text: &str| {
        let is_odd = |c: char| c.is_control() || c == '\u{fffd}';
        text.is_empty() || text.contains(is_odd) || held.is_some_and(|held| held.starts_with(text))
    };
    must(is_kept(Some(error.message()), &words), "a refusal keeps its words");
    must(
        text("code").is_none_or(|code| is_kept(error.server_code(), &code)),
        "a refusal keeps its code",
    );
    let after = told.headers.iter().find(|(name, _)| name == "retry-after");
    let seconds = after.and_then(|(_, seconds)| seconds.parse::<u64>().ok());
    let limited = told.status == 429 && seconds.is_some();
    let held = error.retry_after().map(|after| after.as_secs());
    must(!limited || held >= seconds, "nobody comes back earlier than asked");
}

fn said(record: &Record, told: &Answer, recorded: Option<&Got>, got: &Got, must: &mut Must<'_>) {
    if told.touched == Touched::Body {
        let is_json = Json::read(told.body.trim_start_matches('\u{feff}')).is_some();
        must(got.error().is_some() || is_json, "what cannot be read is no success");
        return;
    }
    if let Got::Said(_, is_signed_in) = got {
        let has_cookie = record.header("set-cookie").is_some();
        must(*is_signed_in == has_cookie, "who signed in has the cookie, and nobody else");
    }
    let path = match &told.touched {
        Touched::Value(_, path) => path.as_slice(),
        _ => &[],
    };
    let is_it = |keys: &[&str]| {
        keys.len() == path.len() && keys.iter().zip(path).all(|(key, at)| *key == "*" || key == at)
    };
    let is_added = told.what.starts_with("an unknown key");
    let part = STRICT.iter().find(|(keys, _)| is_it(keys) && !is_added).map(|(_, part)| *part);
    let may_cost = part == Some(0);
    let reach = &path[..part.unwrap_or(path.len())];
    must(
        may_cost || matches!(got, Got::Said(..)),
        &format!("a hint costs no result, {}", shape(path)),
    );
    let (Some(Got::Said(recorded, _)), Got::Said(said, _)) = (recorded, got) else { return };
    let is_same = match told.touched {
        Touched::Nothing => recorded == said,
        _ => path.is_empty() || may_cost || is_same_but(recorded, said, reach),
    };
    must(is_same, &format!("a change touches nothing else, {}", shape(path)));
    let is_odd = ["null", "dropped", "a number", "a text"].iter().any(|w| told.what.starts_with(w));
    let is_told = part.is_some() && is_odd && (may_cost || !is_lost(recorded, said, reach));
    must(!is_told, &format!("without what identifies it, nothing is told, {}", shape(path)));
}

fn streamed(record: &Record, told: &Answer, got: &Got, must: &mut Must<'_>) {
    let word = word_of(frames::last(&record.body).as_ref());
    let Got::Streamed(seen) = got else {
        let is_other = told.touched == Touched::Body || told.touched == Touched::Status;
        must(is_other, "a hint costs no stream");
        return;
    };
    let text = told.body.trim_start_matches('\u{feff}');
    let last = frames::last(text);
    if told.touched == Touched::Body && last.is_none() {
        let says = seen.end.error().is_some_and(sim_core::Error::may_have_started);
        must(says, "a stream without an end says that its run is unknown");
        return;
    }
    let is_last = |frame: usize| {
        let frames = frames::split(&record.body);
        frames.get(frame).is_some_and(|frame| frames::last(&format!("data: {frame}\n\n")).is_some())
    };
    let costs = match &told.touched {
        Touched::Value(Some(frame), path) => {
            is_last(*frame) && OUTCOME.iter().any(|outcome| outcome == path)
        }
        Touched::Value(None, _) | Touched::Body | Touched::Status => true,
        Touched::Nothing | Touched::RequestId => false,
    };
    let lost_sign = last.as_ref().is_some_and(|last| last.at(&["data", "status"]).is_none());
    must(
        word == "completed" || !seen.end.is_completed() || lost_sign && word == "paused",
        "what did not complete is not completed",
    );
    if costs && !told.what.starts_with("an unknown key") {
        return;
    }
    must(seen.end.status() == Some(&*word), "the status stays what it was");
    let output = last.as_ref().and_then(|last| last.at(&["data", "output"])).map(Json::value);
    let held = seen.end.output().unwrap_or(&Value::Null);
    let is_whole = output.is_none_or(|output| output.is_null() || output == *held);
    must(is_whole, "the output is whole");
    must(has_texts(text, seen), "no text is lost");
    if let recorded::End::Run(run) = &seen.end {
        must(run.sent_id.is_none(), "nothing was sent that names a run");
        must(run.run_id.is_none() || word == "paused", "only a run that waits is named");
    }
}

/// Returns whether all text of a stream arrived, up to its last frame.
fn has_texts(body: &str, seen: &Seen) -> bool {
    let is_last = |frame: &str| frames::last(&format!("data: {frame}\n\n")).is_some();
    let wanted = frames::split(body).into_iter().take_while(|frame| !is_last(frame));
    let mut given = seen.texts.iter();
    wanted.filter_map(frames::text).all(|text| given.any(|given| *given == text))
}
