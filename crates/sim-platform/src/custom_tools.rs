//! Custom tools: functions in JavaScript that agents of a workspace can call.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use sim_core::lenient as field;
use sim_core::logs::SortOrder;
use sim_core::{Page, WorkspaceId, id, object, open_enum};

use crate::macros::{endpoint, json_params};
use crate::sorted;

id! {
    /// Names a custom tool.
    CustomToolId
}

endpoint! {
    /// Lists the custom tools of a workspace.
    ListCustomTools: GET "/api/v2/custom-tools" => Page<CustomTool>,
    reference "custom-tools" listCustomTools,
    query { workspace: WorkspaceId = "workspaceId" },
    query? {
        /// Keeps only tools whose title contains this text, in upper or lower case.
        search: String = "search",
        /// Sets the sort key. The default is the creation time.
        sort_by: CustomToolSort = "sortBy",
        /// Sets the direction. The default is descending.
        sort_order: SortOrder = "sortOrder",
    },
    paged 100,
}

endpoint! {
    /// Creates a custom tool. The server refuses a title that is taken with 409.
    CreateCustomTool: POST "/api/v2/custom-tools" => {data: CustomTool},
    reference "custom-tools" createCustomTool,
    body {
        workspace: WorkspaceId = "workspaceId",
        title: String = "title",
        schema: ToolSchema = "schema",
        code: String = "code",
    },
    idempotency NonIdempotent,
}

endpoint! {
    /// Reads a custom tool with its code.
    GetCustomTool: GET "/api/v2/custom-tools/{tool}" => {data: CustomTool},
    reference "custom-tools" getCustomTool,
    path { tool: CustomToolId },
    query { workspace: WorkspaceId = "workspaceId" },
}

endpoint! {
    /// Changes a custom tool. Whatever is not set stays as it is.
    UpdateCustomTool: PATCH "/api/v2/custom-tools/{tool}" => {data: CustomTool},
    reference "custom-tools" updateCustomTool,
    path { tool: CustomToolId },
    body { workspace: WorkspaceId = "workspaceId" },
    body? {
        /// Renames the tool to this.
        title: String = "title",
        /// Replaces what agents know of it.
        schema: ToolSchema = "schema",
        /// Replaces the code of the tool.
        code: String = "code",
    },
}

endpoint! {
    /// Deletes a custom tool.
    DeleteCustomTool: DELETE "/api/v2/custom-tools/{tool}" => {data: DeletedCustomTool},
    reference "custom-tools" deleteCustomTool,
    path { tool: CustomToolId },
    query { workspace: WorkspaceId = "workspaceId" },
}

open_enum! {
    /// The sort key of a list of custom tools.
    CustomToolSort {
        /// Sorts by title, case-sensitively.
        Title = "title",
        /// Sorts by creation time.
        CreatedAt = "createdAt",
        /// Sorts by the last change.
        UpdatedAt = "updatedAt",
    }
}

/// What agents know of a tool: a function as chat models take it, with all keys that it came with.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ToolSchema(#[serde(serialize_with = "sorted::map")] pub Map<String, Value>);

json_params!(ToolSchema);

impl ToolSchema {
    /// Creates the schema of a function.
    ///
    /// `parameters` is a JSON Schema of an object, with its `type` and `properties`.
    pub fn function(
        name: impl Into<String>,
        description: impl Into<String>,
        parameters: impl Into<Value>,
    ) -> Self {
        let parameters: Value = parameters.into();
        let (name, description) = (name.into(), description.into());
        let function = json!({"name": name, "description": description, "parameters": parameters});
        let fields = [("type", Value::from("function")), ("function", function)];
        Self(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }

    /// Returns the name of the function.
    pub fn name(&self) -> Option<&str> {
        self.in_function("name")?.as_str()
    }

    /// Returns what the function does, if the schema says so.
    pub fn description(&self) -> Option<&str> {
        self.in_function("description")?.as_str()
    }

    /// Returns what the function takes, as a JSON Schema.
    pub fn parameters(&self) -> Option<&Value> {
        self.in_function("parameters")
    }

    fn in_function(&self, key: &str) -> Option<&Value> {
        self.0.get("function")?.get(key)
    }
}

impl From<Map<String, Value>> for ToolSchema {
    fn from(schema: Map<String, Value>) -> Self {
        Self(schema)
    }
}

object! {
    /// A custom tool of a workspace.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct CustomTool {
        /// The id of the tool.
        pub id: CustomToolId = "id",
        /// The title, unique in the workspace.
        pub title: String = "title" as field::string,
        /// What agents know of it.
        pub schema: ToolSchema = "schema" as field::or_default,
        /// The code that runs when an agent calls it.
        pub code: Option<String> = "code" as field::text,
        /// When the tool was created.
        pub created_at: Option<Timestamp> = "createdAt" as field::timestamp,
        /// When the tool last changed.
        pub updated_at: Option<Timestamp> = "updatedAt" as field::timestamp,
    }
}

object! {
    /// A custom tool that no longer exists.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct DeletedCustomTool {
        /// The id that the tool had; empty if the server did not say.
        pub id: CustomToolId = "id" as field::known,
        /// Always true in an answer of the server.
        pub deleted: bool = "deleted",
    }
}
