//! The ids of Sim, and how an id becomes a segment of a path.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::id;

id! {
    /// Names a workflow.
    WorkflowId
}
id! {
    /// Names one run (v1: execution) of a workflow. Both generations of the API use the same value.
    RunId
}
id! {
    /// Names a queued unit of work of the first generation (`jobId`, once `taskId`).
    JobId
}
id! {
    /// Names a workspace.
    WorkspaceId
}
id! {
    /// Names one deployed version of a workflow; its number is [`VersionNumber`](crate::VersionNumber).
    DeploymentVersionId
}
id! {
    /// Names a folder by the names on the way to it, as the server writes them: `/Team%20A/Drafts`. `/` is the root.
    FolderPath
}

impl FolderPath {
    /// The path of names as they are shown; each is encoded as the server wants it.
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
        if path.is_empty() { Self("/".to_owned()) } else { Self(path) }
    }
}

id! {
    /// Names a place where a run waits. It is made of the id of the block and may hold characters beyond ASCII.
    ContextId
}

/// Everything but the unreserved characters of RFC 3986.
pub(crate) const UNRESERVED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

impl RunId {
    /// The most characters of an id that a caller may choose.
    const MAX: usize = 128;

    /// Says whether the server takes this id for a new run: 1 to 128 of `A-Z a-z 0-9 . _ : -`. Not `.` and `..`:
    /// such a run could not be asked for, because no path can name it.
    pub fn is_claimable(&self) -> bool {
        let id = self.as_str();
        let allowed = |b: u8| b.is_ascii_alphanumeric() | matches!(b, b'.' | b'_' | b':' | b'-');
        // Without a way out of the loop: in random letters and digits every branch is a guess.
        let all = id.bytes().fold(true, |all, b| all & allowed(b));
        all && !matches!(id, "" | "." | "..") && id.len() <= Self::MAX
    }
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
