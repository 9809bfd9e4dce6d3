//! `tables`: the tables of a workspace.

use clap::Subcommand;
use simstudio::serde_json::Value;
use simstudio::tables::{CreateTableRow, GetTable, ListTableRows, ListTables, RowData};

use crate::exit::Exit;
use crate::failure::Outcome;
use crate::input;
use crate::listing::{Most, data as read};
use crate::output::Column;
use crate::settings::Settings;

const COLUMNS: [Column; 4] =
    [("id", "/id"), ("name", "/name"), ("rows", "/rowCount"), ("updated", "/updatedAt")];
const ROWS: [Column; 2] = [("id", "/id"), ("data", "/data")];

/// Look at tables and add rows
#[derive(Debug, Subcommand)]
pub(crate) enum Tables {
    /// List the tables of the workspace
    List {
        #[command(flatten)]
        most: Most,
    },
    /// Read a table with its columns
    Get {
        /// The id of the table
        table: String,
    },
    /// List the rows of a table
    Rows {
        /// The id of the table
        table: String,
        #[command(flatten)]
        most: Most,
    },
    /// Add a row
    Add {
        /// The id of the table
        table: String,
        /// The values by column: JSON, @FILE, or @- for standard input
        #[arg(long)]
        data: String,
    },
}

impl Tables {
    pub(crate) fn run(self, settings: &Settings) -> Outcome {
        let client = settings.client()?;
        let workspace = settings.workspace()?;
        let format = settings.format;
        match self {
            Self::List { most } => {
                format.list(&most.of(&client, &ListTables::new(workspace))?, &COLUMNS)?;
            }
            Self::Get { table } => {
                format.record(&read(&client, GetTable::new(table, workspace))?, &COLUMNS)?;
            }
            Self::Rows { table, most } => {
                format.list(&most.of(&client, &ListTableRows::new(table, workspace))?, &ROWS)?;
            }
            Self::Add { table, data } => {
                let Value::Object(values) = input::json(&data)? else {
                    return Err("a row is an object with the values by column".into());
                };
                let row = CreateTableRow::new(table, workspace, RowData::from(values));
                format.record(&read(&client, row)?, &ROWS)?;
            }
        }
        Ok(Exit::Done)
    }
}
