//! The form of conditions over rows: groups of conditions, and conditions.

use serde_json::Value;

use crate::wire::v2::issue::{Issue, Sized};

/// The operators, in three kinds: those of one value, those of a list, those without a value.
pub(super) const OF_ONE: [&str; 14] = [
    "eq",
    "ne",
    "gt",
    "gte",
    "lt",
    "lte",
    "contains",
    "ncontains",
    "startsWith",
    "endsWith",
    "like",
    "ilike",
    "nlike",
    "nilike",
];
pub(super) const OF_MANY: [&str; 2] = ["in", "nin"];
pub(super) const OF_NONE: [&str; 4] = ["isEmpty", "isNotEmpty", "isNull", "isNotNull"];

/// The bounds of a group.
const MEMBERS: usize = 100;
const NODES: usize = 500;
const DEPTH: usize = 10;

/// Returns what is wrong with the form of conditions. A group may be needed at the top.
pub(crate) fn misfit(value: &Value, may_be_bare: bool) -> Option<Issue> {
    if let Some(issue) = nul(value, Issue::custom("Value cannot contain a NUL character (U+0000)"))
    {
        return Some(issue);
    }
    if !may_be_bare && group(value).is_none() {
        return Some(Issue::union());
    }
    let mut nodes = 0;
    let found = node(value, 1, &mut nodes);
    if found.is_none() && nodes > NODES {
        return Some(Issue::custom(format!("Filter has too many conditions (max {NODES})")));
    }
    found
}

/// Returns the word and the members of a group.
pub(super) fn group(value: &Value) -> Option<(&str, &Vec<Value>)> {
    let keys = value.as_object().filter(|keys| keys.len() == 1)?;
    let (word, members) = keys.iter().next()?;
    let members = members.as_array().filter(|_| matches!(word.as_str(), "all" | "any"))?;
    Some((word, members))
}

fn node(value: &Value, depth: usize, nodes: &mut usize) -> Option<Issue> {
    *nodes += 1;
    if depth > DEPTH {
        return Some(Issue::custom(format!("Filter is nested too deeply (max {DEPTH} levels)")));
    }
    let Some((word, members)) = group(value) else {
        return (!is_leaf(value)).then(Issue::union);
    };
    if members.is_empty() {
        let message = "A filter group must contain at least one condition";
        return Some(Issue::too_small(Sized::Items, 1, true).with_message(message).at(word));
    }
    if members.len() > MEMBERS {
        let message = format!("A filter group can contain at most {MEMBERS} conditions");
        return Some(Issue::custom(message));
    }
    members.iter().find_map(|member| node(member, depth + 1, nodes))
}

fn is_leaf(value: &Value) -> bool {
    let Some(keys) = value.as_object() else { return false };
    let op = value["op"].as_str().unwrap_or_default();
    let is_known = OF_ONE.contains(&op) || OF_MANY.contains(&op) || OF_NONE.contains(&op);
    let field = value["field"].as_str().map_or(0, |field| field.chars().count());
    is_known
        && (1..=128).contains(&field)
        && keys.keys().all(|key| matches!(key.as_str(), "field" | "op" | "value"))
}

fn nul(value: &Value, issue: Issue) -> Option<Issue> {
    match value {
        Value::String(text) => text.contains('\0').then_some(issue),
        Value::Array(items) => {
            let at = items.iter().position(|item| item.to_string().contains("\\u0000"))?;
            Some(nul(&items[at], issue)?.under(at))
        }
        Value::Object(keys) => {
            let (key, value) =
                keys.iter().find(|(_, value)| value.to_string().contains("\\u0000"))?;
            Some(nul(value, issue)?.under(key.as_str()))
        }
        _ => None,
    }
}
