//! The operations of tables.

use axum::routing::MethodFilter as Verb;

use super::column::{CHANGES, FIELDS, NAME};
use super::table::TABLE;
use super::views::{SORT, VIEW};
use super::{columns, exports, find, groups, imports, query, rows, rows_many, runs};
use crate::wire::v2::files::transfer::NUMBERS;
use crate::wire::v2::resource::{Act, Answered, Call, Field, Of, Operation, may, must, op};

const DATA: Field = must("data", Of::Record);
const PREDICATE: Field = may("predicate", Of::Predicate);
const MOST: Field = may("limit", Of::Whole(1, 1000));
const SORTS: Field = may("sort", Of::List(&SORT, 0, 16));

const fn own(verb: Verb, path: &'static str, act: fn(&Call<'_>) -> Answered) -> Operation {
    op(verb, path, Act::Own(act)).under(&TABLE)
}

/// Names no table in its path, and says itself what it refuses.
const fn free(verb: Verb, path: &'static str, act: fn(&Call<'_>) -> Answered) -> Operation {
    op(verb, path, Act::Own(act)).open()
}

/// All operations of tables but those of folders.
pub(crate) static OPERATIONS: [Operation; 40] = [
    op(Verb::GET, "/tables", Act::List(&TABLE)),
    op(Verb::POST, "/tables", Act::Create(&TABLE)),
    op(Verb::GET, "/tables/{table}", Act::Read(&TABLE)),
    op(Verb::PATCH, "/tables/{table}", Act::Update(&TABLE)),
    op(Verb::DELETE, "/tables/{table}", Act::Delete(&TABLE)),
    own(Verb::POST, "/tables/{table}/columns", columns::add)
        .writes()
        .body(&[must("column", Of::Object(FIELDS))]),
    own(Verb::PATCH, "/tables/{table}/columns", columns::update)
        .writes()
        .body(&[must("columnName", Of::Name(1, 50, &NAME)), must("updates", Of::Object(CHANGES))]),
    own(Verb::DELETE, "/tables/{table}/columns", columns::delete)
        .writes()
        .body(&[must("columnName", Of::Name(1, 50, &NAME))]),
    own(Verb::POST, "/tables/{table}/columns/run", runs::run).writes().body(runs::RUN),
    own(Verb::POST, "/tables/{table}/cancel-runs", runs::cancel).writes().body(runs::CANCEL),
    op(Verb::GET, "/tables/{table}/views", Act::List(&VIEW)),
    op(Verb::POST, "/tables/{table}/views", Act::Create(&VIEW)),
    op(Verb::GET, "/tables/{table}/views/{view}", Act::Read(&VIEW)),
    op(Verb::PATCH, "/tables/{table}/views/{view}", Act::Update(&VIEW)),
    op(Verb::DELETE, "/tables/{table}/views/{view}", Act::Delete(&VIEW)),
    own(Verb::GET, "/tables/{table}/groups", groups::list).listing(&groups::LISTING),
    own(Verb::POST, "/tables/{table}/groups", groups::add).writes().body(groups::ADDED),
    own(Verb::PATCH, "/tables/{table}/groups", groups::update).writes().body(groups::CHANGED),
    own(Verb::DELETE, "/tables/{table}/groups", groups::delete)
        .writes()
        .body(&[must("groupId", Of::Text(1, 128))]),
    own(Verb::GET, "/tables/{table}/rows", rows::list).listing(&rows::LISTING),
    own(Verb::POST, "/tables/{table}/rows", rows::insert).writes().body(&[
        may("rows", Of::List(&Of::Record, 1, 1000)),
        may("data", Of::Record),
        may("afterRowId", Of::Text(1, 128)),
        may("beforeRowId", Of::Text(1, 128)),
    ]),
    own(Verb::PATCH, "/tables/{table}/rows", rows_many::update).writes().body(&[
        must("filter", Of::Group),
        DATA,
        MOST,
    ]),
    own(Verb::DELETE, "/tables/{table}/rows", rows_many::delete).writes().body(&[
        may("filter", Of::Group),
        MOST,
        may("rowIds", Of::List(&Of::Text(1, 128), 1, 1000)),
    ]),
    own(Verb::GET, "/tables/{table}/rows/{row}", rows::get),
    own(Verb::PATCH, "/tables/{table}/rows/{row}", rows::patch).writes().body(&[DATA]),
    own(Verb::DELETE, "/tables/{table}/rows/{row}", rows::delete).writes(),
    own(Verb::POST, "/tables/{table}/rows/upsert", rows::upsert)
        .writes()
        .body(&[DATA, may("conflictTarget", Of::Text(1, 50))]),
    own(Verb::POST, "/tables/{table}/rows/find", find::find).body(runs::FIND),
    own(Verb::POST, "/tables/{table}/rows/{row}/enrichment/{group}", runs::enrich)
        .writes()
        .body(&[]),
    own(Verb::POST, "/tables/{table}/query", query::query).body(&[
        PREDICATE,
        SORTS,
        may("limit", Of::Whole(0, 1000)),
        may("cursor", Of::Text(1, u64::MAX)),
    ]),
    own(Verb::POST, "/tables/{table}/query/count", query::count).body(&[PREDICATE]),
    own(Verb::POST, "/tables/{table}/exports", exports::create)
        .body(&[may("format", Of::Word(&["csv", "json"]))]),
    free(Verb::GET, "/tables/exports/{export}", exports::get),
    free(Verb::DELETE, "/tables/exports/{export}", exports::cancel),
    free(Verb::GET, "/tables/exports/{export}/download", exports::download),
    free(Verb::POST, "/tables/imports", imports::create).body(imports::FIELDS),
    free(Verb::GET, "/tables/imports/{import}", imports::get),
    free(Verb::DELETE, "/tables/imports/{import}", imports::cancel).writes(),
    free(Verb::POST, "/tables/imports/{import}/parts", imports::addresses)
        .writes()
        .body_beside(NUMBERS),
    free(Verb::POST, "/tables/imports/{import}/complete", imports::complete).writes(),
];
