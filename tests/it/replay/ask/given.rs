//! The parameters of a recorded request beside its path, taken one by one.

use std::str::FromStr;

use serde_json::{Map, Value};
use simstudio::WorkflowId;
use simstudio::jiff::Timestamp;

use super::pairs;
use crate::replay::record::Record;

/// The parameters and body fields that nobody has taken yet.
pub(super) struct Given(Map<String, Value>);

impl Given {
    pub(super) fn by(record: &Record) -> Self {
        let query = pairs(record.path_and_query().1).into_iter();
        let mut given: Map<_, _> = query.map(|(name, text)| (name, text.into())).collect();
        if let Some(Value::Object(body)) = record.sent() {
            given.extend(body);
        }
        Self(given)
    }

    pub(super) fn text(&mut self, name: &str) -> Option<String> {
        self.0.remove(name)?.as_str().map(str::to_owned)
    }

    pub(super) fn json(&mut self, name: &str) -> Option<Value> {
        self.0.remove(name)
    }

    pub(super) fn number(&mut self, name: &str) -> Option<u32> {
        match self.0.remove(name)? {
            Value::String(text) => text.parse().ok(),
            other => other.as_u64()?.try_into().ok(),
        }
    }

    pub(super) fn flag(&mut self, name: &str) -> Option<bool> {
        bool::from_str(&self.text(name)?).ok()
    }

    pub(super) fn time(&mut self, name: &str) -> Option<Timestamp> {
        self.text(name)?.parse().ok()
    }

    pub(super) fn workflows(&mut self, name: &str) -> Option<Vec<WorkflowId>> {
        Some(self.text(name)?.split(',').map(WorkflowId::from).collect())
    }

    /// Returns the request if it took everything.
    pub(super) fn all_in<T>(&self, request: T) -> Option<T> {
        self.0.is_empty().then_some(request)
    }
}

/// Sets the given parameters of a request: the name in the API, the setter, and the type of the value.
macro_rules! set {
    ($request:expr, $given:ident { $($name:literal: $setter:ident $read:ident),+ $(,)? }) => {{
        let mut request = $request;
        $(if let Some(value) = $given.$read($name) {
            request = set!(@ request $setter $read value);
        })+
        request
    }};
    // Text is borrowed: ids and vocabularies are created from it.
    (@ $request:ident $setter:ident text $value:ident) => { $request.$setter($value.as_str()) };
    (@ $request:ident $setter:ident $read:ident $value:ident) => { $request.$setter($value) };
}
pub(super) use set;
