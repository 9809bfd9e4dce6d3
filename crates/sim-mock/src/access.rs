//! What a key may do in the workspace of the server, and what a table lets nobody do.

/// What a key may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Access {
    /// The key of an admin of the workspace, who is the owner of the organization.
    #[default]
    Admin,
    /// The key of a member who may change things.
    Write,
    /// The key of a member who may only read.
    Read,
    /// A key of the workspace itself. It may change things, but not what only a person may.
    Workspace,
    /// The key of somebody who is no member of the workspace.
    Stranger,
}

impl Access {
    /// Returns whether this key may do what that role may.
    pub(crate) fn allows(self, role: Self) -> bool {
        let level = |access| match access {
            Self::Stranger => 0,
            Self::Read => 1,
            Self::Write | Self::Workspace => 2,
            Self::Admin => 3,
        };
        level(self) >= level(role)
    }
}

/// A lock of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TableLock {
    /// Nobody can add rows.
    Insert,
    /// Nobody can change rows.
    Update,
    /// Nobody can delete rows, or the table.
    Delete,
    /// Nobody can add, change or delete columns.
    Schema,
}

impl TableLock {
    /// Returns the key that shows the lock.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Insert => "insertLocked",
            Self::Update => "updateLocked",
            Self::Delete => "deleteLocked",
            Self::Schema => "schemaLocked",
        }
    }
}
