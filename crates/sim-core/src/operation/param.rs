//! The parts of a request besides its path: the query string and the fields of a JSON body.

use std::any::Any;

use http::{HeaderMap, HeaderName, HeaderValue};
use percent_encoding::utf8_percent_encode;
use serde::Serialize;
use serde_json::Value;

use crate::error::{Error, Result};
use crate::primitives::{Param, RunId, UNRESERVED, WorkflowId, json};
use crate::wire::RequestBody;

/// A query string that is being built.
#[derive(Debug, Clone, Default)]
pub struct Query(String);

impl Query {
    /// Adds a parameter; does nothing if `value` is `None`.
    pub fn add<T: Param>(&mut self, name: &str, value: Option<&T>) {
        if let Some(value) = value {
            self.pair(name, &value.text());
        }
    }

    /// Adds a name and its value; encodes both.
    pub fn pair(&mut self, name: &str, value: &str) {
        if !self.0.is_empty() {
            self.0.push('&');
        }
        self.0.extend(utf8_percent_encode(name, UNRESERVED));
        self.0.push('=');
        self.0.extend(utf8_percent_encode(value, UNRESERVED));
    }

    /// Returns the query, without its `?`.
    pub fn finish(self) -> String {
        self.0
    }
}

/// The change that an update makes to an optional value.
#[derive(Debug, Clone)]
pub enum Change<T> {
    /// Keeps the value: the body leaves the field out.
    Keep,
    /// Clears the value: the body sends `null`.
    Clear,
    /// Sets the value to this.
    Set(T),
}

/// A JSON object that is being built.
#[derive(Debug, Default)]
pub struct JsonBody(Vec<u8>);

impl JsonBody {
    /// Adds a field; does nothing if `value` is `None`. An object without fields is still a body.
    ///
    /// # Errors
    /// If the value cannot be written as JSON.
    pub fn add<T: Serialize>(&mut self, name: &str, value: Option<&T>) -> Result<()> {
        match value {
            None => {
                self.open();
                Ok(())
            }
            Some(value) => self.field(name, value),
        }
    }

    /// Adds the field as the change says.
    ///
    /// # Errors
    /// If the value cannot be written as JSON.
    pub fn change<T: Serialize>(&mut self, name: &str, value: &Change<T>) -> Result<()> {
        match value {
            Change::Keep => self.add(name, None::<&T>),
            Change::Clear => self.field(name, &Value::Null),
            Change::Set(value) => self.field(name, value),
        }
    }

    fn open(&mut self) {
        if self.0.is_empty() {
            self.0.push(b'{');
        }
    }

    fn field<T: Serialize>(&mut self, name: &str, value: &T) -> Result<()> {
        self.open();
        if self.0.len() > 1 {
            self.0.push(b',');
        }
        let written = serde_json::to_writer(&mut self.0, name).and_then(|()| {
            self.0.push(b':');
            let start = self.0.len();
            serde_json::to_writer(&mut self.0, value)?;
            json::check_finite(value, &self.0[start..])
        });
        written.map_err(|error| Error::request(format!("{name} cannot be serialised: {error}")))
    }

    /// Returns the object as a body; the empty body if nothing was added.
    pub fn finish(mut self) -> RequestBody {
        if self.0.is_empty() {
            return RequestBody::Empty;
        }
        self.0.push(b'}');
        RequestBody::Bytes(self.0.into())
    }
}

/// Returns a parameter of a path if it is the id of a run: the call then concerns that run.
pub fn as_run(parameter: &dyn Any) -> Option<&RunId> {
    parameter.downcast_ref()
}

/// Returns a parameter of a path if it is the id of a workflow: the call is then about that workflow.
pub fn as_workflow(parameter: &dyn Any) -> Option<&WorkflowId> {
    parameter.downcast_ref()
}

/// Adds a header; does nothing if `value` is `None`. Nothing logs the value.
///
/// # Errors
/// If the value cannot be sent in a header.
pub fn header<T: Param>(
    headers: &mut HeaderMap,
    name: &'static str,
    value: Option<&T>,
) -> Result<()> {
    if let Some(value) = value {
        let mut sent = HeaderValue::from_str(&value.text())
            .map_err(|_| Error::request(format!("the header {name} cannot be sent as it is")))?;
        sent.set_sensitive(true);
        headers.insert(HeaderName::from_static(name), sent);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use jiff::Timestamp;

    use super::*;

    #[test]
    fn a_header_of_an_operation_is_kept_out_of_logs() {
        let mut headers = HeaderMap::new();
        header(&mut headers, "upload-token", Some(&"hush".to_owned())).expect("it can be sent");
        header(&mut headers, "left-out", None::<&String>).expect("nothing to send");
        assert_eq!(
            (headers.len(), &headers["upload-token"]),
            (1, &HeaderValue::from_static("hush"))
        );
        assert!(!format!("{headers:?}").contains("hush"));
        assert!(header(&mut headers, "upload-token", Some(&"a\nb".to_owned())).is_err());
    }

    #[test]
    fn both_sides_of_a_query_are_encoded() {
        let mut query = Query::default();
        query.add("a b", Some(&"x&y=ä/%".to_owned()));
        query.add("left out", None::<&String>);
        query.add("list", Some(&vec!["one".to_owned(), "two".to_owned()]));
        query.add("for", Some(&Duration::from_micros(1_500_999)));
        query.add("since", Timestamp::from_second(1_795_458_384).ok().as_ref());
        assert_eq!(
            query.finish(),
            "a%20b=x%26y%3D%C3%A4%2F%25&list=one%2Ctwo&for=1500&since=2026-11-23T18%3A26%3A24Z"
        );
    }

    fn written(body: JsonBody) -> Option<String> {
        match body.finish() {
            RequestBody::Bytes(json) => String::from_utf8(json.to_vec()).ok(),
            _ => None,
        }
    }

    #[test]
    fn null_and_absent_and_present_are_three_things() {
        let body = |change: Change<&str>| {
            let mut body = JsonBody::default();
            body.change("a", &change).expect("it serialises");
            written(body)
        };
        assert_eq!(body(Change::Keep).as_deref(), Some("{}"));
        assert_eq!(body(Change::Clear).as_deref(), Some(r#"{"a":null}"#));
        assert_eq!(body(Change::Set("x")).as_deref(), Some(r#"{"a":"x"}"#));
        assert_eq!(written(JsonBody::default()), None);
    }

    #[test]
    fn a_body_is_json_whatever_is_left_out() {
        let mut body = JsonBody::default();
        body.add("a", None::<&u32>).expect("it serialises");
        body.add("b", Some(&"\"")).expect("it serialises");
        body.add("c", Some(&[1, 2])).expect("it serialises");
        assert_eq!(written(body).as_deref(), Some(r#"{"b":"\"","c":[1,2]}"#));
    }
}
