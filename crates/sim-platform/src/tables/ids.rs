//! The ids of tables and of what they have.

use sim_core::id;

id! {
    /// Names a table of a workspace.
    TableId
}
id! {
    /// Names a row of a table.
    RowId
}
id! {
    /// Names a view of a table.
    ViewId
}
id! {
    /// Names a workflow group of a table.
    GroupId
}
id! {
    /// Names a batch of runs of workflow groups.
    DispatchId
}
id! {
    /// Names an import into a table.
    ImportId
}
id! {
    /// Names an export of a table.
    ExportId
}
