//! The ids of Sim, and how an id becomes a segment of a path.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::id;

id! {
    /// The id of a workflow.
    WorkflowId
}
id! {
    /// The id of one run of a workflow (v1 calls it an execution). It is the same in both generations of the API.
    RunId
}
id! {
    /// The id of a queued job of the first generation (`jobId`, formerly `taskId`).
    JobId
}
id! {
    /// The id of a workspace.
    WorkspaceId
}
id! {
    /// The id of one deployed version of a workflow; its number is a `VersionNumber`.
    DeploymentVersionId
}
id! {
    /// The path of a folder, encoded as the server writes it: `/Team%20A/Drafts`. `/` is the root.
    FolderPath
}

impl FolderPath {
    /// Returns the path of folder names as a person reads them; encodes each name as the server expects.
    ///
    /// ```
    /// use sim_core::FolderPath;
    ///
    /// assert_eq!(FolderPath::of(["Team A", "2026/27"]).as_str(), "/Team%20A/2026%2F27");
    /// ```
    pub fn of<N: AsRef<str>>(names: impl IntoIterator<Item = N>) -> Self {
        let mut path = String::new();
        for name in names {
            path.push('/');
            path.extend(utf8_percent_encode(name.as_ref(), UNRESERVED));
        }
        Self::new(if path.is_empty() { "/" } else { &path })
    }
}

id! {
    /// The id of a place where a run waits. It contains the id of the block and may hold characters beyond ASCII.
    ContextId
}

/// All characters except the unreserved characters of RFC 3986.
pub(crate) const UNRESERVED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

impl RunId {
    /// The largest number of characters of an id that a caller chooses.
    const MAX: usize = 128;

    /// Returns whether the server accepts this id for a new run: 1 to 128 of `A-Z a-z 0-9 . _ : -`, except `.` and
    /// `..`. No path can name a run with one of those two ids, so nobody could ask for it.
    pub fn is_claimable(&self) -> bool {
        let id = self.as_str();
        let allowed = |b: u8| b.is_ascii_alphanumeric() | matches!(b, b'.' | b'_' | b':' | b'-');
        // No early exit from the loop: with random letters and digits, the CPU mispredicts every branch.
        let all = id.bytes().fold(true, |all, b| all & allowed(b));
        all && !matches!(id, "" | "." | "..") && id.len() <= Self::MAX
    }
}

impl JobId {
    /// The start of the id of a job whose run has an id that a server claimed; the id of the run follows.
    pub(crate) const CLAIMED: &str = "workflow-execution:";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_takes_only_its_alphabet() {
        for (id, claimable) in [
            ("a:B-1_.", true),
            ("", false),
            (".", false),
            ("..", false),
            ("...", true),
            (".a", true),
            ("a b", false),
            ("ä", false),
            (&"x".repeat(129), false),
        ] {
            assert_eq!(RunId::new(id).is_claimable(), claimable, "{id:?}");
        }
    }
}
