//! How the bytes of an upload travel: at once or in parts, each to an address of its own. Files, documents and imports
//! have it alike.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::files::{PART, PARTS, Shelf, Upload};
use crate::ids;
use crate::wire::v2::issue::Issue;
use crate::wire::v2::problem::Problem;
use crate::wire::v2::resource::{Call, Field, Of, must};

/// The body of a request for the addresses of parts.
pub(crate) const NUMBERS: &[Field] =
    &[must("partNumbers", Of::List(&Of::Whole(1, u64::MAX), 1, 100))];

/// Refuses an upload of too many parts.
pub(crate) fn check_parts(upload: &Upload) -> Result<(), Problem> {
    if upload.parts() > PARTS {
        return Err(Problem::bad_request("Too many parts"));
    }
    Ok(())
}

/// Says where the bytes of an upload go: to the origin that was called.
pub(crate) fn transfer(upload: &Upload, origin: &str) -> Value {
    match upload.part_size {
        Some(size) => {
            json!({ "method": "multipart", "partSize": size, "partCount": upload.parts() })
        }
        None => json!({
            "method": "put",
            "url": format!("{origin}/api/v2/uploads/{}", upload.id),
            "headers": { "Content-Type": upload.content_type, "upload-token": upload.token },
            "expiresAt": ids::time_text(upload.expires_at),
        }),
    }
}

/// Says where these parts go, and lets their addresses work for an hour.
pub(crate) fn addresses(
    upload: &mut Upload,
    numbers: &[u64],
    origin: &str,
) -> Result<Value, Problem> {
    upload.check_open()?;
    if upload.part_size.is_none() {
        return Err(Problem::conflict("Upload session does not accept multipart uploads"));
    }
    if numbers.iter().collect::<HashSet<_>>().len() < numbers.len() {
        return Err(Problem::bad_request("partNumbers must not contain duplicates"));
    }
    let last = upload.parts();
    if numbers.iter().any(|number| *number > last) {
        let message = format!("partNumber must be between 1 and {last}");
        return Err(Problem::bad_request(message));
    }
    let until = ids::time_text(upload.address(numbers));
    let (id, token) = (&upload.id, &upload.token);
    let part = |number: &u64| {
        json!({
            "partNumber": number,
            "url": format!("{origin}/api/v2/uploads/{id}/parts/{number}?token={token}"),
            "headers": { "Content-Type": PART },
            "expiresAt": until,
        })
    };
    Ok(json!({ "parts": numbers.iter().map(part).collect::<Vec<_>>() }))
}

/// Returns the upload with this id that this key began. The token of another one does not help.
pub(crate) fn own<'a>(
    call: &Call<'_>,
    shelf: &'a mut Shelf,
    id: &str,
) -> Result<&'a mut Upload, Problem> {
    let missing = || Problem::not_found("Upload session");
    let token = token(call)?;
    let upload = shelf.uploads.get_mut(id).ok_or_else(missing)?;
    let is_own = upload.owner == call.key && upload.token == token;
    if is_own && call.workspace == call.state.workspace { Ok(upload) } else { Err(missing()) }
}

/// Returns the token that a request about an upload needs.
pub(crate) fn token<'c>(call: &'c Call<'_>) -> Result<&'c str, Problem> {
    call.header("upload-token")
        .ok_or_else(|| Problem::invalid(vec![Issue::kind("string", None).at("upload-token")]))
}

/// Returns the numbers of the parts that a body asks for.
pub(crate) fn numbers(call: &Call<'_>) -> Vec<u64> {
    call.value("partNumbers").as_array().into_iter().flatten().filter_map(Value::as_u64).collect()
}
