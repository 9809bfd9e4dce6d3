//! Queries of rows: filtered and sorted lists, counts, and search in all cells.

use serde::Serialize;
use sim_core::lenient as field;
use sim_core::operation::List;
use sim_core::{Page, WorkspaceId, object};

use super::filter::{Filter, Sort};
use super::ids::{RowId, TableId};
use super::rows::Row;
use crate::macros::endpoint;

endpoint! {
    /// Lists the rows that a filter matches, in any order.
    ///
    /// The server cuts a page at 5 MB, so a page may be shorter than its limit. A limit of 0 asks for all rows in one
    /// answer, which the server refuses with `TABLE_QUERY_RESULT_TOO_LARGE` above 5 MB.
    QueryTableRows: POST "/api/v2/tables/{table}/query" => Page<Row>,
    reference "tables" queryTableRows,
    path { table: TableId },
    body { workspace: WorkspaceId = "workspaceId" },
    body? {
        /// Keeps only the rows that this filter matches.
        filter: Filter = "predicate",
        /// Sorts by up to 16 keys, the most important one first.
        sort: List<Sort> = "sort",
    },
    idempotency Safe,
    paged_in_body 1000,
}

endpoint! {
    /// Counts the rows that a filter matches, or all.
    CountTableRows: POST "/api/v2/tables/{table}/query/count" => {data: RowCount},
    reference "tables" countTableRows,
    path { table: TableId },
    body { workspace: WorkspaceId = "workspaceId" },
    body? {
        /// Counts only the rows that this filter matches.
        filter: Filter = "predicate",
    },
    idempotency Safe,
}

endpoint! {
    /// Finds the cells that contain a text, in any case. The server reports up to 1000 of them.
    FindTableRows: POST "/api/v2/tables/{table}/rows/find" => {data: FoundRows},
    reference "tables" findTableRows,
    path { table: TableId },
    body { workspace: WorkspaceId = "workspaceId", text: String = "q" },
    body? {
        /// Searches only the rows that this filter matches.
        filter: Filter = "predicate",
        /// Sorts by up to 16 keys, which decides [`RowMatch::ordinal`].
        sort: List<Sort> = "sort",
    },
    idempotency Safe,
}

object! {
    /// The number of rows of a query.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct RowCount {
        /// The number of rows that match.
        pub total_count: u64 = "totalCount",
    }
}

object! {
    /// The cells that contain a text.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct FoundRows {
        /// The cells, at most 1000.
        pub matches: Vec<RowMatch> = "matches" as field::items,
        /// Whether there are more cells than the server reports.
        pub truncated: bool = "truncated" as field::flag,
    }
}

object! {
    /// A cell that contains a text.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct RowMatch {
        /// The place of the row, from 0, in a query with the same filter and order.
        pub ordinal: Option<u64> = "ordinal" as field::count,
        /// The row that the cell is in.
        pub row_id: RowId = "rowId",
        /// The name of the column.
        pub column: String = "column" as field::string,
    }
}
