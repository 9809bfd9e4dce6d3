//! Filters and sort orders of rows.

use jiff::Timestamp;
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;
use sim_core::logs::SortOrder;
use sim_core::open_enum;

use crate::macros::json_params;

/// A filter of rows: conditions of which all must hold, or one.
///
/// The server takes up to 100 members a group, 500 in all, and 10 levels. A negative condition also matches rows that
/// have no value in the column.
///
/// # Examples
///
/// ```
/// use sim_platform::tables::{Filter, column};
///
/// let filter = column("status").is_in(["open", "late"])
///     .and(column("total").at_least(100).or(column("note").is_empty()));
/// assert_eq!(
///     serde_json::to_string(&filter)?,
///     r#"{"all":[{"field":"status","op":"in","value":["open","late"]},"#.to_owned()
///         + r#"{"any":[{"field":"total","op":"gte","value":100},{"field":"note","op":"isEmpty"}]}]}"#,
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(from = "Node")]
pub struct Filter {
    any: bool,
    members: Vec<Node>,
}

/// What a group is made of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Node {
    All { all: Vec<Node> },
    Any { any: Vec<Node> },
    Condition(Condition),
}

/// One condition on the values of a column. [`column()`] begins one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    field: String,
    op: FilterOperator,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    value: Option<Value>,
}

/// Tells `null` from nothing.
fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

open_enum! {
    /// How a condition compares.
    FilterOperator {
        /// The value is equal.
        Equal = "eq",
        /// The value is not equal, or there is none.
        NotEqual = "ne",
        /// The value is greater, or later.
        Greater = "gt",
        /// The value is greater, later or equal.
        GreaterOrEqual = "gte",
        /// The value is less, or earlier.
        Less = "lt",
        /// The value is less, earlier or equal.
        LessOrEqual = "lte",
        /// The value is one of a list.
        In = "in",
        /// The value is none of a list, or there is none.
        NotIn = "nin",
        /// The value contains a text, in any case; of several options, one is it.
        Contains = "contains",
        /// The opposite of `contains`, also without a value.
        NotContains = "ncontains",
        /// The value starts with a text, in any case.
        StartsWith = "startsWith",
        /// The value ends with a text, in any case.
        EndsWith = "endsWith",
        /// The value matches a pattern, case-sensitively.
        Like = "like",
        /// The value matches a pattern, in any case.
        LikeIgnoringCase = "ilike",
        /// The opposite of `like`, also without a value.
        NotLike = "nlike",
        /// The opposite of `ilike`, also without a value.
        NotLikeIgnoringCase = "nilike",
        /// There is no value, or an empty one.
        IsEmpty = "isEmpty",
        /// There is a value that is not empty.
        IsNotEmpty = "isNotEmpty",
        /// There is no value at all.
        IsNull = "isNull",
        /// There is a value, empty or not.
        IsNotNull = "isNotNull",
    }
}

/// Begins a condition on a column.
pub fn column(name: impl Into<String>) -> Operand {
    Operand(name.into())
}

/// Begins a condition on the id of the row.
pub fn row_id() -> Operand {
    column("id")
}

/// Begins a condition on the time at which the row was inserted.
pub fn created_at() -> Operand {
    column("createdAt")
}

/// Begins a condition on the time at which the row last changed.
pub fn updated_at() -> Operand {
    column("updatedAt")
}

/// What a condition is on; its methods make the condition.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Operand(String);

/// A value that a condition compares with.
#[derive(Debug, Clone, PartialEq)]
pub struct Operated(Value);

impl From<Timestamp> for Operated {
    fn from(time: Timestamp) -> Self {
        Self(Value::String(time.to_string()))
    }
}

macro_rules! operated {
    ($($type:ty),+) => {
        $(impl From<$type> for Operated {
            fn from(value: $type) -> Self {
                Self(Value::from(value))
            }
        })+
    };
}
operated!(&str, String, bool, i32, u32, i64, u64, f64, Value);

