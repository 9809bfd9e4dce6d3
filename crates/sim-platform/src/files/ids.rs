//! The ids of files.

use sim_core::id;

id! {
    /// Names a file of a workspace.
    FileId
}
