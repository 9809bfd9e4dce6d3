//! Imports into tables: jobs that begin with an upload or with a file of the workspace.

use http::StatusCode;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::import_work;
use super::table::{NAME, TABLE, taken};
use crate::files::{Progress, Upload};
use crate::ids;
use crate::store::Kept as _;
use crate::things::{Keys, Shelves, Thing};
use crate::wire::v2::data::data;
use crate::wire::v2::files::transfer;
use crate::wire::v2::issue::Issue;
use crate::wire::v2::problem::Problem;
use crate::wire::v2::resource::{Answered, Call, Field, Of, may, must, object};

/// The name of the collection of imports.
const IMPORTS: &str = "import";

/// The largest file, in bytes.
const SIZE: u64 = 5 * 1024 * 1024 * 1024;

/// The input of an import. What a source and a target need depends on their types.
pub(super) const FIELDS: &[Field] = &[
    must("source", Of::Any),
    must("target", Of::Any),
    may("mapping", Of::Record),
    may("createColumns", Of::List(&Of::Text(1, 50), 0, 1000)),
    may("timezone", Of::Text(1, 128)),
];

const OF_UPLOAD: &[Field] = &[
    must("type", Of::Word(&["upload"])),
    must("name", Of::Text(1, 255)),
    must("contentType", Of::Text(1, 255)),
    must("size", Of::Whole(1, SIZE)),
];
const OF_FILE: &[Field] =
    &[must("type", Of::Word(&["workspace_file"])), must("fileId", Of::Text(1, 128))];
const TO_NEW: &[Field] = &[
    must("type", Of::Word(&["new"])),
    must("name", Of::Name(1, 128, &NAME)),
    may("folderPath", Of::Folder),
];
const TO_EXISTING: &[Field] = &[
    must("type", Of::Word(&["existing"])),
    must("tableId", Of::Text(1, 128)),
    must("mode", Of::Word(&["append", "replace"])),
];

fn missing() -> Problem {
    Problem::not_found("Table import")
}

/// Reads the source and the target by their types.
fn parts(call: &Call<'_>) -> Result<(Keys, Keys), Problem> {
    let mut issues = Vec::new();
    let mut read = |name: &'static str, forms: [(&str, &[Field]); 2]| {
        let value = call.value(name);
        let form = forms.iter().find(|(kind, _)| value["type"] == *kind);
        let mut found = Vec::new();
        let keys = match (value, form) {
            (Value::Object(keys), Some((_, fields))) => object(fields, keys.clone(), &mut found),
            (Value::Object(_), None) => {
                found.push(Issue::union().at("type"));
                Keys::new()
            }
            (other, _) => {
                found.push(Issue::kind("object", Some(other)));
                Keys::new()
            }
        };
        issues.extend(found.into_iter().map(|issue| issue.under(name)));
        keys
    };
    let source = read("source", [("upload", OF_UPLOAD), ("workspace_file", OF_FILE)]);
    let target = read("target", [("new", TO_NEW), ("existing", TO_EXISTING)]);
    for name in ["mapping", "createColumns"] {
        if call.body.contains_key(name) && target.get("type") == Some(&json!("new")) {
            let message = format!("{name} is only supported for an existing table target");
            issues.push(Issue::custom(message).at(name));
        }
    }
    if call.text("timezone").is_some_and(|zone| !is_zone(zone)) {
        let message = "Must be a valid IANA timezone (e.g. America/New_York)";
        issues.push(Issue::custom(message).at("timezone"));
    }
    if issues.is_empty() { Ok((source, target)) } else { Err(Problem::invalid(issues)) }
}

/// Returns whether a text could be the name of a zone. The mock knows no zones, and leaves local times as they are.
fn is_zone(name: &str) -> bool {
    const AREAS: [&str; 12] = [
        "Africa",
        "America",
        "Antarctica",
        "Arctic",
        "Asia",
        "Atlantic",
        "Australia",
        "Etc",
        "Europe",
        "Indian",
        "Pacific",
        "UTC",
    ];
    AREAS.contains(&name.split('/').next().unwrap_or_default())
}

