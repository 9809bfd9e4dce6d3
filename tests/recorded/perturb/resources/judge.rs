//! What must hold for every changed answer of a resource.

use recorded::{Json, Record};
use sim_core::Result;
use sim_platform::wire::Shown;

use super::strict::Reach;
use crate::change::{Answer, Touched};
use crate::same::{is_lost, is_same_but, shape};

/// Returns the rules that a case breaks. `recorded` is what the call gave for the answer as it was recorded, if that
/// was a success.
pub(super) fn broken_rules(
    record: &Record,
    operation: &str,
    told: &Answer,
    recorded: Option<&Shown>,
    given: &Result<Shown>,
) -> Vec<String> {
    let mut broken = Vec::new();
    let mut must = |holds: bool, rule: &str| {
        if !holds {
            broken.push(rule.to_owned());
        }
    };
    let body = Json::read(told.body.trim_start_matches('\u{feff}'));
    let (succeeds, succeeded) = (is_success(told.status), is_success(record.status));
    if !succeeds || !succeeded {
        must(given.is_err(), "a refusal is no success");
    }
    if let (false, Err(error)) = (succeeds, given) {
        let status = error.status().map(|status| status.as_u16());
        must(status == Some(told.status), "an error has the status of the answer");
        let text = |key| body.as_ref().and_then(|body| body.at(&["error", key])?.text());
        let holds = |held: Option<&str>, text: Option<String>| {
            text.is_none_or(|text| {
                is_odd(&text) || held.is_some_and(|held| held.starts_with(&text))
            })
        };
        if !succeeded {
            must(holds(error.server_code(), text("code")), "a refusal keeps its code");
            must(holds(Some(error.message()), text("message")), "a refusal keeps its words");
        }
    }
    if !succeeds || !succeeded {
        return broken;
    }
    if told.touched == Touched::Body {
        must(given.is_err() || body.is_some(), "what cannot be read is no success");
        return broken;
    }
    let path = match &told.touched {
        Touched::Value(_, path) => path.as_slice(),
        _ => &[],
    };
    let is_page = Json::read(&record.body).is_some_and(|body| {
        matches!(body.get("data"), Some(Json::List(_))) && body.get("nextCursor").is_some()
    });
    let touched = path;
    let Reach { path, may_cost, must_cost } = Reach::of(path, &told.what, operation, is_page);
    must(may_cost || given.is_ok(), &format!("a hint costs no result, {}", shape(touched)));
    if let (Ok(given), Some(recorded)) = (given, recorded) {
        // What an envelope holds is the output, but for a page.
        let path = if is_page { path } else { path.get(1..).unwrap_or_default() };
        let is_lost = !may_cost && is_lost(&recorded.json, &given.json, path);
        must(
            !must_cost || is_lost,
            &format!("without what identifies it, nothing is told, {}", shape(touched)),
        );
        let is_same = if told.touched == Touched::Nothing {
            recorded.json == given.json
        } else {
            path.is_empty() || is_same_but(&recorded.json, &given.json, path)
        };
        must(is_same, &format!("a change touches nothing else, {}", shape(touched)));
    }
    broken
}

fn is_success(status: u16) -> bool {
    (200..300).contains(&status)
}

/// Whether a text is kept in another form: in one line, and without what is no character.
fn is_odd(text: &str) -> bool {
    text.is_empty() || text.contains(|c: char| c.is_control() || c == '\u{fffd}')
}
