//! Where the mock answers otherwise than the recorded server did, and why.

/// The reasons, each with the steps that it explains.
pub(super) const KNOWN: &[(&str, &[&str])] = &[
    (
        "a step before it is kept aside, so that what it would find is not as it was",
        &[
            "v2-row-404",
            "v2-tables-folder-delete",
            "v2-res-table-patch-05-name-409",
            "v2-res-table-list-limit-0",
            "v2-res-table-list-limit-2",
            "v2-res-table-list-page-2",
            "v2-res-table-list-search",
            "v2-res-table-get-deleted",
            "v2-res-table-insert-into-deleted",
            "v2-res-table-delete-again-404",
            "v2-res-table-delete-readonly-403",
            "v2-res-table-view-27-create-over-100",
            "v2-res-table-export-two-3-table-job",
            "v2-res-table-group-update-05-mapping",
            "v2-res-table-group-update-06-inputs",
            "v2-res-table-group-update-07-deploymentMode",
            "v2-res-table-group-update-08-deps",
            "v2-res-table-group-update-10-empty",
            "v2-res-table-group-update-11-workflow",
            "v2-res-table-group-update-15-output-without-column",
            "v2-res-table-group-delete-07-list-after",
            "v2-res-key-personal-off-wskey",
        ],
    ),
    (
        "the bytes of its upload are kept aside for their size",
        &[
            "v2-res-table-import-parts-09-complete",
            "v2-res-table-import-parts-10-processing",
            "v2-res-table-import-parts-11-done",
            "v2-res-table-import-cancel-2-complete",
            "v2-res-table-import-cancel-3-processing",
            "v2-res-table-import-cancel-4-cancel",
            "v2-res-table-import-cancel-5-after",
            "v2-res-table-import-cancel-6-later",
            "v2-res-table-import-cancel-7-again",
            "v2-res-table-import-two-big-2-complete",
            "v2-res-table-import-two-import-of-deleted-table",
            "v2-res-table-import-two-import-of-deleted-table-later",
            "v2-res-table-import-two-import-of-deleted-table-after-cancel",
            "v2-res-table-import-two-import-of-deleted-table-cancel",
        ],
    ),
    (
        "the import was done before the first read; in the mock it takes one read more",
        &[
            "v2-res-table-import-replace-4-poll-at-once",
            "v2-res-table-import-bom-crlf-4-poll-at-once",
        ],
    ),
    (
        "the order of random ids decides",
        &[
            "v2-res-table-query-sort-dup",
            "v2-res-table-query-sort-id-asc",
            "v2-res-table-query-sort-id-desc",
        ],
    ),
    (
        "the mock accepts runs of groups and fills no cell",
        &[
            "v2-res-table-run-02-rows-at-once",
            "v2-res-table-run-03-rows-later",
            "v2-res-table-run-19-rows-after",
            "v2-res-table-run-23-rows-while-running",
            "v2-res-table-group-32-row-later",
        ],
    ),
    ("the mock knows no time zones", &["v2-res-table-import-timezone-6-rows"]),
    ("the mock serves no browsers", &["v2-res-options"]),
    ("the mock's reader of JSON gives up at this depth", &["v2-res-table-more-16-deep-json"]),
    (
        "the server had a setting or a state that the mock does not have",
        &[
            "v2-res-ratelimit-by-address-429",
            "v2-res-key-personal-off-create",
            "v2-res-key-member-removed-table-list",
        ],
    ),
];

/// How many steps of each resource are told at the least. The recordings are a part of what was recorded.
pub(super) const LEAST: &[(&str, usize)] = &[("tables", 500)];