fn text(keys: &Keys, name: &str) -> String {
    keys.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn check_kind(name: &str) -> Result<(), Problem> {
    let ending = name.rsplit('.').next().unwrap_or_default().to_lowercase();
    if matches!(ending.as_str(), "csv" | "tsv") {
        return Ok(());
    }
    Err(Problem::bad_request("Only CSV and TSV files are supported"))
}

pub(super) fn create(call: &Call<'_>) -> Answered {
    let (source, target) = parts(call)?;
    if call.workspace != call.state.workspace || call.access() == crate::Access::Stranger {
        return Err(Problem::not_found(TABLE.word));
    }
    if !call.access().allows(crate::Access::Write) {
        let message = "Insufficient workspace permissions";
        return Err(Problem::forbidden("INSUFFICIENT_WORKSPACE_ROLE", message));
    }
    let mut shelves = call.state.things.open();
    let folder = text(&target, "folderPath");
    if !folder.is_empty() && !shelves.has_folder(TABLE.kind, &folder) {
        return Err(Problem::not_found("Folder"));
    }
    let table = text(&target, "tableId");
    if !table.is_empty() && shelves.of(TABLE.kind, "").get(&table).is_none() {
        return Err(TABLE.missing(&table));
    }
    let mut import = Thing::new(ids::uuid(), call.key, Keys::new());
    for (key, value) in [
        ("workspaceId", json!(call.workspace)),
        ("status", json!("uploading")),
        ("source", source.clone().into()),
        ("target", target.into()),
        ("tableId", if table.is_empty() { Value::Null } else { table.into() }),
        ("rowsProcessed", json!(0)),
        ("error", Value::Null),
        ("completedAt", Value::Null),
    ] {
        import.set(key, value);
    }
    for key in ["mapping", "createColumns"] {
        import.hide(key, call.value(key).clone());
    }
    if source.get("type") == Some(&json!("workspace_file")) {
        let file = text(&source, "fileId");
        let shelf = call.state.files.open();
        let file =
            shelf.files.get(&file).ok_or_else(|| Problem::not_found(crate::files::File::WORD))?;
        check_kind(&file.name)?;
        begin(call, &mut shelves, &mut import, &file.content.whole())?;
        let shown = import.item();
        shelves.of_mut(IMPORTS, "").add(import);
        let begun = json!({ "session": shown, "uploadToken": null, "transfer": null });
        return Ok(data(StatusCode::CREATED, &begun));
    }
    let name = text(&source, "name");
    check_kind(&name)?;
    let size = source.get("size").and_then(Value::as_u64).unwrap_or_default();
    let kind = text(&source, "contentType");
    let folder = crate::folder::ROOT.to_owned();
    let upload = Upload::new(call.key, name, folder, kind, size, call.state.part_size);
    import.id.clone_from(&upload.id);
    let begun = json!({
        "session": import.item(),
        "uploadToken": upload.token,
        "transfer": transfer::transfer(&upload, &call.origin()),
    });
    call.state.files.open().uploads.add(upload);
    shelves.of_mut(IMPORTS, "").add(import);
    Ok(data(StatusCode::CREATED, &begun))
}

/// Works on an import whose bytes are there. What comes of it is told a step later.
fn begin(
    call: &Call<'_>,
    shelves: &mut Shelves,
    import: &mut Thing,
    bytes: &[u8],
) -> Result<(), Problem> {
    let name = import.shown["target"]["name"].as_str().unwrap_or_default().to_owned();
    let names = shelves.of(TABLE.kind, "");
    if !name.is_empty() && names.all().any(|table| table.text("name") == name) {
        return Err(taken(&name));
    }
    let is_busy = |other: &Thing| {
        other.text("status") == "processing"
            && other.text("tableId") == import.shown["target"]["tableId"]
    };
    if shelves.of(IMPORTS, "").all().any(is_busy) {
        return Err(Problem::conflict("A job is already in progress for this table"));
    }
    let (table, result) = import_work::work(call, shelves, import, bytes);
    import.set("tableId", table);
    import.set("status", "processing");
    let (rows, error) = match result {
        Ok(rows) => (rows, Value::Null),
        Err(error) => (0, error.into()),
    };
    // A failure is told at once, a success a step later.
    import.hide("steps", u64::from(error.is_null()));
    import.hide("rows", rows);
    import.hide("error", error);
    import.created_at = Timestamp::now();
    import.touch();
    Ok(())
}

/// Returns the import that a path names, if this request may see it. While it uploads, it needs its token.
fn seen<'s>(call: &Call<'_>, shelves: &'s mut Shelves) -> Result<&'s mut Thing, Problem> {
    if call.access() == crate::Access::Stranger || call.workspace != call.state.workspace {
        return Err(missing());
    }
    let id = &call.ids[0];
    let import = shelves.of_mut(IMPORTS, "").get_mut(id).ok_or_else(missing)?;
    if import.hidden("steps").is_null() {
        if call.header("upload-token").is_none() {
            return Err(missing());
        }
        transfer::own(call, &mut call.state.files.open(), id)?;
    }
    Ok(import)
}

pub(super) fn get(call: &Call<'_>) -> Answered {
    let mut shelves = call.state.things.open();
    let import = seen(call, &mut shelves)?;
    if import.text("status") == "processing" {
        match import.hidden("steps").as_u64() {
            Some(0) => end(import),
            Some(steps) => import.hide("steps", steps - 1),
            None => {}
        }
    }
    Ok(data(StatusCode::OK, &import.item()))
}

fn end(import: &mut Thing) {
    let (rows, error) = (import.hidden("rows").clone(), import.hidden("error").clone());
    import.set("status", if error.is_null() { "completed" } else { "failed" });
    import.set("rowsProcessed", rows);
    import.set("error", error);
    closed(import);
}

fn closed(import: &mut Thing) {
    import.touch();
    let at = ids::time_text(import.updated_at);
    import.set("completedAt", at);
}

pub(super) fn complete(call: &Call<'_>) -> Answered {
    let id = call.ids[0].clone();
    let content = {
        let mut shelf = call.state.files.open();
        let upload = transfer::own(call, &mut shelf, &id)?;
        match upload.progress {
            Progress::Completed(_) => None,
            _ => Some(upload.whole()?.whole()),
        }
    };
    let mut shelves = call.state.things.open();
    let mut import = shelves.of(IMPORTS, "").get(&id).ok_or_else(missing)?.clone();
    if let Some(bytes) = content {
        begin(call, &mut shelves, &mut import, &bytes)?;
        let mut shelf = call.state.files.open();
        transfer::own(call, &mut shelf, &id)?.end(Progress::Completed(id.clone()));
        if let Some(place) = shelves.of_mut(IMPORTS, "").get_mut(&id) {
            *place = import.clone();
        }
    }
    Ok(data(StatusCode::OK, &import.item()))
}

pub(super) fn addresses(call: &Call<'_>) -> Answered {
    let mut shelf = call.state.files.open();
    let upload = transfer::own(call, &mut shelf, &call.ids[0])?;
    let parts = transfer::addresses(upload, &transfer::numbers(call), &call.origin())?;
    Ok(data(StatusCode::OK, &parts))
}

pub(super) fn cancel(call: &Call<'_>) -> Answered {
    let mut shelves = call.state.things.open();
    let import = seen(call, &mut shelves)?;
    match import.text("status") {
        status @ ("completed" | "failed") => {
            return Err(Problem::conflict(format!("Table import is {status}")));
        }
        "canceled" => {}
        status => {
            if status == "uploading" {
                let mut shelf = call.state.files.open();
                transfer::own(call, &mut shelf, &call.ids[0])?.end(Progress::Aborted);
            }
            import.set("status", "canceled");
            closed(import);
        }
    }
    Ok(data(StatusCode::OK, &import.item()))
}