macro_rules! operators {
    ($($(#[$doc:meta])* $name:ident = $op:ident),+ $(,)?) => {
        $(
            $(#[$doc])*
            pub fn $name(self, value: impl Into<Operated>) -> Condition {
                self.compare(FilterOperator::$op, value)
            }
        )+
    };
}

macro_rules! tests {
    ($($(#[$doc:meta])* $name:ident = $op:ident),+ $(,)?) => {
        $(
            $(#[$doc])*
            pub fn $name(self) -> Condition {
                Condition { field: self.0, op: FilterOperator::$op, value: None }
            }
        )+
    };
}

// What reads as a question is a condition here.
#[allow(clippy::wrong_self_convention)]
impl Operand {
    operators! {
        /// Matches an equal value. Use [`is_null`](Self::is_null) for rows without one.
        equals = Equal,
        /// Matches another value, and rows without one.
        not_equals = NotEqual,
        /// Matches a greater number or a later date.
        above = Greater,
        /// Matches the same or a greater number or a later date.
        at_least = GreaterOrEqual,
        /// Matches a smaller number or an earlier date.
        below = Less,
        /// Matches the same or a smaller number or an earlier date.
        at_most = LessOrEqual,
        /// Matches text that contains another, in any case; in several options, one of them.
        contains = Contains,
        /// Matches what [`contains`](Self::contains) does not, also rows without a value.
        not_contains = NotContains,
        /// Matches text that starts with another, in any case.
        starts_with = StartsWith,
        /// Matches text that ends with another, in any case.
        ends_with = EndsWith,
        /// Matches a pattern in which `*` stands for any text, case-sensitively.
        like = Like,
        /// Matches what [`like`](Self::like) does not, also rows without a value.
        not_like = NotLike,
        /// Matches a pattern in which `*` stands for any text, in any case.
        like_ignoring_case = LikeIgnoringCase,
        /// Matches what [`like_ignoring_case`](Self::like_ignoring_case) does not, also rows without a value.
        not_like_ignoring_case = NotLikeIgnoringCase,
    }

    tests! {
        /// Matches rows without a value, or with an empty one.
        is_empty = IsEmpty,
        /// Matches rows with a value that is not empty.
        is_not_empty = IsNotEmpty,
        /// Matches rows without a value.
        is_null = IsNull,
        /// Matches rows with a value, empty or not.
        is_not_null = IsNotNull,
    }

    /// Matches a value that is in a list of 1 to 1000.
    pub fn is_in<V: Into<Operated>>(self, values: impl IntoIterator<Item = V>) -> Condition {
        self.list(FilterOperator::In, values)
    }

    /// Matches a value that is not in a list of 1 to 1000, and rows without one.
    pub fn is_not_in<V: Into<Operated>>(self, values: impl IntoIterator<Item = V>) -> Condition {
        self.list(FilterOperator::NotIn, values)
    }

    /// Compares by any operator, also one that this version does not know.
    pub fn compare(self, op: FilterOperator, value: impl Into<Operated>) -> Condition {
        Condition { field: self.0, op, value: Some(value.into().0) }
    }

    fn list<V: Into<Operated>>(
        self,
        op: FilterOperator,
        values: impl IntoIterator<Item = V>,
    ) -> Condition {
        let values = values.into_iter().map(|value| value.into().0).collect();
        Condition { field: self.0, op, value: Some(Value::Array(values)) }
    }
}

impl Condition {
    /// Requires another condition or filter too.
    pub fn and(self, other: impl Into<Filter>) -> Filter {
        Filter::from(self).and(other)
    }

    /// Accepts another condition or filter instead.
    pub fn or(self, other: impl Into<Filter>) -> Filter {
        Filter::from(self).or(other)
    }
}

impl Filter {
    /// Creates a filter of which all members must hold.
    pub fn all<F: Into<Self>>(members: impl IntoIterator<Item = F>) -> Self {
        Self::group(false, members)
    }

    /// Creates a filter of which one member must hold.
    pub fn any<F: Into<Self>>(members: impl IntoIterator<Item = F>) -> Self {
        Self::group(true, members)
    }

    /// Requires another condition or filter too.
    #[must_use]
    pub fn and(self, other: impl Into<Self>) -> Self {
        self.with(false, other.into())
    }

    /// Accepts another condition or filter instead.
    #[must_use]
    pub fn or(self, other: impl Into<Self>) -> Self {
        self.with(true, other.into())
    }

    fn group<F: Into<Self>>(any: bool, members: impl IntoIterator<Item = F>) -> Self {
        Self { any, members: members.into_iter().map(|member| member.into().into_node()).collect() }
    }

    /// Adds a member to a group of the same kind; another kind becomes a member itself.
    fn with(mut self, any: bool, other: Self) -> Self {
        if self.any != any && self.members.len() != 1 {
            self = Self { any, members: vec![self.into_group()] };
        }
        self.any = any;
        self.members.push(other.into_node());
        self
    }

    /// A group of one is that one.
    fn into_node(mut self) -> Node {
        match self.members.pop() {
            Some(only) if self.members.is_empty() => only,
            last => {
                self.members.extend(last);
                self.into_group()
            }
        }
    }

    fn into_group(self) -> Node {
        if self.any { Node::Any { any: self.members } } else { Node::All { all: self.members } }
    }
}

impl From<Condition> for Filter {
    fn from(condition: Condition) -> Self {
        Self { any: false, members: vec![Node::Condition(condition)] }
    }
}

impl From<Node> for Filter {
    fn from(node: Node) -> Self {
        match node {
            Node::All { all } => Self { any: false, members: all },
            Node::Any { any } => Self { any: true, members: any },
            Node::Condition(condition) => condition.into(),
        }
    }
}

/// Always as a group: bulk changes refuse a condition that stands alone.
impl Serialize for Filter {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry(if self.any { "any" } else { "all" }, &self.members)?;
        map.end()
    }
}

/// A sort key of rows. Rows without a value come last in both directions, but first for `false` before `true`
/// descending.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Sort {
    /// The name of the column, or `id`, `createdAt` or `updatedAt`.
    pub field: String,
    /// The direction of the sort.
    pub direction: SortOrder,
}

impl Sort {
    /// Sorts by a column, the smallest or oldest value first.
    pub fn ascending(field: impl Into<String>) -> Self {
        Self { field: field.into(), direction: SortOrder::Ascending }
    }

    /// Sorts by a column, the largest or newest value first.
    pub fn descending(field: impl Into<String>) -> Self {
        Self { field: field.into(), direction: SortOrder::Descending }
    }
}

json_params!(Filter, Sort);

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn sent(filter: impl Into<Filter>) -> Value {
        serde_json::to_value(filter.into()).expect("it serialises")
    }

    #[test]
    fn a_condition_alone_is_sent_as_a_group() {
        let leaf = json!({"field": "a", "op": "eq", "value": 1});
        assert_eq!(sent(column("a").equals(1)), json!({"all": [leaf]}));
    }

    #[test]
    fn groups_nest_only_where_their_kind_changes() {
        let leaf = |name: &str| json!({"field": name, "op": "isNull"});
        let is = |name: &str| column(name).is_null();
        let (a, b, c, d) = (leaf("a"), leaf("b"), leaf("c"), leaf("d"));
        assert_eq!(sent(is("a").and(is("b")).and(is("c"))), json!({"all": [a, b, c]}));
        assert_eq!(sent(is("a").or(is("b")).or(is("c"))), json!({"any": [a, b, c]}));
        assert_eq!(sent(is("a").or(is("b")).and(is("c"))), json!({"all": [{"any": [a, b]}, c]}));
        assert_eq!(
            sent(is("a").and(is("b")).or(is("c").and(is("d")))),
            json!({"any": [{"all": [a, b]}, {"all": [c, d]}]})
        );
        assert_eq!(sent(Filter::any([is("a")]).and(is("b"))), json!({"all": [a, b]}));
        assert_eq!(sent(Filter::all([is("a").or(is("b"))])), json!({"all": [{"any": [a, b]}]}));
    }

    #[test]
    fn what_was_sent_is_read_back() {
        let filter = column("a").is_in([1, 2]).and(column("b").above(2.5).or(row_id().is_null()));
        let read: Filter = serde_json::from_value(sent(filter.clone())).expect("it is read");
        assert_eq!(read, filter);
    }
}
