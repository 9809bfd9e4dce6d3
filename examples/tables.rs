//! Keeps orders in a table: creates it, inserts rows from a struct, filters them, and reads them back into the struct:
//! `cargo run --example tables`.

use std::error::Error;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sim_mock::Sim;
use simstudio::tables::{
    ColumnType, CreateTable, CreateTableRows, NewColumn, QueryTableRows, RowData, Sort, column,
};
use simstudio::ureq::Client;

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Order {
    customer: String,
    total: f64,
}

fn main() -> Result<(), Box<dyn Error>> {
    let sim = Sim::builder().start()?;
    let client = Client::builder().base_url(sim.url()).api_key(sim.key()).build()?;
    let answer = |body: &Value| {
        sim.fail_next(200, &[("content-type", "application/json")], &body.to_string());
    };
    // The mock has no tables, so these are the answers that it gives.
    let row = |id: &str, order: &Order| json!({"id": id, "data": order});
    let orders = [
        Order { customer: "Ann".to_owned(), total: 12.5 },
        Order { customer: "Ben".to_owned(), total: 250.0 },
    ];
    answer(&json!({"data": {"id": "tbl-1", "name": "orders", "schema": {"columns": []}}}));
    let rows = [row("row-1", &orders[0]), row("row-2", &orders[1])];
    answer(&json!({"data": {"rows": rows, "insertedCount": 2}}));
    answer(&json!({"data": [rows[1]], "nextCursor": null}));

    let columns = [
        NewColumn::new("customer", ColumnType::String),
        NewColumn::new("total", ColumnType::Number),
    ];
    let table = client.call(CreateTable::new("ws-1", "orders", columns))?;
    let inserted =
        client.call(CreateTableRows::new(&table.id, "ws-1", RowData::of_all(&orders)?))?;
    println!("{} has {} rows", table.name, inserted.rows.len());

    let large = column("total").at_least(100);
    let query = QueryTableRows::new(&table.id, "ws-1").filter(large);
    let mut found = Vec::new();
    for row in client.items(query.sort([Sort::descending("total")]).limit(100)) {
        found.push(row?.data.read::<Order>()?);
    }
    println!("{found:?}");
    assert_eq!(found, orders[1..]);

    let sent: Vec<_> = sim.requests().into_iter().map(|request| request.target).collect();
    assert_eq!(sent, ["/api/v2/tables", "/api/v2/tables/tbl-1/rows", "/api/v2/tables/tbl-1/query"]);
    Ok(())
}
