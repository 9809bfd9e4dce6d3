//! Rows of knowledge bases.

use jiff::civil::date;
use serde_json::json;
use sim_core::logs::SortOrder;
use sim_platform::FolderSort;
use sim_platform::knowledge::*;

use crate::table::Table;

pub(super) fn rows(table: &mut Table) {
    bases(table);
    documents(table);
    uploads(table);
    connectors(table);
    search(table);
    folders(table);
}

fn bases(table: &mut Table) {
    let chunking = || NewChunking::default().max_size(512).min_size(50).overlap(20);
    table.one("ListKnowledgeBases", ListKnowledgeBases::new("ws-1"));
    let list = ListKnowledgeBases::new("ws-1").folder("/Team%20A").search("docs");
    let list = list.sort_by(KnowledgeSort::Name).sort_order(SortOrder::Ascending);
    table.one("ListKnowledgeBases, everything", list.limit(10).cursor("c/1=="));
    table.one("CreateKnowledgeBase", CreateKnowledgeBase::new("ws-1", "docs"));
    let create = CreateKnowledgeBase::new("ws-1", "docs").description("of all");
    let create = create.chunking(chunking()).folder("/Team%20A");
    table.one("CreateKnowledgeBase, everything", create);
    table.one("GetKnowledgeBase", GetKnowledgeBase::new("kb/1", "ws-1"));
    table.one("UpdateKnowledgeBase", UpdateKnowledgeBase::new("kb-1", "ws-1"));
    let update = UpdateKnowledgeBase::new("kb-1", "ws-1").name("docs").description("of all");
    let update = update.chunking(NewChunking::default().max_size(512)).folder("/");
    table.one("UpdateKnowledgeBase, everything", update);
    table.one("DeleteKnowledgeBase", DeleteKnowledgeBase::new("kb-1", "ws-1"));
    table.one("ListKnowledgeTags", ListKnowledgeTags::new("kb-1", "ws-1"));
}

fn documents(table: &mut Table) {
    table.one("ListDocuments", ListDocuments::new("kb-1", "ws-1"));
    let list = ListDocuments::new("kb-1", "ws-1").search("guide").enabled(EnabledFilter::Enabled);
    let list = list.sort_by(DocumentSort::FileSize).sort_order(SortOrder::Ascending);
    let list = list.tags([TagFilter::equals("topic", "birds & bees")]);
    table.one("ListDocuments, everything", list.limit(10).cursor("c/1=="));
    table.one("GetDocument", GetDocument::new("kb-1", "doc-1", "ws-1"));
    table.one("UpdateDocument", UpdateDocument::new("kb-1", "doc-1", "ws-1"));
    let update = UpdateDocument::new("kb-1", "doc-1", "ws-1").filename("b.txt").enabled(false);
    let update = update.tag1("a").tag2("b").tag3("c").tag4("d").tag5("e").tag6("f").tag7("");
    let update = update.number1(1).number2(2.5).number3(3).number4(4).number5(5);
    let update = update.date1(date(2026, 1, 31)).date2(date(2026, 2, 1));
    let update = update.boolean1(true).boolean2(false).boolean3(true);
    table.one("UpdateDocument, everything", update);
    table.one("RetryDocument", RetryDocument::new("kb-1", "doc-1", "ws-1"));
    table.one("DeleteDocument", DeleteDocument::new("kb-1", "doc-1", "ws-1"));
    let bulk = || BulkUpdateDocuments::new("kb-1", "ws-1", BulkOperation::Disable);
    table.one("BulkUpdateDocuments", bulk());
    let all = bulk().documents([DocumentId::from("doc-1")]).select_all(SelectAll);
    table.one("BulkUpdateDocuments, everything", all.enabled(EnabledFilter::All));
    let upload = UploadDocument::new("kb-1", "ws-1", "ä \"1\".txt", "text/plain", "Hello.");
    table.one("UploadDocument", upload);
}

