//! A list that a parameter of an operation takes.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::Param;

/// The list that a parameter of an operation takes. Anything that iterates over values which convert into its items
/// becomes one: an array, a `Vec`, a set.
///
/// ```
/// use sim_core::logs::ListLogs;
///
/// let ids = vec![String::from("wf-3")];
/// # drop((
/// ListLogs::new("ws-1").workflows(["wf-1", "wf-2"]),
/// ListLogs::new("ws-1").workflows(&ids),
/// # ));
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct List<T>(Vec<T>);

impl<T> List<T> {
    /// Returns the items in their order, as they are sent.
    pub fn as_slice(&self) -> &[T] {
        &self.0
    }
}

impl<T, I: IntoIterator<Item: Into<T>>> From<I> for List<T> {
    fn from(items: I) -> Self {
        Self(items.into_iter().map(Into::into).collect())
    }
}

impl<T> From<List<T>> for Vec<T> {
    fn from(list: List<T>) -> Self {
        list.0
    }
}

/// Joins the items with commas.
impl<T: Param> Param for List<T> {
    fn text(&self) -> Cow<'_, str> {
        self.0.text()
    }
}
