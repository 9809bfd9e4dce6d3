//! `/api/v2/tables`: tables, their columns, rows, views and groups, imports and exports.

mod cell;
mod column;
mod columns;
mod compare;
mod csv;
mod exports;
mod filter;
mod find;
mod groups;
mod import_work;
mod imports;
mod locks;
pub(super) mod operations;
mod page;
pub(super) mod predicate;
mod query;
mod rows;
mod rows_many;
mod runs;
mod table;
mod unique;
mod views;

pub(crate) use exports::served;
pub(crate) use operations::OPERATIONS;
