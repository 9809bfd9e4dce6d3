//! Rows of tables.

use std::collections::BTreeMap;

use serde_json::json;
use sim_core::logs::SortOrder;
use sim_platform::FolderSort;
use sim_platform::tables::*;

use crate::table::Table;

pub(super) fn rows(table: &mut Table) {
    definition(table);
    columns(table);
    data(table);
    queries(table);
    views(table);
    groups(table);
    runs(table);
    imports(table);
    exports(table);
    folders(table);
}

fn definition(table: &mut Table) {
    table.one("ListTables", ListTables::new("ws-1"));
    let list = ListTables::new("ws-1").folder("/Team%20A").search("a&b");
    let list = list.sort_by(TableSort::UpdatedAt).sort_order(SortOrder::Descending);
    table.one("ListTables, everything", list.limit(1000).cursor("c/1=="));
    let total = NewColumn::new("total", ColumnType::Currency);
    table.one("CreateTable", CreateTable::new("ws-1", "orders", [total.clone()]));
    let options = vec![SelectOption::new("o-1", "Open"), SelectOption::new("o-2", "Late")];
    let columns = [
        total.currency_code("EUR").required(true),
        NewColumn::new("number", ColumnType::Number).id("c-1").unique(true),
        NewColumn::new("status", ColumnType::Select).options(options).multiple(false),
    ];
    let create = CreateTable::new("ws-1", "orders", columns).description("of \"shop\"");
    table.one("CreateTable, everything", create.folder("/Team%20A"));
    table.one("GetTable", GetTable::new("tbl/1", "ws-1"));
    table.one("UpdateTable", UpdateTable::new("tbl-1", "ws-1"));
    let update = UpdateTable::new("tbl-1", "ws-1").name("sales").folder("/");
    table.one("UpdateTable, everything", update.description("of shops"));
    table.one("UpdateTable, null", UpdateTable::new("tbl-1", "ws-1").clear_description());
    table.one("DeleteTable", DeleteTable::new("tbl-1", "ws-1"));
}

fn columns(table: &mut Table) {
    let column = NewColumn::new("note", ColumnType::String).position(2);
    table.one("AddTableColumn", AddTableColumn::new("tbl-1", "ws-1", column));
    let change = ColumnChange::default().name("remark").kind(ColumnType::Select).required(false);
    let change = change.unique(false).multiple(true).currency_code("USD");
    let change = change.options([SelectOption::new("o-1", "Open")]);
    table.one("UpdateTableColumn", UpdateTableColumn::new("tbl-1", "ws-1", "note", change));
    table.one("DeleteTableColumn", DeleteTableColumn::new("tbl-1", "ws-1", "note"));
}

fn data(table: &mut Table) {
    let row = || RowData::from([("name", json!("Ann")), ("total", json!(1.5))]);
    let filter = || Filter::from(column("status").equals("open"));
    table.one("ListTableRows", ListTableRows::new("tbl-1", "ws-1"));
    let list = ListTableRows::new("tbl-1", "ws-1").limit(1000).cursor("c/1==");
    table.one("ListTableRows, everything", list);
    table.one("CreateTableRow", CreateTableRow::new("tbl-1", "ws-1", row()));
    let create = CreateTableRow::new("tbl-1", "ws-1", row()).after("row-1").before("row-2");
    table.one("CreateTableRow, everything", create);
    table.one("CreateTableRows", CreateTableRows::new("tbl-1", "ws-1", [row(), row()]));
    table.one("GetTableRow", GetTableRow::new("tbl-1", "row-1", "ws-1"));
    table.one("UpdateTableRow", UpdateTableRow::new("tbl-1", "row-1", "ws-1", row()));
    let update = || UpdateTableRows::new("tbl-1", "ws-1", filter(), row());
    table.one("UpdateTableRows", update());
    table.one("UpdateTableRows, everything", update().limit(1000));
    table.one("DeleteTableRow", DeleteTableRow::new("tbl-1", "row-1", "ws-1"));
    table.one("DeleteTableRows", DeleteTableRows::new("tbl-1", "ws-1"));
    let delete = DeleteTableRows::new("tbl-1", "ws-1").filter(filter()).limit(10);
    table.one("DeleteTableRows, everything", delete.rows([RowId::from("row-1")]));
    table.one("UpsertTableRow", UpsertTableRow::new("tbl-1", "ws-1", row()));
    let upsert = UpsertTableRow::new("tbl-1", "ws-1", row()).conflict_target("name");
    table.one("UpsertTableRow, everything", upsert);
}

