//! What may cost an answer of a resource: what identifies a thing or a part of one, and the outcome of the operation.
//! Everything else is a hint. The API's documents require more than these keys; each reason says why a result without
//! one of them is none.

/// Values that a thing cannot do without. An odd one costs the thing, or the part that it is in, and nothing else.
struct Strict {
    /// The part that an odd value costs; empty for the whole thing. `*` stands for a position, or for any key.
    part: &'static str,
    /// The keys of the values in the part, or paths to them.
    keys: &'static [&'static str],
    operations: Operations,
}

/// The operations whose answers have the value, by the beginnings of their names.
enum Operations {
    All,
    Of(&'static [&'static str]),
    But(&'static [&'static str]),
}

macro_rules! operations {
    () => {
        Operations::All
    };
    ($which:ident $names:tt) => {
        Operations::$which(&$names)
    };
}

/// Declares strict values, each with its reason.
macro_rules! strict {
    ($($reason:literal $part:literal $keys:tt $($which:ident $names:tt)?;)+) => {
        const STRICT: &[Strict] = &[$(Strict {
            part: $part,
            keys: &$keys,
            operations: operations!($($which $names)?),
        }),+];
    };
}

strict! {
    "other operations name the thing by it; what a receipt is about is known from the request"
        "" ["id"] But ["Delete", "Deploy", "GetDeployment", "GetFileShare", "ListBillingLogs", "RetryDocument",
            "Rollback", "SyncConnector", "Undeploy", "UpdateFileShare"];
    "a folder has no id, and its path names it"
        "" ["path"] But ["DeleteFileFolder", "DeleteKnowledgeFolder", "DeleteTableFolder", "DeleteWorkflowFolder"];
    "a secret has no id, and name and scope together name it"
        "" ["name", "scope"] Of ["ListSecrets", "SetSecret"];
    "a tool of an MCP server has no id"
        "" ["name"] Of ["ListMcpServerTools"];
    "members and editors have no id, and the address names them"
        "" ["email"] But ["RevokeSkillEditor"];
    "a provider has no id, and the service names it"
        "" ["serviceId"];
    "filters name a tag by its display name, and documents set it by its slot"
        "" ["displayName", "tagSlot"] Of ["ListKnowledgeTags"];
    "a rollback names a version by its number"
        "" ["version"] Of ["GetWorkflowVersion", "ListWorkflowVersions"];

    "a receipt has nothing but its outcome"
        "" ["deleted", "revoked", "queued", "syncTriggered"];
    "a wait ends by it, and a failure shows in nothing else"
        "" ["status"] But ["GetBillingStatus"];
    "a wait ends by it, and a failure shows in nothing else"
        "" ["processingStatus"] But ["ListConnectorDocuments", "RetryDocument"];
    "whether the workflow is deployed is what these operations change or tell"
        "" ["isDeployed"] Of ["Deploy", "GetDeployment", "Rollback", "Undeploy"];
    "a share is a link, and whether it works decides who sees the file"
        "" ["url", "isActive"] Of ["GetFileShare", "UpdateFileShare"];
    "an address is all that is asked for"
        "" ["url", "authorizationUrl"] Of ["DownloadTableExport", "CreateCredentialConnection", "RenewCredentialConnection"];
    "a number or a list is all that is asked for"
        "" ["totalCount", "matches", "results"];
    "the columns are all that is asked for"
        "" ["columns"] Of ["AddTableColumn", "DeleteTableColumn", "UpdateTableColumn"];
    "nobody else tells the ids of the rows that were made"
        "" ["rows"] Of ["CreateTableRows"];
    "a row is read for its values, and an empty one would be written back as if it was empty"
        "" ["data"] Of ["CreateTableRow", "GetTableRow", "ListTableRows", "QueryTableRows", "UpdateTableRow"];
    "the row is the answer, with what makes a row"
        "" ["row", "row/id", "row/data"];
    "the group is the answer, with its id"
        "" ["group", "group/id"];
    "without a session and without a place for the bytes, nothing is uploaded"
        "" ["session", "session/id", "session/status", "uploadToken", "transfer", "transfer/method", "transfer/url",
            "transfer/headers", "transfer/headers/*", "transfer/partSize", "transfer/partCount"];
    "an upload lacks bytes if one part has no address, and a header is sent as it was told"
        "" ["parts", "parts/*/partNumber", "parts/*/url", "parts/*/headers", "parts/*/headers/*"];

    "as a row on its own" "rows/*" ["id", "data"];
    "a cell is in a row" "matches/*" ["rowId"];
    "a chunk is of a document" "results/*" ["documentId"];
    "rows hold values by the names of columns" "columns/*" ["name"];
    "rows hold values by the names of columns" "schema/columns/*" ["name"];
    "requests name an option by its id" "columns/*/options/*" ["id"];
    "requests name an option by its id" "schema/columns/*/options/*" ["id"];
    "an output is for a column" "outputs/*" ["columnName"];
    "an output is for a column" "group/outputs/*" ["columnName"];
    "an input comes from a column" "inputMappings/*" ["inputName", "columnName"];
    "an input comes from a column" "group/inputMappings/*" ["inputName", "columnName"];
    "half a sort key sorts nothing" "config/sort/*" ["field", "direction"];
    "the kind decides what else there is" "source" ["type"];
    "the kind decides what else there is" "target" ["type"];
    "the kind decides what else there is" "session/source" ["type"];
    "the kind decides what else there is" "session/target" ["type"];
    "as a file on its own" "file" ["id"];
    "as a document on its own" "document" ["id", "processingStatus"];
    "an attempt is what came of it" "latestDeploymentAttempt" ["status"];
    "an input of a workflow is sent by its name" "inputs/*" ["name"];
    "as a workflow on its own" "workflow" ["id"] Of ["ListBillingLogs"];
    "a connection is asked for with it" "authorizationOptions/*" ["providerId"];
    "a credential is sent with it as the key" "fields/*" ["id"];
    "a credential is sent with it as the value" "fields/*/options/*" ["value"];
}

