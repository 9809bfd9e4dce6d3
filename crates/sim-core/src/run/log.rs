//! The logs of runs.

use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::model::{Blocks, Cost, RunStatus};
use crate::operation::{List, Page};
use crate::primitives::json::{field, written};
use crate::primitives::{DeploymentVersionId, FolderPath, RunId, WorkflowId, WorkspaceId};
use crate::run::{SortOrder, Tokens, TraceSpan};
use crate::{endpoint, object, open_enum};

endpoint! {
    /// Lists the logs of a workspace.
    ///
    /// Costs are in US dollars here, in filters and in answers.
    ListLogs: GET "/api/v2/logs" => Page<Log>,
    reference "logs" listLogs,
    query { workspace: WorkspaceId = "workspaceId" },
    query? {
        /// Keeps only logs of these workflows.
        workflows: List<WorkflowId> = "workflowIds",
        /// Keeps only logs of workflows in these folders.
        folders: List<FolderPath> = "folderPaths",
        /// Keeps only logs of runs that one of these triggers started, in lower case: `api`, `schedule`, ... `all`
        /// sets no limit.
        triggers: List<String> = "triggers",
        /// Keeps only logs of this level.
        level: LogLevel = "level",
        /// Keeps only logs of runs that started at this time or later.
        start_date: Timestamp = "startDate",
        /// Keeps only logs of runs that started at this time or earlier.
        end_date: Timestamp = "endDate",
        /// Keeps only logs of runs that took this long or longer, in whole milliseconds.
        min_duration: Duration = "minDurationMs",
        /// Keeps only logs of runs that took this long or less, in whole milliseconds.
        max_duration: Duration = "maxDurationMs",
        /// Keeps only logs of runs that cost this much or more, in US dollars.
        min_cost: f64 = "minCost",
        /// Keeps only logs of runs that cost this much or less, in US dollars.
        max_cost: f64 = "maxCost",
        /// Keeps only logs of runs that used this model.
        model: String = "model",
        /// Keeps only the log of this run.
        run: RunId = "runId",
        /// Sets how much detail each log has; basic by default.
        details: LogDetails = "details",
        /// Includes the trace spans of the blocks, and all details with them.
        include_trace_spans: bool = "includeTraceSpans",
        /// Includes the output of the runs, and all details with it.
        include_final_output: bool = "includeFinalOutput",
        /// Sets the order by start time; descending by default. Servers after v0.8.9 may know other words.
        order: SortOrder = "order",
    },
    paged 1000,
}

endpoint! {
    /// Reads the log of a run. The log of a run that has just ended may lag behind for a moment.
    GetLog: GET "/api/v2/logs/{run}" => {data: Log},
    reference "logs" getLog,
    path { run: RunId },
}

open_enum! {
    /// The level of a log.
    LogLevel {
        /// A log of a run without errors.
        Info = "info",
        /// A log of a run with an error.
        Error = "error",
    }
}

open_enum! {
    /// The amount of detail in a log.
    LogDetails {
        /// The outcome of the run only.
        Basic = "basic",
        /// The workflow of the run as well.
        Full = "full",
    }
}