fn uploads(table: &mut Table) {
    let create = || CreateDocumentUpload::new("kb-1", "ws-1", "a.pdf", "application/pdf", 1024);
    table.one("CreateDocumentUpload", create());
    let all = create().tag1("a").tag2("b").tag3("c").tag4("d").tag5("e").tag6("f").tag7("g");
    let options = ProcessingOptions::default().recipe("default").lang("en");
    table.one("CreateDocumentUpload, everything", all.processing(options));
    let parts = CreateDocumentUploadParts::new("kb-1", "up-1", "ws-1", "t.1", [1, 2]);
    table.one("CreateDocumentUploadParts", parts);
    let complete = CompleteDocumentUpload::new("kb-1", "up-1", "ws-1", "t.1");
    table.one("CompleteDocumentUpload", complete);
    table.one("AbortDocumentUpload", AbortDocumentUpload::new("kb-1", "up-1", "ws-1", "t.1"));
}

fn connectors(table: &mut Table) {
    table.one("ListConnectors", ListConnectors::new("kb-1", "ws-1"));
    let list = ListConnectors::new("kb-1", "ws-1").sort_by(ConnectorSort::Kind);
    let list = list.sort_order(SortOrder::Ascending).limit(10).cursor("c/1==");
    table.one("ListConnectors, everything", list);
    let source = || SourceConfig::from([("vaultPath", json!("/notes"))]);
    let create = || CreateConnector::new("kb-1", "ws-1", "obsidian", source());
    table.one("CreateConnector", create());
    let all = create().credential("cred-1").api_key("a-key").sync_interval_minutes(60);
    table.one("CreateConnector, everything", all);
    table.one("GetConnector", GetConnector::new("kb-1", "con-1", "ws-1"));
    table.one("UpdateConnector", UpdateConnector::new("kb-1", "con-1", "ws-1"));
    let update = UpdateConnector::new("kb-1", "con-1", "ws-1").source(source());
    let update = update.sync_interval_minutes(0).status(ConnectorSwitch::Paused);
    table.one("UpdateConnector, everything", update);
    let delete = || DeleteConnector::new("kb-1", "con-1", "ws-1");
    table.one("DeleteConnector", delete());
    table.one("DeleteConnector, everything", delete().delete_documents(true));
    let sync = || SyncConnector::new("kb-1", "con-1", "ws-1");
    table.one("SyncConnector", sync());
    table.one("SyncConnector, everything", sync().rehydrate(true));
    let list = || ListConnectorDocuments::new("kb-1", "con-1", "ws-1");
    table.one("ListConnectorDocuments", list());
    let all = list().include_excluded(true).limit(10).cursor("c/1==");
    table.one("ListConnectorDocuments, everything", all);
    let exclude = ConnectorDocumentOperation::Exclude;
    let documents = [DocumentId::from("doc-1")];
    let update = UpdateConnectorDocuments::new("kb-1", "con-1", "ws-1", exclude, documents);
    table.one("UpdateConnectorDocuments", update);
}

fn search(table: &mut Table) {
    let search = || SearchKnowledge::new("ws-1", [KnowledgeBaseId::from("kb-1")]);
    table.one("SearchKnowledge", search());
    let tags = vec![
        TagFilter::equals("topic", "birds").kind(TagKind::Text),
        TagFilter::new("wings", TagOperator::Greater, 2),
        TagFilter::between("weight", 0.5, 1),
        TagFilter::equals("flies", true),
    ];
    let all = search().query("what flies?").top_k(5).tags(tags).mode(SearchMode::Hybrid);
    let all = all.reranker(true).reranker_model(RerankerModel::V4Pro).reranker_input_count(50);
    table.one("SearchKnowledge, everything", all);
}

fn folders(table: &mut Table) {
    table.one("ListKnowledgeFolders", ListKnowledgeFolders::new("ws-1"));
    let list = ListKnowledgeFolders::new("ws-1").parent("/Team%20A").search("draft");
    let list = list.sort_by(FolderSort::UpdatedAt).sort_order(SortOrder::Descending);
    table.one("ListKnowledgeFolders, everything", list);
    table.one("CreateKnowledgeFolder", CreateKnowledgeFolder::new("ws-1", "/Team%20A"));
    table.one("RelocateKnowledgeFolder", RelocateKnowledgeFolder::new("ws-1", "/A", "/B"));
    let delete = || DeleteKnowledgeFolder::new("ws-1", "/Team%20A");
    table.one("DeleteKnowledgeFolder", delete());
    table.one("DeleteKnowledgeFolder, everything", delete().recursive(true));
}
