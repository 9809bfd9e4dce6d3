//! Files and uploads as answers show them.

use serde::Serialize;

use crate::files::{File, Progress, Share, Shelf, Upload};
use crate::ids;
use crate::state::State;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Item {
    id: String,
    name: String,
    size: u64,
    r#type: String,
    key: String,
    folder_path: String,
    uploaded_by_email: String,
    uploaded_at: String,
    updated_at: String,
    deleted_at: Option<String>,
}

impl Item {
    pub(super) fn of(file: &File) -> Self {
        Self {
            id: file.id.clone(),
            name: file.name.clone(),
            size: file.content.size(),
            r#type: file.content_type.clone(),
            key: file.key.clone(),
            folder_path: file.folder.clone(),
            uploaded_by_email: format!("{}@example.com", State::user(file.owner)),
            uploaded_at: ids::time_text(file.uploaded_at),
            updated_at: ids::time_text(file.updated_at),
            deleted_at: file.deleted_at.map(ids::time_text),
        }
    }
}

#[derive(Debug, Serialize)]
pub(super) struct Detail {
    #[serde(flatten)]
    item: Item,
    share: Option<ShareItem>,
}

impl Detail {
    pub(super) fn of(state: &State, file: &File) -> Self {
        let share = file.share.as_ref().map(|share| ShareItem::of(state, file, share));
        Self { item: Item::of(file), share }
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ShareItem {
    id: String,
    token: String,
    url: String,
    is_active: bool,
    resource_type: &'static str,
    resource_id: String,
    auth_type: &'static str,
    has_password: bool,
    allowed_emails: Vec<String>,
}

impl ShareItem {
    pub(super) fn of(state: &State, file: &File, share: &Share) -> Self {
        Self {
            id: share.id.clone(),
            token: share.token.clone(),
            url: format!("{}/f/{}", state.app_url, share.token),
            is_active: share.is_active,
            resource_type: "file",
            resource_id: file.id.clone(),
            auth_type: share.kind,
            has_password: share.has_password,
            allowed_emails: share.emails.clone(),
        }
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Session {
    id: String,
    status: &'static str,
    name: String,
    content_type: String,
    size: u64,
    expires_at: String,
    error: Option<String>,
    file: Option<Item>,
}

impl Session {
    pub(super) fn of(shelf: &Shelf, upload: &Upload) -> Self {
        let file = match &upload.progress {
            Progress::Completed(file) => shelf.files.any(file).map(Item::of),
            _ => None,
        };
        Self {
            id: upload.id.clone(),
            status: upload.word(),
            name: upload.name.clone(),
            content_type: upload.content_type.clone(),
            size: upload.size,
            expires_at: ids::time_text(upload.expires_at),
            error: None,
            file,
        }
    }
}
