//! `/api/v2/custom-tools`: tools of the workspace's own, which agents call.

use axum::routing::MethodFilter as Verb;

use super::problem::Problem;
use super::resource::{Act, Field, Limit, Listing, Of, Operation, Resource, may, must, op};
use crate::ids;

/// The only type of a tool.
const FUNCTION: Of = Of::Word(&["function"]);

/// What the server reads of a schema. It keeps other keys as well.
const SCHEMA: &[Field] = &[
    must("type", FUNCTION),
    must(
        "function",
        Of::Open(&[
            must("name", Of::Text(1, 255)),
            may("description", Of::Text(0, u64::MAX)),
            must(
                "parameters",
                Of::Open(&[must("type", Of::Text(1, 64)), must("properties", Of::Record)]),
            ),
        ]),
    ),
];

/// Custom tools.
static TOOL: Resource = Resource {
    kind: "custom_tool",
    word: "Custom tool",
    parent: None,
    id: |_| ids::letters(21),
    fields: &[
        must("title", Of::Text(1, 200)).says("title is required"),
        must("schema", Of::Open(SCHEMA)),
        must("code", Of::Text(0, 100_000)),
    ],
    changes: &[
        may("title", Of::Text(1, 200)).says("title is required"),
        may("schema", Of::Open(SCHEMA)),
        may("code", Of::Text(0, 100_000)),
    ],
    nothing: "At least one of title, schema, or code is required",
    unique: Some("title"),
    taken: |title| {
        let message = format!("A custom tool titled \"{title}\" already exists in this workspace");
        Problem::conflict(message)
    },
    listing: Listing {
        search: "title",
        sorts: &["createdAt", "title", "updatedAt"],
        descends: true,
        limit: Limit::Hundred,
        folders: false,
    },
    fill: |_, _, tool, body| {
        for (key, value) in body {
            tool.set(&key, value);
        }
        Ok(())
    },
    show: |_, _, tool| tool.item(),
    gone: |_, _, _| Ok(()),
    missing: None,
};

/// All operations of custom tools.
pub(super) static OPERATIONS: [Operation; 5] = [
    op(Verb::GET, "/custom-tools", Act::List(&TOOL)),
    op(Verb::POST, "/custom-tools", Act::Create(&TOOL)),
    op(Verb::GET, "/custom-tools/{tool}", Act::Read(&TOOL)),
    op(Verb::PATCH, "/custom-tools/{tool}", Act::Update(&TOOL)),
    op(Verb::DELETE, "/custom-tools/{tool}", Act::Delete(&TOOL)),
];
