//! The views of a table: how people see its rows.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sim_core::lenient as field;
use sim_core::operation::List;
use sim_core::{Page, WorkspaceId, object};

use super::filter::Sort;
use super::ids::{TableId, ViewId};
use crate::macros::{endpoint, json_params, setters};
use crate::sorted;

endpoint! {
    /// Lists the views of a table, all in one answer. A new table has one already.
    ListTableViews: GET "/api/v2/tables/{table}/views" => Page<TableView>,
    reference "tables" listTableViews,
    path { table: TableId },
    query { workspace: WorkspaceId = "workspaceId" },
}

endpoint! {
    /// Creates a view. A table has at most 100, and their names may repeat.
    CreateTableView: POST "/api/v2/tables/{table}/views" => {data: TableView},
    reference "tables" createTableView,
    path { table: TableId },
    body { workspace: WorkspaceId = "workspaceId", name: String = "name", config: ViewConfig = "config" },
    idempotency NonIdempotent,
}

endpoint! {
    /// Reads one view of a table.
    GetTableView: GET "/api/v2/tables/{table}/views/{view}" => {data: TableView},
    reference "tables" getTableView,
    path { table: TableId, view: ViewId },
    query { workspace: WorkspaceId = "workspaceId" },
}

endpoint! {
    /// Changes a view. Set at least one of the options.
    UpdateTableView: PATCH "/api/v2/tables/{table}/views/{view}" => {data: TableView},
    reference "tables" updateTableView,
    path { table: TableId, view: ViewId },
    body { workspace: WorkspaceId = "workspaceId" },
    body? {
        /// Renames the view to this.
        name: String = "name",
        /// Replaces all settings. It excludes [`config_patch`](Self::config_patch).
        config: ViewConfig = "config",
        /// Changes the settings that it has and keeps the others. It excludes [`config`](Self::config).
        config_patch: ViewConfig = "configPatch",
        /// Makes it the view that opens first, in place of another.
        is_default: bool = "isDefault",
    },
}

endpoint! {
    /// Deletes one view of a table.
    DeleteTableView: DELETE "/api/v2/tables/{table}/views/{view}" => {data: DeletedView},
    reference "tables" deleteTableView,
    path { table: TableId, view: ViewId },
    query { workspace: WorkspaceId = "workspaceId" },
}

object! {
    /// A view of a table.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct TableView {
        /// The id of the view.
        pub id: ViewId = "id",
        /// The table that it shows.
        pub table_id: TableId = "tableId" as field::known,
        /// The name of the view.
        pub name: String = "name" as field::string,
        /// What the view shows, and in which order.
        pub config: ViewConfig = "config" as field::or_default,
        /// Whether the view opens first.
        pub is_default: bool = "isDefault" as field::flag,
        /// The e-mail address of whoever created it; `None` if nobody did.
        pub created_by_email: Option<String> = "createdByEmail" as field::text,
        /// When the view was created.
        pub created_at: Option<Timestamp> = "createdAt" as field::timestamp,
        /// When the view last changed.
        pub updated_at: Option<Timestamp> = "updatedAt" as field::timestamp,
    }
}

/// What a view shows, and in which order. Settings that are `None` are not sent.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ViewConfig {
    /// The widths of columns in pixels, by name.
    #[serde(
        default,
        deserialize_with = "field::entries_or_none",
        skip_serializing_if = "Option::is_none"
    )]
    pub column_widths: Option<BTreeMap<String, f64>>,
    /// The names of columns in their order.
    #[serde(
        default,
        deserialize_with = "field::list_or_none",
        skip_serializing_if = "Option::is_none"
    )]
    pub column_order: Option<Vec<String>>,
    /// The names of columns that stay in sight.
    #[serde(
        default,
        deserialize_with = "field::list_or_none",
        skip_serializing_if = "Option::is_none"
    )]
    pub pinned_columns: Option<Vec<String>>,
    /// The names of columns that are not shown.
    #[serde(
        default,
        deserialize_with = "field::list_or_none",
        skip_serializing_if = "Option::is_none"
    )]
    pub hidden_columns: Option<Vec<String>>,
    /// The filter of rows, as JSON; [`Filter`](super::Filter) makes one. `Value::Null` takes it away.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "present",
        serialize_with = "sorted::some"
    )]
    pub filter: Option<Value>,
    /// The sort keys, at most 16; an empty list takes them away.
    #[serde(
        default,
        deserialize_with = "field::list_or_none",
        skip_serializing_if = "Option::is_none"
    )]
    pub sort: Option<Vec<Sort>>,
}

/// Tells `null` from nothing.
fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

json_params!(ViewConfig);

setters! {
    ViewConfig {
        /// Sets the widths of columns in pixels, by name.
        column_widths: BTreeMap<String, f64>,
        /// Sets the order of columns by their names.
        column_order: List<String>,
        /// Sets the columns that stay in sight.
        pinned_columns: List<String>,
        /// Sets the columns that are not shown.
        hidden_columns: List<String>,
        /// Sets the filter of rows.
        filter: Value,
        /// Sets the sort keys, the most important one first.
        sort: List<Sort>,
    }
}

object! {
    /// A view that no longer exists.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct DeletedView {
        /// The id that the view had; empty if the server did not say.
        pub id: ViewId = "id" as field::known,
        /// Always true in an answer of the server.
        pub deleted: bool = "deleted",
    }
}
