//! Rows of files.

use sim_core::logs::SortOrder;
use sim_platform::FolderSort;
use sim_platform::files::*;

use crate::table::Table;

pub(super) fn rows(table: &mut Table) {
    files(table);
    content(table);
    uploads(table);
    folders(table);
}

fn files(table: &mut Table) {
    table.one("ListFiles", ListFiles::new("ws-1"));
    let list = ListFiles::new("ws-1").folder("/Team%20A").recursive(true);
    let list = list.scope(FileScope::Archived).search("a.txt").sort_by(FileSort::Size);
    let list = list.sort_order(SortOrder::Descending).limit(1000).cursor("c/1==");
    table.one("ListFiles, everything", list);
    table.one("CreateFile", CreateFile::new("ws-1", "a.txt"));
    let create = CreateFile::new("ws-1", "a.txt").content_type("text/plain").folder("/Team%20A");
    let create = create.content("SGVsbG8=").encoding(Encoding::Base64);
    table.one("CreateFile, everything", create);
    table.one("GetFile", GetFile::new("wf/1", "ws-1"));
    table.one("GetFile, everything", GetFile::new("wf-1", "ws-1").scope(FileScope::Active));
    table.one("RenameFile", RenameFile::new("wf-1", "ws-1", "b.txt"));
    table.one("DeleteFile", DeleteFile::new("wf-1", "ws-1"));
    table.one("RestoreFile", RestoreFile::new("wf-1", "ws-1"));
    let files = || [FileId::from("wf-1"), FileId::from("wf-2")];
    table.one("MoveFiles", MoveFiles::new("ws-1", files()));
    table.one("MoveFiles, everything", MoveFiles::new("ws-1", files()).folder("/Team%20A"));
    table.one("BulkDeleteFiles", BulkDeleteFiles::new("ws-1", files()));
}

fn content(table: &mut Table) {
    table.one("DownloadFile", DownloadFile::new("wf-1", "ws-1"));
    table.one("DownloadRunFile", DownloadRunFile::new("wf-1", "run-1", "file/1"));
    let update = || UpdateFileContent::new("wf-1", "ws-1", "Hello.");
    table.one("UpdateFileContent", update());
    table.one("UpdateFileContent, everything", update().encoding(Encoding::Utf8));
    table.one("GetFileShare", GetFileShare::new("wf-1", "ws-1"));
    table.one("UpdateFileShare", UpdateFileShare::new("wf-1", "ws-1", false));
    let share = UpdateFileShare::new("wf-1", "ws-1", true).access(ShareAccess::Password);
    let share = share.password("a password").allowed_emails(["a@b.example".to_owned()]);
    table.one("UpdateFileShare, everything", share);
}

fn uploads(table: &mut Table) {
    let create =
        || CreateFileUpload::new("ws-1", "a.bin", "application/octet-stream", 5_368_709_120);
    table.one("CreateFileUpload", create());
    table.one("CreateFileUpload, everything", create().folder("/Team%20A"));
    let parts = CreateFileUploadParts::new("up-1", "ws-1", "t.1", [1, 2]);
    table.one("CreateFileUploadParts", parts);
    table.one("CompleteFileUpload", CompleteFileUpload::new("up-1", "ws-1", "t.1"));
    table.one("AbortFileUpload", AbortFileUpload::new("up-1", "ws-1", "t.1"));
}

fn folders(table: &mut Table) {
    table.one("ListFileFolders", ListFileFolders::new("ws-1"));
    let list = ListFileFolders::new("ws-1").parent("/Team%20A").search("draft");
    let list = list.sort_by(FolderSort::Name).sort_order(SortOrder::Descending);
    table.one("ListFileFolders, everything", list);
    table.one("CreateFileFolder", CreateFileFolder::new("ws-1", "/Team%20A"));
    table.one("RelocateFileFolder", RelocateFileFolder::new("ws-1", "/A", "/B"));
    let delete = || DeleteFileFolder::new("ws-1", "/Team%20A");
    table.one("DeleteFileFolder", delete());
    table.one("DeleteFileFolder, everything", delete().recursive(true));
}