fn queries(table: &mut Table) {
    let filter = || {
        let open = column("status").is_in(["open", "late"]);
        open.and(column("total").at_least(100).or(column("note").is_empty()))
    };
    let sort = || vec![Sort::descending("total"), Sort::ascending("name")];
    table.one("QueryTableRows", QueryTableRows::new("tbl-1", "ws-1"));
    let query = QueryTableRows::new("tbl-1", "ws-1").filter(filter()).sort(sort());
    table.one("QueryTableRows, everything", query.limit(0).cursor("c/1=="));
    table.one("CountTableRows", CountTableRows::new("tbl-1", "ws-1"));
    table.one("CountTableRows, everything", CountTableRows::new("tbl-1", "ws-1").filter(filter()));
    table.one("FindTableRows", FindTableRows::new("tbl-1", "ws-1", "50%"));
    let find = FindTableRows::new("tbl-1", "ws-1", "50%").filter(filter()).sort(sort());
    table.one("FindTableRows, everything", find);
}

fn views(table: &mut Table) {
    table.one("ListTableViews", ListTableViews::new("tbl-1", "ws-1"));
    let names = || vec!["name".to_owned()];
    let config = || {
        let widths = BTreeMap::from([("name".to_owned(), 120.5)]);
        let config = ViewConfig::default().column_widths(widths).column_order(names());
        let config = config.pinned_columns(names()).hidden_columns(names());
        config.filter(json!({"all": []})).sort([Sort::ascending("name")])
    };
    table.one("CreateTableView", CreateTableView::new("tbl-1", "ws-1", "mine", config()));
    table.one("GetTableView", GetTableView::new("tbl-1", "view-1", "ws-1"));
    table.one("UpdateTableView", UpdateTableView::new("tbl-1", "view-1", "ws-1"));
    let update = UpdateTableView::new("tbl-1", "view-1", "ws-1").name("ours").config(config());
    let update = update.config_patch(ViewConfig::default()).is_default(true);
    table.one("UpdateTableView, everything", update);
    table.one("DeleteTableView", DeleteTableView::new("tbl-1", "view-1", "ws-1"));
}

fn groups(table: &mut Table) {
    let outputs = || vec![NewGroupOutput::of_block("mail", "b-1", "result")];
    let column = || vec![NewColumn::new("mail", ColumnType::String)];
    table.one("ListTableGroups", ListTableGroups::new("tbl-1", "ws-1"));
    let group = NewGroup::workflow("wf-1", outputs());
    table.one("AddTableGroup", AddTableGroup::new("tbl-1", "ws-1", group, column()));
    let outputs_of = vec![NewGroupOutput::of_enrichment("mail", "email")];
    let group = NewGroup::enrichment("work-email", outputs_of).id("g-1").name("mails");
    let group = group.dependencies(GroupDependencies::columns(["name"])).auto_run(true);
    let group = group.input_mappings([InputMapping::new("who", "name")]);
    let group = group.deployment_mode(DeploymentMode::Deployed);
    let add = AddTableGroup::new("tbl-1", "ws-1", group, column()).auto_run(true);
    table.one("AddTableGroup, everything", add);
    table.one("UpdateTableGroup", UpdateTableGroup::new("tbl-1", "ws-1", "g-1"));
    let update = UpdateTableGroup::new("tbl-1", "ws-1", "g-1").workflow("wf-2").name("mails");
    let update = update.dependencies(GroupDependencies::columns(["name"])).outputs(outputs());
    let update = update.new_columns(column()).kind(GroupKind::Manual).auto_run(false);
    let update = update.mapping_updates([OutputMapping::new("mail", "b-2", "stdout")]);
    let update = update.input_mappings([InputMapping::new("who", "name")]);
    table.one("UpdateTableGroup, everything", update.deployment_mode(DeploymentMode::Live));
    table.one("DeleteTableGroup", DeleteTableGroup::new("tbl-1", "ws-1", "g-1"));
}

