//! The operations of knowledge bases.

use axum::routing::MethodFilter as Verb;

use super::base::BASE;
use super::connectors::{self, CONNECTOR};
use super::{bulk, documents, search, tags, uploads};
use crate::wire::v2::files::transfer::NUMBERS;
use crate::wire::v2::resource::{
    Act, Answered, Call, Field, Of, Operation, Pattern, may, must, op,
};

/// The days that a date may be.
const DAY: Pattern = Pattern {
    text: "/^\\d{4}-\\d{2}-\\d{2}$/",
    fits: |text| text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok(),
    message: "Date tag values must be formatted YYYY-MM-DD",
};

const TAG: Of = Of::Text(0, 1000);
const NUMBER: Of = Of::Number(f64::MIN, f64::MAX);
const DATE: Of = Of::Name(0, 64, &DAY);
const ENABLED: Field = may("enabledFilter", Of::Word(&["all", "enabled", "disabled"]));

/// What may change of a document.
const CHANGES: &[Field] = &[
    may("filename", Of::Text(1, 255)),
    may("enabled", Of::Flag),
    may("tag1", TAG),
    may("tag2", TAG),
    may("tag3", TAG),
    may("tag4", TAG),
    may("tag5", TAG),
    may("tag6", TAG),
    may("tag7", TAG),
    may("number1", NUMBER),
    may("number2", NUMBER),
    may("number3", NUMBER),
    may("number4", NUMBER),
    may("number5", NUMBER),
    may("date1", DATE),
    may("date2", DATE),
    may("boolean1", Of::Flag),
    may("boolean2", Of::Flag),
    may("boolean3", Of::Flag),
    may("retryProcessing", Of::Flag),
];

const fn own(verb: Verb, path: &'static str, act: fn(&Call<'_>) -> Answered) -> Operation {
    op(verb, path, Act::Own(act)).under(&BASE)
}

/// All operations of knowledge bases but those of folders.
pub(crate) static OPERATIONS: [Operation; 25] = [
    op(Verb::GET, "/knowledge", Act::List(&BASE)),
    op(Verb::POST, "/knowledge", Act::Create(&BASE)),
    op(Verb::POST, "/knowledge/search", Act::Own(search::search)).body(search::FIELDS).open(),
    op(Verb::GET, "/knowledge/{base}", Act::Read(&BASE)),
    op(Verb::PATCH, "/knowledge/{base}", Act::Update(&BASE)),
    op(Verb::DELETE, "/knowledge/{base}", Act::Delete(&BASE)),
    own(Verb::GET, "/knowledge/{base}/tags", tags::list).listing(&tags::LISTING),
    own(Verb::GET, "/knowledge/{base}/documents", documents::list)
        .listing(&documents::LISTING)
        .query(&[ENABLED, may("tagFilters", Of::Text(1, u64::MAX))]),
    own(Verb::POST, "/knowledge/{base}/documents", documents::upload).writes(),
    own(Verb::PATCH, "/knowledge/{base}/documents", bulk::update).writes().personal().body(&[
        must("operation", Of::Word(&["enable", "disable"])),
        may("documentIds", Of::List(&Of::Text(1, 255), 1, 100)).says("documentIds cannot be empty"),
        may("selectAll", Of::Flag),
        ENABLED,
    ]),
    own(Verb::POST, "/knowledge/{base}/documents/uploads", uploads::begin)
        .writes()
        .body(uploads::FIELDS),
    own(Verb::DELETE, "/knowledge/{base}/documents/uploads/{upload}", uploads::abort).writes(),
    own(Verb::POST, "/knowledge/{base}/documents/uploads/{upload}/parts", uploads::addresses)
        .writes()
        .body_beside(NUMBERS),
    own(Verb::POST, "/knowledge/{base}/documents/uploads/{upload}/complete", uploads::complete)
        .writes(),
    own(Verb::GET, "/knowledge/{base}/documents/{document}", documents::get),
    own(Verb::PATCH, "/knowledge/{base}/documents/{document}", documents::patch)
        .writes()
        .personal()
        .body(CHANGES),
    own(Verb::DELETE, "/knowledge/{base}/documents/{document}", documents::delete).writes(),
    own(Verb::GET, "/knowledge/{base}/connectors", connectors::list)
        .personal()
        .listing(&CONNECTOR.listing),
    op(Verb::POST, "/knowledge/{base}/connectors", Act::Create(&CONNECTOR)).personal(),
    own(Verb::GET, "/knowledge/{base}/connectors/{connector}", connectors::get).personal(),
    op(Verb::PATCH, "/knowledge/{base}/connectors/{connector}", Act::Update(&CONNECTOR)).personal(),
    own(Verb::DELETE, "/knowledge/{base}/connectors/{connector}", connectors::delete)
        .writes()
        .personal()
        .query(&[may("deleteDocuments", Of::Flag)]),
    own(Verb::POST, "/knowledge/{base}/connectors/{connector}/sync", connectors::sync)
        .writes()
        .personal()
        .body(&[may("rehydrate", Of::Flag)]),
    own(Verb::GET, "/knowledge/{base}/connectors/{connector}/documents", connectors::documents)
        .personal()
        .listing(&connectors::DOCUMENTS_OF)
        .query(&[may("includeExcluded", Of::Flag)]),
    own(
        Verb::PATCH,
        "/knowledge/{base}/connectors/{connector}/documents",
        connectors::update_documents,
    )
    .writes()
    .personal()
    .body(&[
        must("operation", Of::Word(&["restore", "exclude"])),
        must("documentIds", Of::List(&Of::Text(1, 255), 1, 100)).says(connectors::NO_IDS),
    ]),
];
