//! Keeps orders in a table: imports a CSV file and waits for it, inserts rows from a struct, queries them back into the
//! struct with a filter, and exports the table: `cargo run --example tables`.

use std::error::Error;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use sim_mock::Sim;
use simstudio::bytes::Bytes;
use simstudio::flow::{InsertRows, Patience, WaitFor};
use simstudio::tables::{
    CreateTableExport, CreateTableImport, DownloadTableExport, ExportStatus, GetTableExport,
    GetTableImport, ImportSource, ImportStatus, ImportTarget, QueryTableRows, RowData, Sort,
    TableId, column,
};
use simstudio::ureq::Client;

const WORKSPACE: &str = "workspace";
const ORDERS: &str = "customer,total\nAnn,12.5\nBen,250\n";

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Order {
    customer: String,
    total: f64,
}

fn main() -> Result<(), Box<dyn Error>> {
    let sim = Sim::builder().workspace(WORKSPACE).start()?;
    let client = Client::builder().base_url(sim.url()).api_key(sim.key()).build()?;

    let table = import(&client, ORDERS)?;

    // Many rows go in chunks of up to 1000, and a chunk that was refused does not stop the next one.
    let more = [("Cleo", 99.0), ("Dan", 1000.0)];
    let more = more.map(|(customer, total)| Order { customer: customer.to_owned(), total });
    let rows = RowData::of_all(&more)?;
    let inserted = client.drive(InsertRows::new(client.api(), &table, WORKSPACE, rows)?)?;
    println!("inserted {} rows, {} failures", inserted.rows.len(), inserted.failures.len());

    let large = column("total").at_least(100).or(column("customer").equals("Ann"));
    let query = QueryTableRows::new(&table, WORKSPACE).filter(large);
    let mut found = Vec::new();
    for row in client.items(query.sort([Sort::descending("total")]).limit(100)) {
        found.push(row?.data.read::<Order>()?);
    }
    let names: Vec<_> = found.iter().map(|order| order.customer.as_str()).collect();
    println!("found {names:?}");
    assert_eq!(names, ["Dan", "Ben", "Ann"]);

    let file = export(&client, &table)?;
    let file = String::from_utf8_lossy(&file);
    println!("exported:\n{file}");
    assert_eq!(file.lines().count(), 5);
    Ok(())
}

/// Every wait has a bound, because a job may never end.
fn patience() -> Patience {
    let look = Duration::from_millis(20);
    Patience::new().interval(look, look * 10).bound(Duration::from_secs(60))
}

/// Makes a table of a CSV file. The server guesses the types of its columns.
fn import(client: &Client, csv: &'static str) -> Result<TableId, Box<dyn Error>> {
    let source = ImportSource::upload("orders.csv", "text/csv", csv.len() as u64);
    let create = CreateTableImport::new(WORKSPACE, source, ImportTarget::new_table("orders"));
    let begun = client.drive(create.upload(client.api(), Bytes::from(csv))?)?;
    let look = GetTableImport::new(&begun.id, WORKSPACE);
    let import = client.drive(WaitFor::new(client.api(), look, patience())?)?;
    if import.status != ImportStatus::Completed {
        return Err(import.error.unwrap_or_default().into());
    }
    println!("imported {} rows", import.rows_processed.unwrap_or_default());
    Ok(import.table_id.ok_or("a table")?)
}

fn export(client: &Client, table: &TableId) -> Result<Bytes, Box<dyn Error>> {
    let begun = client.call(CreateTableExport::new(table, WORKSPACE))?;
    let look = GetTableExport::new(&begun.id, WORKSPACE);
    let export = client.drive(WaitFor::new(client.api(), look, patience())?)?;
    if export.status != ExportStatus::Completed {
        return Err(export.error.unwrap_or_default().into());
    }
    // The file lies behind an address of its own, which gets no API key.
    let there = client.call(DownloadTableExport::new(&export.id, WORKSPACE))?;
    Ok(client.drive(there.fetch(client.api())?)?)
}
