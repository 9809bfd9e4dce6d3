//! The words that this project gave up, and what stands in their place.

/// What a word used to name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Was {
    Type,
    Function,
    /// The name of a file or of a folder.
    File,
    /// A name so much its own that it is found wherever it stands.
    Anything,
}

/// Each word, what it named, and the word to use.
pub(super) const WORDS: [(&str, Was, &str); 38] = [
    ("Claim", Was::Type, "RunIdState"),
    ("RunClaim", Was::Anything, "RunIdHeader"),
    ("claim", Was::Function, "start_request"),
    ("Repeat", Was::Type, "Idempotency"),
    ("MayDouble", Was::Anything, "NonIdempotent"),
    ("MayStartRun", Was::Anything, "StartsRun"),
    ("Fate", Was::Type, "FailureClass"),
    ("Gather", Was::Type, "BodyCollector"),
    ("gather", Was::File, "body"),
    ("Peer", Was::Type, "Destination"),
    ("peer", Was::File, "destination"),
    ("Flow", Was::Type, "BodyStream"),
    ("leave", Was::Function, "cap_to_deadline"),
    ("leave", Was::File, "send_gate"),
    ("speak", Was::Function, "set_generation"),
    ("settle", Was::Function, "decode_non_stream"),
    ("saw", Was::Function, "record_headers"),
    ("look", Was::Function, "poll"),
    ("tries", Was::Function, "attempts"),
    ("earn", Was::Function, "refund"),
    ("mint", Was::Function, "new_run_id"),
    ("With", Was::Type, "CallOptions"),
    ("with", Was::File, "options"),
    ("shown", Was::File, "redact"),
    ("usual", Was::File, "fast_path"),
    ("lines", Was::File, "ndjson"),
    ("first", Was::File, "v1_result"),
    ("second", Was::File, "v2_result"),
    ("spill", Was::File, "long_head"),
    ("watch", Was::File, "call_context"),
    ("fault", Was::File, "errors"),
    ("lists", Was::File, "pagination"),
    ("until", Was::Function, "with_cancel"),
    ("until", Was::File, "cancel"),
    ("Cancel", Was::Type, "CancelToken"),
    ("is_no_workflows", Was::Anything, "is_gateway_status"),
    ("Look", Was::Type, "an enum that says what it is"),
    ("look", Was::File, "poll"),
];

/// Where a function `run` would be one of the clients', the adapters' or the core's: there a run is Sim's, an
/// exchange is driven, and a request is sent. Commands and benches may have a `run` of their own.
pub(super) const NO_RUN: [&str; 7] = [
    "crates/sim-core/src/",
    "crates/sim-platform/src/",
    "crates/sim-ureq/src/",
    "crates/sim-reqwest/src/",
    "crates/simstudio/src/",
    "crates/sim-conformance/src/subject.rs",
    "examples/transports/src/",
];

/// The types of ids: a field of one is named for the id, `run_id` and not `run`.
pub(super) const IDS: [&str; 5] = ["RunId", "WorkflowId", "JobId", "ContextId", "WorkspaceId"];

/// Files that may have a name from above, because the word has its one meaning there.
pub(super) const OWN_MEANING: [(&str, &str); 1] =
    [("crates/sim-mock/src/fault/mod.rs", "the faults that a test asks the mock for")];
