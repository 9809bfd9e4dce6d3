//! The columns of a table.

use serde::Serialize;
use sim_core::lenient as field;
use sim_core::operation::List;
use sim_core::{WorkspaceId, object, open_enum};

use super::ids::{GroupId, TableId};
use crate::Count;
use crate::macros::{endpoint, json_params, setters};

endpoint! {
    /// Adds a column to a table.
    AddTableColumn: POST "/api/v2/tables/{table}/columns" => {data: Columns},
    reference "tables" addTableColumn,
    path { table: TableId },
    body { workspace: WorkspaceId = "workspaceId", column: NewColumn = "column" },
    idempotency NonIdempotent,
}

endpoint! {
    /// Renames a column or changes what it holds.
    UpdateTableColumn: PATCH "/api/v2/tables/{table}/columns" => {data: Columns},
    reference "tables" updateTableColumn,
    path { table: TableId },
    body { workspace: WorkspaceId = "workspaceId", column: String = "columnName", updates: ColumnChange = "updates" },
    idempotency NonIdempotent,
}

endpoint! {
    /// Deletes a column with the values in it.
    DeleteTableColumn: DELETE "/api/v2/tables/{table}/columns" => {data: Columns},
    reference "tables" deleteTableColumn,
    path { table: TableId },
    body { workspace: WorkspaceId = "workspaceId", column: String = "columnName" },
}

open_enum! {
    /// What the values of a column are.
    ColumnType {
        /// Text of any length.
        String = "string",
        /// A number. The server keeps it as a double.
        Number = "number",
        /// An amount of money.
        Currency = "currency",
        /// True or false, nothing else.
        Boolean = "boolean",
        /// A date, with or without a time.
        Date = "date",
        /// Any JSON, free in form.
        Json = "json",
        /// One or several of the options of the column.
        Select = "select",
    }
}

object! {
    /// An option of a select column.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct SelectOption {
        /// The id of the option, chosen by whoever makes the column.
        pub id: String = "id",
        /// The name, 1 to 100 characters. Rows show it as the value.
        pub name: String = "name" as field::string,
    }
}

impl SelectOption {
    /// Creates an option of a column.
    pub fn new(id: impl Into<String>, name: impl Into<String>) -> Self {
        Self { id: id.into(), name: name.into() }
    }
}

object! {
    /// A column of a table.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct Column {
        /// The id of the column, if it has one.
        pub id: Option<String> = "id" as field::text,
        /// The name by which rows hold its values.
        pub name: String = "name",
        /// What its values are.
        pub kind: ColumnType = "type" as field::known,
        /// Whether each row must have a value.
        pub required: bool = "required" as field::flag,
        /// Whether no two rows may have the same value.
        pub unique: bool = "unique" as field::flag,
        /// The workflow group that fills the column, or `None`.
        pub group: Option<GroupId> = "workflowGroupId" as field::word,
        /// The options of a select column; empty for all others.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        pub options: Vec<SelectOption> = "options" as field::list,
        /// Whether a select column takes several options at once; `None` for all others.
        pub multiple: Option<bool> = "multiple" as field::yes_or_no,
        /// The currency of an amount as ISO 4217 writes it, such as `EUR`.
        pub currency_code: Option<String> = "currencyCode" as field::text,
    }
}

object! {
    /// A column that is to be made.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct NewColumn {
        /// The id of the column, or `None` for one that the server makes.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub id: Option<String> = "id",
        /// The name: letters, digits and `_`, at most 50, no digit first.
        pub name: String = "name",
        /// What its values are.
        pub kind: ColumnType = "type",
        /// Whether each row must have a value; `None` is no.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub required: Option<bool> = "required",
        /// Whether no two rows may have the same value; `None` is no.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub unique: Option<bool> = "unique",
        /// The options of a select column, which needs at least one.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub options: Option<Vec<SelectOption>> = "options",
        /// Whether a select column takes several options at once; `None` is no.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub multiple: Option<bool> = "multiple",
        /// The currency of an amount as ISO 4217 writes it, such as `EUR`.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub currency_code: Option<String> = "currencyCode",
        /// Where [`AddTableColumn`] puts the column, from 0; `None` is the end. Other requests do not take it.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub position: Option<Count> = "position",
    }
}

impl NewColumn {
    /// Creates a column that may be empty and whose values may repeat.
    pub fn new(name: impl Into<String>, kind: ColumnType) -> Self {
        Self {
            id: None,
            name: name.into(),
            kind,
            required: None,
            unique: None,
            options: None,
            multiple: None,
            currency_code: None,
            position: None,
        }
    }
}

setters! {
    NewColumn {
        /// Sets the id of the column.
        id: String,
        /// Sets whether each row must have a value.
        required: bool,
        /// Sets whether no two rows may have the same value.
        unique: bool,
        /// Sets the options of a select column.
        options: List<SelectOption>,
        /// Sets whether a select column takes several options at once.
        multiple: bool,
        /// Sets the currency of an amount, as ISO 4217 writes it.
        currency_code: String,
        /// Sets where the column goes, from 0.
        position: Count,
    }
}

object! {
    /// What changes about a column. Whatever is not set stays as it is.
    #[derive(Debug, Clone, Default, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct ColumnChange {
        /// The new name, if it changes.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub name: Option<String> = "name",
        /// What its values become, if that changes.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub kind: Option<ColumnType> = "type",
        /// Whether each row must have a value from now on.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub required: Option<bool> = "required",
        /// Whether no two rows may have the same value from now on.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub unique: Option<bool> = "unique",
        /// All options that the column has from now on.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub options: Option<Vec<SelectOption>> = "options",
        /// Whether the column takes several options at once from now on.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub multiple: Option<bool> = "multiple",
        /// The currency from now on, as ISO 4217 writes it.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub currency_code: Option<String> = "currencyCode",
    }
}

setters! {
    ColumnChange {
        /// Renames the column to this.
        name: String,
        /// Changes what its values are.
        kind: ColumnType,
        /// Changes whether each row must have a value.
        required: bool,
        /// Changes whether no two rows may have the same value.
        unique: bool,
        /// Replaces the options of a select column.
        options: List<SelectOption>,
        /// Changes whether a select column takes several options at once.
        multiple: bool,
        /// Changes the currency, as ISO 4217 writes it.
        currency_code: String,
    }
}

json_params!(NewColumn, ColumnChange);

object! {
    /// All columns of a table after a change.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct Columns {
        /// The columns in their order.
        pub columns: Vec<Column> = "columns" as field::items,
    }
}
