//! The check of a program's input against the fields that a workflow declares.

use std::fmt;

use serde::Serialize;
use serde_json::Value;
use sim_core::{Error, Result};

use super::{InputField, Workflow};

/// A difference between an input and the fields that its workflow declares. The server accepts such an input: a field
/// that it does not know is ignored, and one that is missing is empty.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Misfit {
    /// The workflow declares no field of this name.
    Unknown {
        /// The name of the field.
        field: String,
    },
    /// The input does not have this field.
    Missing {
        /// The name of the field.
        field: String,
    },
    /// The field has another type than the workflow declares.
    Kind {
        /// The name of the field.
        field: String,
        /// The type that the workflow declares, in the words of the editor.
        declared: String,
    },
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { field } => write!(f, "the workflow has no field {field:?}"),
            Self::Missing { field } => write!(f, "the field {field:?} is missing"),
            Self::Kind { field, declared } => write!(f, "the field {field:?} is no {declared}"),
        }
    }
}

impl Workflow {
    /// Compares an input with the fields that the workflow declares, and returns each difference. A field that is
    /// `null` counts as missing, because a run cannot tell the two apart.
    ///
    /// # Errors
    /// If the input cannot be serialised or is no object, or if this workflow does not tell its fields: read it with
    /// [`GetWorkflow`](super::GetWorkflow), once it is deployed.
    pub fn misfits(&self, input: &(impl Serialize + ?Sized)) -> Result<Vec<Misfit>> {
        let declared = self.declared_inputs()?;
        let unfit = |why: &dyn fmt::Display| Error::request(format!("the input {why}"));
        let input = serde_json::to_value(input)
            .map_err(|error| unfit(&format_args!("cannot be serialised: {error}")))?;
        let fields = match input {
            Value::Object(fields) => fields,
            Value::Null => serde_json::Map::new(),
            _ => return Err(unfit(&"is no object, so it has no fields")),
        };
        let unknown =
            fields.keys().filter(|name| declared.iter().all(|field| field.name != **name));
        let unknown = unknown.map(|field| Misfit::Unknown { field: field.clone() });
        let known = declared.iter().filter_map(|field| match fields.get(&field.name) {
            None | Some(Value::Null) => Some(Misfit::Missing { field: field.name.clone() }),
            Some(value) => {
                let declared = field.kind.clone().filter(|kind| !is_of(value, kind))?;
                Some(Misfit::Kind { field: field.name.clone(), declared })
            }
        });
        Ok(known.chain(unknown).collect())
    }

    /// Checks that an input has exactly the fields that the workflow declares, with their types.
    ///
    /// # Errors
    /// If there is a [difference](Self::misfits); the message names each.
    pub fn check_input(&self, input: &(impl Serialize + ?Sized)) -> Result<()> {
        let misfits: Vec<_> = self.misfits(input)?.iter().map(Misfit::to_string).collect();
        if misfits.is_empty() {
            return Ok(());
        }
        let message = format!("the input does not fit {:?}: {}", self.name, misfits.join("; "));
        Err(Error::request(message))
    }

    /// Returns the fields that the start block declares.
    pub(super) fn declared_inputs(&self) -> Result<&[InputField]> {
        self.inputs.as_deref().ok_or_else(|| {
            Error::request("the workflow does not tell its input fields: read it with GetWorkflow")
        })
    }
}

/// Returns whether a value has a type of the editor. An unknown type allows every value.
fn is_of(value: &Value, kind: &str) -> bool {
    match kind {
        "string" => value.is_string(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "object" => value.is_object(),
        "array" => value.is_array(),
        // The server takes a single file, too.
        "file[]" | "files" => value.is_array() || value.is_object(),
        _ => true,
    }
}
