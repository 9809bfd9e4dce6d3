//! Inserts many rows, in as many requests as it takes.

use std::fmt;
use std::ops::Range;
use std::time::Duration;

use http::response::Parts;
use sim_core::operation::RequestBody;
use sim_core::transport::{BodyPlan, Call, Exchange, Outcome, Step};
use sim_core::{Api, CancelToken, Error, ErrorKind, Result, RetryPolicy, Timeouts, WorkspaceId};

use crate::tables::{CreateTableRows, InsertedRows, RowData, RowId, TableId};

/// The most rows of a request.
const MOST_ROWS: usize = 1000;
/// The most bytes of rows in a request; the server takes 10 MiB of body.
const MOST_BYTES: usize = 8 * 1024 * 1024;

/// The exchange that inserts any number of rows, in chunks of up to 1000 rows and 8 MiB.
///
/// Each chunk is inserted as a whole or not at all. A chunk that the server refuses for its content (400) is reported,
/// and the next one follows; any other error ends the insertion. Where the server says that there were too many requests,
/// the exchange waits for as long as it asks, up to two minutes at a time.
///
/// The output is a report, also if all of it failed: look at [`failures`](InsertedChunks::failures), or turn the first
/// into an error with [`into_result`](InsertedChunks::into_result).
pub struct InsertRows {
    api: Api,
    table: TableId,
    workspace: WorkspaceId,
    chunks: std::vec::IntoIter<Vec<RowData>>,
    call: Call<CreateTableRows>,
    /// The rows of the present call, by their places in all.
    places: Range<usize>,
    total: usize,
    report: InsertedChunks,
}

/// What became of rows that were inserted in chunks.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct InsertedChunks {
    /// The ids of the inserted rows, in order.
    pub rows: Vec<RowId>,
    /// The chunks that were not inserted, or may not have been.
    pub failures: Vec<FailedChunk>,
    /// The places of the rows that were not sent, because an error ended the insertion. Empty if all were.
    pub unsent: Range<usize>,
}

/// A chunk of rows that was not inserted, or may not have been.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct FailedChunk {
    /// The places of its rows among all that were given, from 0.
    pub places: Range<usize>,
    /// Why it failed. If `is_ambiguous()` is true, its rows may have been inserted.
    pub error: std::sync::Arc<Error>,
}

impl InsertedChunks {
    /// Returns the ids of the rows if all were inserted.
    ///
    /// # Errors
    ///
    /// The first failure otherwise.
    pub fn into_result(self) -> Result<Vec<RowId>, std::sync::Arc<Error>> {
        match self.failures.into_iter().next() {
            Some(failure) => Err(failure.error),
            None => Ok(self.rows),
        }
    }
}

impl InsertRows {
    /// Prepares the insertion; [`RowData::of_all`] makes rows of structs.
    ///
    /// # Errors
    ///
    /// Fails if there are no rows, or if the request cannot be built.
    pub fn new(
        api: &Api,
        table: impl Into<TableId>,
        workspace: impl Into<WorkspaceId>,
        rows: Vec<RowData>,
    ) -> Result<Self> {
        let (table, workspace, total) = (table.into(), workspace.into(), rows.len());
        let mut chunks = chunks(rows).into_iter();
        let first = chunks.next().ok_or_else(|| Error::request("there are no rows to insert"))?;
        let places = 0..first.len();
        let call = call(api, &table, &workspace, first)?;
        let report = InsertedChunks { unsent: total..total, ..InsertedChunks::default() };
        Ok(Self { api: api.clone(), table, workspace, chunks, call, places, total, report })
    }

    fn next(&mut self) -> Step<InsertedChunks> {
        let Some(rows) = self.chunks.next() else { return self.end() };
        self.places = self.places.end..self.places.end + rows.len();
        match call(&self.api, &self.table, &self.workspace, rows) {
            Ok(call) => {
                self.call = call;
                Step::Again(Duration::ZERO)
            }
            Err(error) => self.failed(error),
        }
    }

    fn failed(&mut self, error: Error) -> Step<InsertedChunks> {
        if error.kind() == &ErrorKind::Cancelled {
            return Step::Done(Err(error));
        }
        let goes_on = error.status().is_some_and(|status| status == 400);
        let (places, error) = (self.places.clone(), error.into());
        self.report.failures.push(FailedChunk { places, error });
        if goes_on {
            return self.next();
        }
        self.report.unsent = self.places.end..self.total;
        self.end()
    }

    fn end(&mut self) -> Step<InsertedChunks> {
        Step::Done(Ok(std::mem::take(&mut self.report)))
    }
}

/// A call that waits out refusals for now: they prove that nothing was inserted.
fn call(
    api: &Api,
    table: &TableId,
    workspace: &WorkspaceId,
    rows: Vec<RowData>,
) -> Result<Call<CreateTableRows>> {
    let policy = RetryPolicy::new().max_retries(8);
    api.call(CreateTableRows::new(table, workspace, rows).retry(policy))
}

/// Cuts rows into chunks that the server takes. A row that is too large by itself is left to the server.
fn chunks(rows: Vec<RowData>) -> Vec<Vec<RowData>> {
    let mut chunks: Vec<Vec<RowData>> = Vec::new();
    let mut left = 0;
    for row in rows {
        let size = serde_json::to_vec(&row).map_or(0, |row| row.len() + 1);
        match chunks.last_mut() {
            Some(chunk) if size <= left && chunk.len() < MOST_ROWS => {
                left -= size;
                chunk.push(row);
            }
            _ => {
                left = MOST_BYTES.saturating_sub(size);
                chunks.push(vec![row]);
            }
        }
    }
    chunks
}

impl Exchange for InsertRows {
    type Output = InsertedChunks;

    fn request(&self) -> http::Request<RequestBody> {
        self.call.request()
    }

    fn cancel_token(&self) -> Option<&CancelToken> {
        self.call.cancel_token()
    }

    fn timeouts(&self) -> Timeouts {
        self.call.timeouts()
    }

    fn plan(&self, head: &Parts) -> BodyPlan {
        self.call.plan(head)
    }

    fn receive(&mut self, outcome: Outcome, elapsed: Duration) -> Step<InsertedChunks> {
        match self.call.receive(outcome, elapsed) {
            Step::Again(delay) => Step::Again(delay),
            Step::Done(Ok(InsertedRows { rows, .. })) => {
                self.report.rows.extend(rows.into_iter().map(|row| row.id));
                self.next()
            }
            Step::Done(Err(error)) => self.failed(error),
        }
    }
}

impl fmt::Debug for InsertRows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InsertRows")
            .field("table", &self.table)
            .field("places", &self.places)
            .field("total", &self.total)
            .finish_non_exhaustive()
    }
}