fn runs(table: &mut Table) {
    let filter = || Filter::any([column("a").is_null(), column("b").contains("x")]);
    let run = || RunTableColumns::new("tbl-1", "ws-1", [GroupId::from("g-1")]);
    table.one("RunTableColumns", run());
    let rows = || [RowId::from("row-1")];
    let all = run().run_mode(RunMode::Incomplete).rows(rows()).filter(filter());
    table.one("RunTableColumns, everything", all.exclude(rows()).limit(10));
    table.one("RunRowEnrichment", RunRowEnrichment::new("tbl-1", "row-1", "g-1", "ws-1"));
    table.one("CancelTableRuns", CancelTableRuns::new("tbl-1", "ws-1", RunScope::All));
    let cancel = CancelTableRuns::new("tbl-1", "ws-1", RunScope::Row).row("row-1");
    table.one("CancelTableRuns, everything", cancel.filter(filter()).exclude(rows()));
}

fn imports(table: &mut Table) {
    let source = ImportSource::upload("a.csv", "text/csv", 120);
    let target = ImportTarget::new_table_in("orders", "/Team%20A");
    table.one("CreateTableImport", CreateTableImport::new("ws-1", source, target));
    let source = ImportSource::file("file-1");
    let import = CreateTableImport::new("ws-1", source, ImportTarget::replace("tbl-1"));
    let import = import.mapping([("Name", Some("name")), ("Skip", None)]);
    let import = import.create_columns(["Note".to_owned()]).timezone("Europe/Berlin");
    table.one("CreateTableImport, everything", import);
    table.one("GetTableImport", GetTableImport::new("imp-1", "ws-1"));
    table.one("GetTableImport, everything", GetTableImport::new("imp-1", "ws-1").token("t.1"));
    table.one("CancelTableImport", CancelTableImport::new("imp-1", "ws-1"));
    let cancel = CancelTableImport::new("imp-1", "ws-1").token("t.1");
    table.one("CancelTableImport, everything", cancel);
    let parts = CreateTableImportParts::new("imp-1", "ws-1", "t.1", [1, 2]);
    table.one("CreateTableImportParts", parts);
    table.one("CompleteTableImport", CompleteTableImport::new("imp-1", "ws-1", "t.1"));
}

fn exports(table: &mut Table) {
    table.one("CreateTableExport", CreateTableExport::new("tbl-1", "ws-1"));
    let export = CreateTableExport::new("tbl-1", "ws-1").format(ExportFormat::Json);
    table.one("CreateTableExport, everything", export);
    table.one("GetTableExport", GetTableExport::new("exp-1", "ws-1"));
    table.one("CancelTableExport", CancelTableExport::new("exp-1", "ws-1"));
    table.one("DownloadTableExport", DownloadTableExport::new("exp-1", "ws-1"));
}

fn folders(table: &mut Table) {
    table.one("ListTableFolders", ListTableFolders::new("ws-1"));
    let list = ListTableFolders::new("ws-1").parent("/Team%20A").search("draft");
    let list = list.sort_by(FolderSort::CreatedAt).sort_order(SortOrder::Descending);
    table.one("ListTableFolders, everything", list);
    table.one("CreateTableFolder", CreateTableFolder::new("ws-1", "/Team%20A"));
    table.one("RelocateTableFolder", RelocateTableFolder::new("ws-1", "/Team%20A", "/B"));
    let delete = || DeleteTableFolder::new("ws-1", "/Team%20A");
    table.one("DeleteTableFolder", delete());
    table.one("DeleteTableFolder, everything", delete().recursive(true));
}
