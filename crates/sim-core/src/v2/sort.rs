//! The order of lists.

use crate::macros::open_enum;

open_enum! {
    /// Which end of a list comes first.
    SortOrder {
        /// The smallest, the oldest.
        Ascending = "asc",
        /// The largest, the newest.
        Descending = "desc",
    }
}

open_enum! {
    /// What workflows are sorted by.
    WorkflowSort {
        /// Where they stand in the sidebar.
        Position = "position",
        /// Their name, case-sensitively.
        Name = "name",
        /// When they were made.
        CreatedAt = "createdAt",
        /// When they were changed.
        UpdatedAt = "updatedAt",
        /// How often they ran.
        RunCount = "runCount",
    }
}

open_enum! {
    /// What folders are sorted by.
    FolderSort {
        /// Their name, case-sensitively.
        Name = "name",
        /// When they were made.
        CreatedAt = "createdAt",
        /// When they were changed.
        UpdatedAt = "updatedAt",
    }
}