object! {
    /// The log of a run.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct Log {
        /// The id of the run.
        pub run_id: RunId = "runId",
        /// The id of the workflow; `None` if it was deleted.
        pub workflow_id: Option<WorkflowId> = "workflowId" as field::word,
        /// The id of the deployed version that ran; `None` for a run in the editor.
        pub deployment_version_id: Option<DeploymentVersionId> = "deploymentVersionId" as field::word,
        /// The status of the run.
        pub status: RunStatus = "status",
        /// The level of the log, or `None` if the server did not say.
        pub level: Option<LogLevel> = "level" as field::word,
        /// The trigger that started the run, such as `api` or `schedule`. `None` if the server did not say.
        pub trigger: Option<String> = "trigger" as field::text,
        /// When the run started, or `None` if the server did not say.
        pub started_at: Option<Timestamp> = "startedAt" as field::timestamp,
        /// When the run ended, or `None` while it is running.
        pub ended_at: Option<Timestamp> = "endedAt" as field::timestamp,
        /// The duration of the run, or `None` if the server did not say.
        #[serde(serialize_with = "written::milliseconds")]
        pub duration: Option<Duration> = "totalDurationMs" as field::milliseconds,
        /// The cost of the run in US dollars, or `None` if the server did not say.
        pub cost: Option<Cost> = "cost" as field::object,
        /// The input and output files of the run, as the server describes them. `None` if there are none.
        pub files: Option<Vec<Value>> = "files" as field::list_or_none,
        /// The workflow of the run; `None` unless you asked for full details.
        pub workflow: Option<LogWorkflow> = "workflow" as field::object,
        /// The output of the run; `None` unless you asked for it.
        pub final_output: Option<Value> = "finalOutput",
        /// The trace spans of the blocks; `None` unless you asked for them. Old runs have none.
        pub trace_spans: Option<Vec<TraceSpan>> = "traceSpans" as field::list_or_none,
        /// The blocks that ran, as the server describes them, without secrets. `None` except from [`GetLog`], and there
        /// only for a limited time.
        pub workflow_state: Option<Map<String, Value>> = "workflowState" as field::object,
        /// When the server created the log. `None` except from [`GetLog`].
        pub created_at: Option<Timestamp> = "createdAt" as field::timestamp,
    }
}

impl Log {
    /// Returns the spans of the blocks that failed, in the order in which they ran: with the id and the name of the
    /// block, and why it failed. Empty if no block failed, or if the log has no [trace spans](Self::trace_spans).
    ///
    /// ```
    /// use sim_core::logs::Log;
    ///
    /// fn print(log: &Log) {
    ///     for span in log.failed_blocks() {
    ///         println!("{:?} ({:?}): {:?}", span.name, span.block_id, span.failure());
    ///     }
    /// }
    /// ```
    pub fn failed_blocks(&self) -> Vec<&TraceSpan> {
        let spans = TraceSpan::all(self.trace_spans.as_deref().unwrap_or_default());
        spans
            .into_iter()
            .filter(|span| span.block_id.is_some() && span.failure().is_some())
            .collect()
    }

    /// Returns the tokens that all models of the run used. `None` if the log has no [trace spans](Self::trace_spans), or
    /// if none of them tells.
    pub fn tokens(&self) -> Option<Tokens> {
        let spans = TraceSpan::all(self.trace_spans.as_deref().unwrap_or_default());
        // A group of blocks may repeat the sum of those inside.
        let own =
            spans.into_iter().filter(|span| !span.children.iter().any(TraceSpan::tells_tokens));
        own.filter_map(|span| span.tokens).reduce(Tokens::plus)
    }

    /// Returns the ids and the names of the blocks that ran, for events of a stream, which name blocks by id. `None` if
    /// the log does not have them: [`GetLog`] reads them.
    pub fn blocks(&self) -> Option<Blocks> {
        self.workflow_state.as_ref().map(Blocks::of_state)
    }
}

object! {
    /// The workflow of a log.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct LogWorkflow {
        /// The id of the workflow; `None` if it was deleted.
        pub id: Option<WorkflowId> = "id" as field::word,
        /// The name of the workflow; empty if the server did not say.
        pub name: String = "name" as field::string,
        /// The description of the workflow, or `None` if it has none.
        pub description: Option<String> = "description" as field::text,
        /// The folder of the workflow. `None` except from [`GetLog`]; the same holds for the owner, the workspace and the
        /// times.
        pub folder: Option<FolderPath> = "folderPath" as field::word,
        /// The email address of the owner, or `None` if the server did not say.
        pub owner_email: Option<String> = "ownerEmail" as field::text,
        /// The id of the workspace, or `None` if the server did not say.
        pub workspace: Option<WorkspaceId> = "workspaceId" as field::word,
        /// When the workflow was created, or `None` if the server did not say.
        pub created_at: Option<Timestamp> = "createdAt" as field::timestamp,
        /// When the workflow was last changed, or `None` if the server did not say.
        pub updated_at: Option<Timestamp> = "updatedAt" as field::timestamp,
        /// Whether the workflow was deleted, or `None` if the server did not say.
        pub deleted: Option<bool> = "deleted" as field::yes_or_no,
    }
}
