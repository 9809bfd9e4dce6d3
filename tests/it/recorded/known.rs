//! What is not as it was recorded, and why.

/// Lists by their name: the reason, and the beginnings of what it is about. One that ends with `$` is the whole.
pub(crate) const ALL: &[(&str, &str, &[&str])] = &[
    (
        "sent",
        "a condition alone goes as a group of one, which every operation takes",
        &["v2-res-table-count-leaf$", "v2-res-table-query-leaf$", "v2-table-count$"],
    ),
    (
        "sent",
        "one knowledge base goes as a list of one, which the server takes too",
        &["v2-res-ksearch-02-single-id-string$"],
    ),
    ("sent", "to say null is to say nothing", &["v2-res-ksearch-08-mode-null$"]),
    (
        "sent",
        "the SDK sends neither a mark of byte order nor text that is not UTF-8",
        &["v2-res-table-more-06-invalid-utf8$", "v2-res-table-more-07-bom$"],
    ),
    (
        "refused",
        "messages are kept in one line",
        &[
            "v2-res-table-group-09-add-unknown-block: ",
            "v2-res-table-group-update-15-output-without-column: ",
        ],
    ),
    ("refused", "a redirect is never followed", &["v2-res-trailing-slash: "]),
    (
        "refused",
        "what a server says that lacks an operation is explained",
        &["v2-res-run-file-02-get: "],
    ),
    (
        "unmatched",
        "a method that no operation has",
        &[
            "v2-exec-get-405$",
            "v2-exec-head$",
            "v2-options-cors$",
            "v2-res-405-",
            "v2-res-file-13-head$",
            "v2-res-file-14-head-404$",
            "v2-res-head-list$",
            "v2-res-options$",
        ],
    ),
    ("unmatched", "a path that no operation has", &["v2-exec-trailing-slash$"]),
    (
        "unmatched",
        "operations of later servers",
        &["v2-res-newer-file", "v2-res-run-file-03-list$"],
    ),
    (
        "wanted",
        "it needs a browser, or a server that is later than the recorded one",
        &["no success: RenewCredentialConnection$", "no success: DownloadRunFile$"],
    ),
    (
        "dropped",
        "an end in the year 9999 is too late for a `Timestamp`: the period has no end",
        &["GetBillingStatus/period/end$"],
    ),
];

pub(crate) fn names(known: &str, line: &str) -> bool {
    known.strip_suffix('$').map_or_else(|| line.starts_with(known), |whole| line == whole)
}
