//! What happened in runs: logs, and the spans of their blocks.

use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::model::RunStatus;
use crate::operation::Page;
use crate::primitives::json::field;
use crate::primitives::{DeploymentVersionId, FolderPath, RunId, WorkflowId, WorkspaceId};
use crate::run::{Cost, SortOrder, TraceSpan};
use crate::{endpoint, open_enum};

endpoint! {
    /// Lists the logs of a workspace.
    ///
    /// Costs are in US dollars here, in filters and in answers.
    ListLogs: GET "/api/v2/logs" => Page<Log>,
    reference "logs" listLogs,
    query { workspace: WorkspaceId = "workspaceId" },
    query? {
        /// Keeps only those of these workflows.
        workflows: Vec<WorkflowId> = "workflowIds",
        /// Keeps only those of workflows in these folders.
        folders: Vec<FolderPath> = "folderPaths",
        /// Keeps only those of runs that one of these started: `api`, `schedule`, ... in small letters; `all` is no limit.
        triggers: Vec<String> = "triggers",
        /// Keeps only those of this level.
        level: LogLevel = "level",
        /// Keeps only those of runs that started then or later.
        start_date: Timestamp = "startDate",
        /// Keeps only those of runs that started then or earlier.
        end_date: Timestamp = "endDate",
        /// Keeps only those of runs that took so long or longer, in whole milliseconds.
        min_duration: Duration = "minDurationMs",
        /// Keeps only those of runs that took so long or less, in whole milliseconds.
        max_duration: Duration = "maxDurationMs",
        /// Keeps only those of runs that cost so much or more.
        min_cost: f64 = "minCost",
        /// Keeps only those of runs that cost so much or less.
        max_cost: f64 = "maxCost",
        /// Keeps only those of runs that used this model.
        model: String = "model",
        /// Keeps only that of this run.
        run: RunId = "runId",
        /// How much of each is listed; the basics unless said otherwise.
        details: LogDetails = "details",
        /// Lists the spans of the blocks too, and with them all details.
        include_trace_spans: bool = "includeTraceSpans",
        /// Lists the output of the runs too, and with it all details.
        include_final_output: bool = "includeFinalOutput",
        /// By the start of their runs, descending unless said otherwise. Servers after v0.8.9 may know other words.
        order: SortOrder = "order",
    },
    paged 1000,
}

endpoint! {
    /// Reads the log of a run. One of a run that just ended may lag behind for a moment.
    GetLog: GET "/api/v2/logs/{run}" => {data: Log},
    reference "logs" getLog,
    path { run: RunId },
}

open_enum! {
    /// How serious a log is.
    LogLevel {
        /// Nothing failed.
        Info = "info",
        /// Something failed.
        Error = "error",
    }
}

open_enum! {
    /// How much of a log is listed.
    LogDetails {
        /// How the run went.
        Basic = "basic",
        /// Its workflow as well.
        Full = "full",
    }
}

/// What happened in a run.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Log {
    /// The run.
    pub run_id: RunId,
    /// Its workflow; gone if that was deleted.
    #[serde(default, deserialize_with = "field::word")]
    pub workflow_id: Option<WorkflowId>,
    /// The version that ran; none for a run in the builder.
    #[serde(default, deserialize_with = "field::word")]
    pub deployment_version_id: Option<DeploymentVersionId>,
    /// How the run stands.
    pub status: RunStatus,
    /// How serious it is.
    #[serde(default, deserialize_with = "field::word")]
    pub level: Option<LogLevel>,
    /// What started the run: `api`, `schedule`, ...
    #[serde(default, deserialize_with = "field::text")]
    pub trigger: Option<String>,
    /// When the run started.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub started_at: Option<Timestamp>,
    /// When it ended.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub ended_at: Option<Timestamp>,
    /// How long it ran.
    #[serde(default, rename = "totalDurationMs", deserialize_with = "field::milliseconds")]
    pub duration: Option<Duration>,
    /// What it cost.
    #[serde(default)]
    pub cost: Option<Cost>,
    /// The files that it was given or made, free in form.
    #[serde(default)]
    pub files: Option<Vec<Value>>,
    /// Its workflow, with all details.
    #[serde(default)]
    pub workflow: Option<LogWorkflow>,
    /// What the run put out, if that was asked for.
    #[serde(default)]
    pub final_output: Option<Value>,
    /// What its blocks did, if that was asked for. Old runs have none.
    #[serde(default)]
    pub trace_spans: Option<Vec<TraceSpan>>,
    /// The blocks that ran, free in form, without secrets; from [`GetLog`] alone, and not for ever.
    #[serde(default)]
    pub workflow_state: Option<Map<String, Value>>,
    /// When the log was begun; from [`GetLog`] alone.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub created_at: Option<Timestamp>,
}

/// The workflow of a log.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct LogWorkflow {
    /// Its id; gone if it was deleted.
    #[serde(default, deserialize_with = "field::word")]
    pub id: Option<WorkflowId>,
    /// Its name.
    pub name: String,
    /// What it is for.
    #[serde(default, deserialize_with = "field::text")]
    pub description: Option<String>,
    /// Where it is; from [`GetLog`] alone, as its owner, its workspace and its times are.
    #[serde(default, rename = "folderPath", deserialize_with = "field::word")]
    pub folder: Option<FolderPath>,
    /// Who owns it.
    #[serde(default, deserialize_with = "field::text")]
    pub owner_email: Option<String>,
    /// The workspace that it is in.
    #[serde(default, rename = "workspaceId", deserialize_with = "field::word")]
    pub workspace: Option<WorkspaceId>,
    /// When it was made.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub created_at: Option<Timestamp>,
    /// When it was changed.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub updated_at: Option<Timestamp>,
    /// Whether it was deleted.
    #[serde(default)]
    pub deleted: Option<bool>,
}
