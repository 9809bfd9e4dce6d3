//! Documents that arrive in several requests.

use http::StatusCode;
use serde_json::{Value, json};

use super::document::{DOCUMENTS, made, summary};
use super::documents::base;
use super::{kinds, tags};
use crate::files::{Progress, Upload};
use crate::folder::ROOT;
use crate::ids;
use crate::store::Kept as _;
use crate::things::{Keys, Shelves, Thing};
use crate::wire::v2::data::data;
use crate::wire::v2::files::transfer;
use crate::wire::v2::problem::Problem;
use crate::wire::v2::resource::{Answered, Call, Field, Of, may, must};

/// The largest document, in bytes.
const SIZE: u64 = 104_857_600;

/// The name of the collection of what was said of documents that still arrive.
const SESSIONS: &str = "session";

const TAG: Of = Of::Text(0, 1000);

/// The body that begins an upload.
pub(super) const FIELDS: &[Field] = &[
    must("name", Of::Text(1, 255)),
    must("contentType", Of::Text(1, 255)),
    must("size", Of::Whole(1, SIZE)),
    may("tag1", TAG),
    may("tag2", TAG),
    may("tag3", TAG),
    may("tag4", TAG),
    may("tag5", TAG),
    may("tag6", TAG),
    may("tag7", TAG),
    may(
        "processingOptions",
        Of::Object(&[may("recipe", Of::Text(0, 255)), may("lang", Of::Text(0, 35))]),
    ),
];

/// Returns an upload as answers show it.
fn session(shelves: &Shelves, base: &str, upload: &Upload) -> Value {
    let document = shelves.of(DOCUMENTS, base).get(&upload.id);
    let document = document.filter(|_| matches!(upload.progress, Progress::Completed(_)));
    json!({
        "id": upload.id,
        "knowledgeBaseId": base,
        "status": upload.word(),
        "name": upload.name,
        "contentType": upload.content_type,
        "size": upload.size,
        "expiresAt": ids::time_text(upload.expires_at),
        "error": null,
        "document": document.map(summary),
    })
}

pub(super) fn begin(call: &Call<'_>) -> Answered {
    let mut shelves = call.state.things.open();
    let (base, _) = base(call, &shelves)?;
    let (name, kind) = (call.text("name").unwrap_or_default(), call.text("contentType"));
    let kind = kinds::check(name, kind.unwrap_or_default())?;
    let size = call.number("size").unwrap_or_default();
    let root = ROOT.to_owned();
    let upload = Upload::new(call.key, name.to_owned(), root, kind, size, call.state.part_size);
    transfer::check_parts(&upload)?;
    let mut said = Thing::new(upload.id.clone(), call.key, Keys::new());
    said.hide("tags", tags::changed(Keys::new(), &call.body));
    shelves.of_mut(SESSIONS, &base).add(said);
    let begun = json!({
        "session": session(&shelves, &base, &upload),
        "uploadToken": upload.token,
        "transfer": transfer::transfer(&upload, &call.origin()),
    });
    call.state.files.open().uploads.add(upload);
    Ok(data(StatusCode::CREATED, &begun))
}

/// Refuses an upload of another base.
fn check(shelves: &Shelves, base: &str, id: &str) -> Result<Value, Problem> {
    let said = shelves.of(SESSIONS, base).get(id);
    let said = said.ok_or_else(|| Problem::not_found(Upload::WORD))?;
    Ok(said.hidden("tags").clone())
}

pub(super) fn addresses(call: &Call<'_>) -> Answered {
    let shelves = call.state.things.open();
    let (base, _) = base(call, &shelves)?;
    transfer::token(call)?;
    check(&shelves, &base, &call.ids[1])?;
    let mut shelf = call.state.files.open();
    let upload = transfer::own(call, &mut shelf, &call.ids[1])?;
    let parts = transfer::addresses(upload, &transfer::numbers(call), &call.origin())?;
    Ok(data(StatusCode::OK, &parts))
}

/// Makes a document of the bytes. It has the id of the upload.
pub(super) fn complete(call: &Call<'_>) -> Answered {
    let mut shelves = call.state.things.open();
    let (base, _) = base(call, &shelves)?;
    transfer::token(call)?;
    let tags = check(&shelves, &base, &call.ids[1])?;
    let mut shelf = call.state.files.open();
    let upload = transfer::own(call, &mut shelf, &call.ids[1])?;
    if !matches!(upload.progress, Progress::Completed(_)) {
        let bytes = upload.whole()?.whole();
        let mut document = made(&base, call.key, &upload.name, &upload.content_type, &bytes);
        document.id.clone_from(&upload.id);
        document.hide("tags", tags);
        upload.end(Progress::Completed(upload.id.clone()));
        shelves.of_mut(DOCUMENTS, &base).add(document);
    }
    Ok(data(StatusCode::OK, &session(&shelves, &base, upload)))
}

pub(super) fn abort(call: &Call<'_>) -> Answered {
    let shelves = call.state.things.open();
    let (base, _) = base(call, &shelves)?;
    check(&shelves, &base, &call.ids[1])?;
    transfer::token(call)?;
    let mut shelf = call.state.files.open();
    let upload = transfer::own(call, &mut shelf, &call.ids[1])?;
    if matches!(upload.progress, Progress::Completed(_)) {
        return Err(Problem::conflict("Upload has already been completed"));
    }
    upload.end(Progress::Aborted);
    Ok(data(StatusCode::OK, &session(&shelves, &base, upload)))
}
