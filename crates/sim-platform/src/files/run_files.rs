//! The files that runs made.

use sim_core::{RunId, WorkflowId};

use super::content::FileContent;
use super::ids::FileId;
use crate::macros::endpoint;

endpoint! {
    /// Downloads a file that a run made, into memory, up to the response limit of the client. Its id is that of the
    /// [`OutputFile`](sim_core::OutputFile).
    ///
    /// **Newer than v0.8.9**, which answers 404: there, ask for the content in the run itself, as base64. The hosted
    /// server has it since 2026-09-28 at the latest.
    DownloadRunFile: GET "/api/v2/workflows/{workflow}/runs/{run}/files/{file}" => {read: FileContent},
    path { workflow: WorkflowId, run: RunId, file: FileId },
}
