//! Shows a typed answer under the names of the API, so that it can be compared with the JSON.

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

/// Shows all fields of a value.
pub(crate) trait Show {
    fn show(&self) -> Value;
}

/// Declares the API name of each field of a type.
macro_rules! shows {
    ($type:ty { $($name:literal: $($field:ident).+),+ $(,)? }) => {
        impl Show for $type {
            fn show(&self) -> Value {
                let fields = [$(($name, self.$($field).+.show())),+];
                fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
            }
        }
    };
}
use shows;

/// Declares types that serialise as their JSON.
macro_rules! are_json {
    ($($type:ty),+ $(,)?) => {
        $(impl Show for $type {
            fn show(&self) -> Value {
                serde_json::to_value(self).expect("it is plain JSON")
            }
        })+
    };
}

are_json!(bool, f64, u64, String, Value, Map<String, Value>);
are_json!(ContextId, Cursor, DeploymentVersionId, FolderPath, RunId, WorkflowId, WorkspaceId);
are_json!(BillingSource, BillingStanding, CancelReason, DeploymentAction, DeploymentStatus);
are_json!(LogLevel, PauseKind, Readiness, RunErrorCode, VersionNumber);

impl<T: Show> Show for Option<T> {
    fn show(&self) -> Value {
        self.as_ref().map_or(Value::Null, Show::show)
    }
}

impl<T: Show> Show for Vec<T> {
    fn show(&self) -> Value {
        self.iter().map(Show::show).collect()
    }
}

impl Show for Timestamp {
    fn show(&self) -> Value {
        json!(self.to_string())
    }
}

/// Shows milliseconds, as the API does.
impl Show for Duration {
    fn show(&self) -> Value {
        json!(self.as_secs_f64() * 1000.0)
    }
}

/// Shows the server's words, which has none for a run that its time limit ended.
impl Show for RunStatus {
    fn show(&self) -> Value {
        let word = if *self == Self::TimedOut { &Self::Failed } else { self };
        json!(word)
    }
}
