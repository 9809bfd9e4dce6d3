//! Which values of an answer may cost it: what identifies a thing, and what the operation is for. The types of this SDK
//! require no others; the documents require more than these. Whether each should cost an answer is not proven here.

/// What identifies a thing, or one of its parts.
const NAMES: [&str; 21] = [
    "column",
    "columnName",
    "columns",
    "displayName",
    "documentId",
    "email",
    "field",
    "id",
    "inputName",
    "name",
    "path",
    "provider",
    "providerId",
    "rowId",
    "scope",
    "serviceId",
    "tableId",
    "tagSlot",
    "type",
    "value",
    "version",
];

/// What an operation is for: its outcome, where bytes go, the list that was asked for.
const OUTCOMES: [&str; 32] = [
    "authorizationUrl",
    "config",
    "data",
    "deleted",
    "deletedItems",
    "group",
    "headers",
    "isActive",
    "isDeployed",
    "matches",
    "method",
    "movedItems",
    "operation",
    "partCount",
    "partNumber",
    "partSize",
    "parts",
    "processingStatus",
    "queued",
    "results",
    "revoked",
    "row",
    "rows",
    "schema",
    "session",
    "status",
    "syncTriggered",
    "token",
    "totalCount",
    "transfer",
    "uploadToken",
    "url",
];

/// Parts whose type reads them as a whole, so that an odd hint in them costs the part: the source and the target of an import, the
/// settings of a view.
const WHOLE: [&str; 3] = ["source", "target", "config"];

/// What a change reaches: the place that it touched, or the part of the answer that this place is strict for.
pub(super) struct Reach<'a> {
    pub(super) path: &'a [String],
    /// Whether the change may cost the whole answer.
    pub(super) may_cost: bool,
}

impl<'a> Reach<'a> {
    /// Returns what a change at this place reaches. A list of things loses no more than the thing.
    pub(super) fn of(path: &'a [String], what: &str, is_page: bool) -> Self {
        let is_name = |part: &String| part.parse::<usize>().is_err();
        let whole = path.iter().position(|part| WHOLE.contains(&&**part));
        let last = whole.or_else(|| path.iter().rposition(is_name)).unwrap_or_default();
        // Headers are sent as they were told, each of them.
        let in_headers = path.iter().any(|part| part == "headers");
        let is_strict =
            path.get(last).is_some_and(|key| NAMES.contains(&&**key) || OUTCOMES.contains(&&**key));
        let is_added = what.starts_with("an unknown key");
        let is_entry = is_page && path.len() > 1 && path[0] == "data";
        if !(in_headers || whole.is_some() || is_strict && !is_added) {
            return Self { path, may_cost: false };
        }
        let path = if is_entry { &path[..2] } else { &path[..last] };
        Self { path, may_cost: !is_entry }
    }
}
