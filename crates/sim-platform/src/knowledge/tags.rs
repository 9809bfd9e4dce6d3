//! Tags: values that documents carry and searches filter by.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use sim_core::lenient as field;
use sim_core::operation::Param;
use sim_core::{Page, WorkspaceId, object, open_enum};

use super::ids::KnowledgeBaseId;
use crate::macros::{endpoint, json_params};

endpoint! {
    /// Lists the tags that a knowledge base defines, all in one answer.
    ListKnowledgeTags: GET "/api/v2/knowledge/{base}/tags" => Page<Tag>,
    reference "knowledge-bases" listKnowledgeTags,
    path { base: KnowledgeBaseId },
    query { workspace: WorkspaceId = "workspaceId" },
}

object! {
    /// A tag that a knowledge base defines.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct Tag {
        /// The name by which people and filters know it.
        pub display_name: String = "displayName",
        /// The slot that holds its values, such as `tag1`.
        pub tag_slot: String = "tagSlot",
        /// What its values are.
        pub field_type: Option<TagKind> = "fieldType" as field::word,
    }
}

open_enum! {
    /// What the values of a tag are.
    TagKind {
        /// Values are texts of any length.
        Text = "text",
        /// Values are whole or other numbers.
        Number = "number",
        /// Values are dates without a time.
        Date = "date",
        /// Values are true or false.
        Boolean = "boolean",
    }
}

open_enum! {
    /// How a filter compares the value of a tag.
    TagOperator {
        /// The value is equal.
        Equal = "eq",
        /// The value is not equal.
        NotEqual = "neq",
        /// The text contains another.
        Contains = "contains",
        /// The text does not contain another.
        NotContains = "not_contains",
        /// The text starts with another.
        StartsWith = "starts_with",
        /// The text ends with another.
        EndsWith = "ends_with",
        /// The value is greater, or later.
        Greater = "gt",
        /// The value is greater, later or equal.
        GreaterOrEqual = "gte",
        /// The value is less, or earlier.
        Less = "lt",
        /// The value is less, earlier or equal.
        LessOrEqual = "lte",
        /// The value is between two others.
        Between = "between",
    }
}

/// A value of a tag. A date is the text `2026-01-31`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum TagValue {
    /// A text, or a date as text.
    Text(String),
    /// A whole or other number.
    Number(serde_json::Number),
    /// True or false, nothing else.
    Boolean(bool),
    /// No value at all.
    None,
}

impl<'de> Deserialize<'de> for TagValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Value::deserialize(deserializer)? {
            Value::String(text) => Self::Text(text),
            Value::Number(number) => Self::Number(number),
            Value::Bool(value) => Self::Boolean(value),
            _ => Self::None,
        })
    }
}

impl From<&str> for TagValue {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for TagValue {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i32> for TagValue {
    fn from(number: i32) -> Self {
        Self::Number(number.into())
    }
}

impl From<f64> for TagValue {
    fn from(number: f64) -> Self {
        serde_json::Number::from_f64(number).map_or(Self::None, Self::Number)
    }
}

impl From<bool> for TagValue {
    fn from(value: bool) -> Self {
        Self::Boolean(value)
    }
}

/// The values of a document by the names of its tags. Where a knowledge base does not define a tag, its slot is the name.
pub type TagValues = BTreeMap<String, TagValue>;

/// A condition on a tag.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct TagFilter {
    /// The name of the tag; the knowledge base must define it.
    pub tag_name: String,
    /// What its values are; `None` lets the server look.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field_type: Option<TagKind>,
    /// How values compare; `None` is equality.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operator: Option<TagOperator>,
    /// What values compare with.
    pub value: TagValue,
    /// The upper end for [`TagOperator::Between`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value_to: Option<TagValue>,
}

impl TagFilter {
    /// Keeps what has this value.
    pub fn equals(tag: impl Into<String>, value: impl Into<TagValue>) -> Self {
        Self {
            tag_name: tag.into(),
            field_type: None,
            operator: None,
            value: value.into(),
            value_to: None,
        }
    }

    /// Keeps what compares so.
    pub fn new(tag: impl Into<String>, operator: TagOperator, value: impl Into<TagValue>) -> Self {
        Self { operator: Some(operator), ..Self::equals(tag, value) }
    }

    /// Keeps what is between two values, these included.
    pub fn between(
        tag: impl Into<String>,
        from: impl Into<TagValue>,
        to: impl Into<TagValue>,
    ) -> Self {
        Self { value_to: Some(to.into()), ..Self::new(tag, TagOperator::Between, from) }
    }

    /// Says what the values of the tag are.
    #[must_use]
    pub fn kind(mut self, kind: TagKind) -> Self {
        self.field_type = Some(kind);
        self
    }
}

json_params!(TagFilter);

/// Conditions on tags that must all hold, at most 10. In a query they are JSON.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TagFilters(pub Vec<TagFilter>);

impl<const LEN: usize> From<[TagFilter; LEN]> for TagFilters {
    fn from(filters: [TagFilter; LEN]) -> Self {
        Self(filters.into())
    }
}

impl From<Vec<TagFilter>> for TagFilters {
    fn from(filters: Vec<TagFilter>) -> Self {
        Self(filters)
    }
}

impl Param for TagFilters {
    fn text(&self) -> Cow<'_, str> {
        Cow::Owned(serde_json::to_string(self).unwrap_or_default())
    }
}
