//! Turns a typed answer into JSON under the names of the API, so that it can be compared with the JSON.

mod events;
mod logs;
mod resources;
mod runs;

use std::time::Duration;

use serde_json::{Map, Value, json};
use simstudio::billing::{BillingSource, BillingStanding};
use simstudio::deployments::{DeploymentAction, DeploymentStatus, Readiness, VersionNumber};
use simstudio::jiff::Timestamp;
use simstudio::logs::LogLevel;
use simstudio::{
    CancelReason, ContextId, Cursor, DeploymentVersionId, FolderPath, PauseKind, RunErrorCode,
    RunId, RunStatus, WorkflowId, WorkspaceId,
};

/// A value with all its fields as JSON, under the names of the API.
pub(crate) trait ToJson {
    fn to_json(&self) -> Value;
}

/// Declares the API name of each field of a type.
macro_rules! json_fields {
    ($type:ty { $($name:literal: $($field:ident).+),+ $(,)? }) => {
        impl ToJson for $type {
            fn to_json(&self) -> Value {
                let fields = [$(($name, self.$($field).+.to_json())),+];
                fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
            }
        }
    };
}
use json_fields;

/// Declares types that serialise as their JSON.
macro_rules! are_json {
    ($($type:ty),+ $(,)?) => {
        $(impl ToJson for $type {
            fn to_json(&self) -> Value {
                serde_json::to_value(self).expect("it is plain JSON")
            }
        })+
    };
}

are_json!(bool, f64, u64, String, Value, Map<String, Value>);
are_json!(ContextId, Cursor, DeploymentVersionId, FolderPath, RunId, WorkflowId, WorkspaceId);
are_json!(BillingSource, BillingStanding, CancelReason, DeploymentAction, DeploymentStatus);
are_json!(LogLevel, PauseKind, Readiness, RunErrorCode, VersionNumber);

impl<T: ToJson> ToJson for Option<T> {
    fn to_json(&self) -> Value {
        self.as_ref().map_or(Value::Null, ToJson::to_json)
    }
}

impl<T: ToJson> ToJson for Vec<T> {
    fn to_json(&self) -> Value {
        self.iter().map(ToJson::to_json).collect()
    }
}

impl ToJson for Timestamp {
    fn to_json(&self) -> Value {
        json!(self.to_string())
    }
}

/// Counts milliseconds, as the API does.
impl ToJson for Duration {
    fn to_json(&self) -> Value {
        json!(self.as_secs_f64() * 1000.0)
    }
}

/// Takes the server's words, which has none for a run that its time limit ended.
impl ToJson for RunStatus {
    fn to_json(&self) -> Value {
        let word = if *self == Self::TimedOut { &Self::Failed } else { self };
        json!(word)
    }
}
