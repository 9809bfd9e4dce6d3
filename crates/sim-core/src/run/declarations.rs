//! The declarations of the operations of this room, one for each of their two forms. The macro that declares other
//! operations writes only one form.

use crate::operation::{Declaration, Parameter};

const fn may(name: &'static str) -> Parameter {
    Parameter::required(name).optional()
}

const NOTHING: Declaration = Declaration {
    name: "",
    operation: "",
    method: "POST",
    path: "",
    query: &[],
    headers: &[],
    body: &[],
};

pub(crate) const DECLARATIONS: &[Declaration] = &[
    // Every way to start a run is this one operation.
    Declaration {
        name: "ExecuteWorkflow",
        operation: "executeWorkflow",
        path: "/api/workflows/{workflow}/execute",
        headers: &[
            may("x-execution-id"),
            may("x-execution-mode"),
            may("x-execution-timeout-seconds"),
            may("x-sim-stream-protocol"),
        ],
        body: &[
            may("input"),
            may("stream"),
            may("selectedOutputs"),
            may("includeThinking"),
            may("includeToolCalls"),
            may("includeFileBase64"),
            may("base64MaxBytes"),
        ],
        ..NOTHING
    },
    Declaration {
        name: "ExecuteWorkflow",
        operation: "executeWorkflowV2",
        path: "/api/v2/workflows/{workflow}/execute",
        headers: &[may("x-run-id"), may("x-sim-stream-protocol")],
        body: &[
            may("input"),
            may("async"),
            may("executionTimeoutSeconds"),
            may("stream"),
            may("selectedOutputs"),
            may("includeThinking"),
            may("includeToolCalls"),
            may("includeFileBase64"),
            may("base64MaxBytes"),
        ],
        ..NOTHING
    },
    Declaration {
        name: "GetRun",
        operation: "getWorkflowExecution",
        method: "GET",
        path: "/api/workflows/{workflow}/executions/{run}",
        query: &[may("includeOutput"), may("selectedOutputs")],
        ..NOTHING
    },
    Declaration {
        name: "GetRun",
        operation: "getWorkflowRunV2",
        method: "GET",
        path: "/api/v2/workflows/{workflow}/runs/{run}",
        query: &[may("includeOutput"), may("selectedOutputs")],
        ..NOTHING
    },
    Declaration {
        name: "CancelRun",
        operation: "cancelExecution",
        path: "/api/workflows/{workflow}/executions/{run}/cancel",
        ..NOTHING
    },
    Declaration {
        name: "CancelRun",
        operation: "cancelRunV2",
        path: "/api/v2/workflows/{workflow}/runs/{run}/cancel",
        ..NOTHING
    },
    Declaration {
        name: "ResumeRun",
        operation: "resumeExecution",
        path: "/api/resume/{workflow}/{run}/{context}",
        body: &[may("input")],
        ..NOTHING
    },
    Declaration {
        name: "ResumeRun",
        operation: "resumeWorkflowRunV2",
        path: "/api/v2/workflows/{workflow}/runs/{run}/resume",
        body: &[Parameter::required("contextId"), may("input")],
        ..NOTHING
    },
];
