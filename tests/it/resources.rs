//! Tables and knowledge bases as a program uses them, typed calls over sockets against a server that keeps them.

use std::time::Duration;

use sim_mock::{Access, KEY, Sim, TableLock};
use simstudio::flow::{InsertRows, Patience, WaitFor};
use simstudio::knowledge::{
    CreateKnowledgeBase, GetDocument, ProcessingStatus, SearchKnowledge, UploadDocument,
};
use simstudio::tables::{
    ColumnType, CountTableRows, CreateTable, CreateTableExport, CreateTableRow,
    DownloadTableExport, ExportStatus, GetTableExport, NewColumn, NewSchema, QueryTableRows,
    RowData, Sort, Table, column,
};
use simstudio::ureq::Client;

const WORKSPACE: &str = "ws-1";

fn sim() -> Sim {
    let builder = Sim::builder().workspace(WORKSPACE).key(KEY).key_with("reader", Access::Read);
    builder.start().expect("a port")
}

fn client(sim: &Sim, key: &str) -> Client {
    Client::builder().base_url(sim.url()).api_key(key).build().expect("a client")
}

fn patience() -> Patience {
    let look = Duration::from_millis(1);
    Patience::new().interval(look, look).bound(Duration::from_secs(20))
}

fn numbers(client: &Client) -> Table {
    let columns = [
        NewColumn::new("n", ColumnType::Number).unique(true),
        NewColumn::new("parity", ColumnType::String),
    ];
    let create = CreateTable::new(WORKSPACE, "numbers", NewSchema::new(columns));
    client.call(create).expect("a table")
}

fn row(n: u32) -> RowData {
    let parity = if n % 2 == 0 { "even" } else { "odd" };
    RowData::of(&serde_json::json!({ "n": n, "parity": parity })).expect("a row")
}

#[test]
fn a_table_is_filled_in_chunks_queried_in_pages_and_exported_by_a_job() {
    let sim = sim();
    let client = client(&sim, KEY);
    let table = numbers(&client).id;
    // The second chunk has a number of the first one, so that the server takes none of its rows.
    let rows = (0..1000).chain([7]).chain(1001..2000).chain(2000..2500).map(row).collect();
    let insert = InsertRows::new(client.api(), &table, WORKSPACE, rows).expect("rows");
    let inserted = client.drive(insert).expect("a report");
    assert_eq!((inserted.rows.len(), inserted.failures.len()), (1500, 1));
    assert_eq!(inserted.failures[0].places, 1000..2000);
    assert_eq!(inserted.failures[0].error.status().map(|status| status.as_u16()), Some(400));
    let count = client.call(CountTableRows::new(&table, WORKSPACE)).expect("a count");
    assert_eq!(count.total_count, 1500);

    let odd = column("parity").equals("odd").and(column("n").at_least(900));
    let query = QueryTableRows::new(&table, WORKSPACE).filter(odd).sort([Sort::descending("n")]);
    let found: Result<Vec<_>, _> = client.items(query.limit(100)).collect();
    let found: Vec<u64> = found
        .expect("rows")
        .iter()
        .map(|row| row.data.read::<serde_json::Value>().expect("a row")["n"].as_u64().expect("n"))
        .collect();
    let expected: Vec<u64> = (900..1000).chain(2000..2500).rev().filter(|n| n % 2 == 1).collect();
    assert_eq!(found, expected);
    let queries = sim.requests().into_iter().filter(|one| one.target.ends_with("/query")).count();
    assert_eq!(queries, 3, "300 rows in pages of 100");

    let begun = client.call(CreateTableExport::new(&table, WORKSPACE)).expect("an export");
    let look = GetTableExport::new(&begun.id, WORKSPACE);
    let wait = WaitFor::new(client.api(), look, patience()).expect("a wait");
    let export = client.drive(wait).expect("an end");
    assert_eq!(export.status, ExportStatus::Completed);
    let there = client.call(DownloadTableExport::new(&export.id, WORKSPACE)).expect("an address");
    let bytes = client.drive(there.fetch(client.api()).expect("a request")).expect("bytes");
    assert_eq!(String::from_utf8_lossy(&bytes).lines().count(), 1501);
    let fetched = sim.requests().pop().expect("a request");
    assert!(fetched.target.starts_with("/api/files/serve/"), "{}", fetched.target);
    assert_eq!(fetched.header("x-api-key"), None);
}

#[test]
fn a_low_role_and_a_lock_are_refused_with_what_tells_them_apart() {
    let sim = sim();
    let table = numbers(&client(&sim, KEY)).id;
    let insert = || CreateTableRow::new(&table, WORKSPACE, row(1));
    let refused = client(&sim, "reader").call(insert()).expect_err("a low role");
    assert_eq!(refused.status().map(|status| status.as_u16()), Some(403));
    assert_eq!(refused.details().expect("details")["code"], "INSUFFICIENT_WORKSPACE_ROLE");
    sim.lock_table(table.as_str(), TableLock::Insert, true);
    let refused = client(&sim, KEY).call(insert()).expect_err("a lock");
    assert_eq!(refused.status().map(|status| status.as_u16()), Some(423));
    assert_eq!(refused.details().expect("details")["lock"], "insert");
    sim.lock_table(table.as_str(), TableLock::Insert, false);
    client(&sim, KEY).call(insert()).expect("a row");
}

#[test]
fn a_document_is_found_once_it_is_indexed() {
    let sim = sim();
    let client = client(&sim, KEY);
    let base = client.call(CreateKnowledgeBase::new(WORKSPACE, "Drinks")).expect("a base").id;
    let text = "Green tea is made of leaves.";
    let upload = UploadDocument::new(&base, WORKSPACE, "tea.txt", "text/plain", text);
    let document = client.call(upload).expect("a document");
    assert_eq!(document.processing_status, ProcessingStatus::Pending);
    let search = || SearchKnowledge::new(WORKSPACE, [&base]).query("green tea");
    assert!(client.call(search()).expect("a search").hits.is_empty(), "not indexed yet");

    let look = GetDocument::new(&base, &document.id, WORKSPACE);
    let wait = WaitFor::new(client.api(), look, patience()).expect("a wait");
    let indexed = client.drive(wait).expect("an end");
    assert_eq!(indexed.processing_status, ProcessingStatus::Completed);
    assert_eq!((indexed.chunk_count, indexed.character_count), (Some(1), Some(28)));
    let found = client.call(search()).expect("a search").hits;
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].content.as_str(), &found[0].document), (text, &document.id));
}