/// Values that are null where an import has nothing to send.
const MAY_BE_NULL: [&str; 2] = ["uploadToken", "transfer"];

/// What a change reaches: the place that it touched, or the part of the answer that this place is strict for.
pub(super) struct Reach<'a> {
    pub(super) path: &'a [String],
    /// Whether the change may cost the whole answer.
    pub(super) may_cost: bool,
    /// Whether the part, or the whole answer, must be lost: nobody guesses who or what it is about.
    pub(super) must_cost: bool,
}

impl<'a> Reach<'a> {
    /// Returns what a change at this place of an answer reaches. An entry of a page loses no more than itself.
    pub(super) fn of(path: &'a [String], what: &str, operation: &str, is_page: bool) -> Self {
        let hint = Self { path, may_cost: false, must_cost: false };
        let is_added = what.starts_with("an unknown key");
        // What is added to the headers is one more header.
        let is_header = path.last().is_some_and(|key| key == "headers");
        if is_added && !is_header || path.first().is_none_or(|key| key != "data") {
            return hint;
        }
        if path.len() == 1 {
            return Self { path: &[], may_cost: true, must_cost: false };
        }
        let thing = if is_page { 2 } else { 1 };
        let inside = path.get(thing..).unwrap_or_default();
        let Some(part) = STRICT.iter().find_map(|strict| strict.part_of(inside, operation)) else {
            return hint;
        };
        let may_cost = part == 0 && !is_page;
        let path = if may_cost { &[] } else { &path[..thing + part] };
        let is_odd = what.starts_with("a number") || what.starts_with("a text");
        let is_missing = what.starts_with("null") || what.starts_with("dropped");
        let may_miss = inside.last().is_none_or(|key| MAY_BE_NULL.contains(&&**key));
        // Nobody can know which headers there were.
        let is_in_headers = inside.iter().rev().nth(1).is_some_and(|key| key == "headers");
        let may_miss = may_miss || is_in_headers && what.starts_with("dropped");
        Self { path, may_cost, must_cost: is_odd || is_missing && !may_miss }
    }
}

impl Strict {
    /// Returns how many keys lead to the part that a value of a thing costs, or `None` if it is another value.
    fn part_of(&self, inside: &[String], operation: &str) -> Option<usize> {
        let begins = |names: &[&str]| names.iter().any(|name| operation.starts_with(name));
        let is_of = match &self.operations {
            Operations::All => true,
            Operations::Of(names) => begins(names),
            Operations::But(names) => !begins(names),
        };
        let part: Vec<_> = self.part.split('/').filter(|key| !key.is_empty()).collect();
        let is_it = |key: &&str| {
            let whole: Vec<_> = part.iter().copied().chain(key.split('/')).collect();
            let is_same = |(one, other): (&&str, &String)| *one == "*" || *one == other;
            whole.len() == inside.len() && whole.iter().zip(inside).all(is_same)
        };
        (is_of && self.keys.iter().any(is_it)).then_some(part.len())
    }
}
