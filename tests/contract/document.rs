//! The documents of the API, in a form that can be compared.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;
use sim_core::operation::Declaration;

/// The operations by their route: the method and the path, with `{}` for each parameter.
#[derive(Debug, Default)]
pub(crate) struct Document(pub(crate) BTreeMap<String, Operation>);

/// An operation as a document has it.
#[derive(Debug, Default)]
pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) query: Parameters,
    pub(crate) headers: Parameters,
    pub(crate) body: Parameters,
}

/// Parameters or fields by their name.
pub(crate) type Parameters = BTreeMap<String, Parameter>;

/// A parameter or field as a document has it.
#[derive(Debug, Default)]
pub(crate) struct Parameter {
    pub(crate) required: bool,
    pub(crate) nullable: bool,
    pub(crate) words: Vec<String>,
}

impl Document {
    /// Reads the operations of published files.
    pub(crate) fn published(folder: &Path, files: &[&str]) -> Self {
        let mut document = Self::default();
        for file in files {
            let whole = read(folder, file);
            for (path, methods) in entries(&whole["paths"]) {
                for (method, operation) in entries(methods) {
                    let read = Operation::published(&whole, operation);
                    document.0.insert(route(method, path), read);
                }
            }
        }
        document
    }

    /// Reads the operations from the list of the command-line client.
    pub(crate) fn newer(folder: &Path, file: &str) -> Self {
        let whole = read(folder, file);
        let operations = entries(&whole).map(|(id, operation)| {
            let text = |name: &str| operation[name].as_str().unwrap_or_default();
            let group = |name: &str| {
                let fields = entries(&operation[name]);
                fields.map(|(name, field)| (name.clone(), Parameter::newer(field))).collect()
            };
            let (query, headers, body) = (group("query"), group("headers"), group("body"));
            let operation = Operation { id: id.clone(), query, headers, body };
            (route(text("method"), text("path")), operation)
        });
        Self(operations.collect())
    }

    /// Returns the operation of a declaration, or `None` if the document lacks it.
    pub(crate) fn of(&self, declared: &Declaration) -> Option<&Operation> {
        self.0.get(&route(declared.method, declared.path))
    }
}

impl Operation {
    fn published(whole: &Value, operation: &Value) -> Self {
        let id = operation["operationId"].as_str().unwrap_or_default().to_owned();
        let mut read = Self { id, ..Self::default() };
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let group = match parameter["in"].as_str() {
                Some("query") => &mut read.query,
                Some("header") => &mut read.headers,
                _ => continue,
            };
            let name = parameter["name"].as_str().unwrap_or_default().to_owned();
            let required = parameter["required"] == true;
            group.insert(name, Parameter::published(whole, &parameter["schema"], required));
        }
        let schema =
            resolved(whole, &operation["requestBody"]["content"]["application/json"]["schema"]);
        let required: Vec<_> = schema["required"].as_array().into_iter().flatten().collect();
        for (name, field) in entries(&schema["properties"]) {
            let required = required.iter().any(|required| *required == name);
            read.body.insert(name.clone(), Parameter::published(whole, field, required));
        }
        read
    }
}

impl Parameter {
    fn published(whole: &Value, schema: &Value, required: bool) -> Self {
        let schema = resolved(whole, schema);
        let forms = schema["anyOf"].as_array().into_iter().flatten().chain([schema]);
        let forms: Vec<_> = forms.map(|form| resolved(whole, form)).collect();
        let nullable = forms.iter().any(|form| form["type"] == "null");
        let words = words(forms.iter().flat_map(|form| texts(&form["enum"])));
        Self { required, nullable, words }
    }

    fn newer(field: &Value) -> Self {
        let required = field["required"] == true;
        Self { required, nullable: false, words: words(texts(&field["values"])) }
    }
}

/// Returns the words, or none for a switch: beside `true` and `false` other words add nothing.
fn words(words: impl Iterator<Item = String>) -> Vec<String> {
    let words: Vec<_> = words.collect();
    let is_switch = ["true", "false"].iter().all(|word| words.iter().any(|w| w == word));
    if is_switch { Vec::new() } else { words }
}

/// Follows the reference of a schema.
fn resolved<'a>(whole: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str().and_then(|path| path.strip_prefix('#')) {
        Some(path) => whole.pointer(path).unwrap_or_else(|| panic!("{path} is not there")),
        None => schema,
    }
}

fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn texts(list: &Value) -> impl Iterator<Item = String> {
    list.as_array().into_iter().flatten().filter_map(|word| word.as_str().map(str::to_owned))
}

/// Returns the method and the path, without the names of parameters.
fn route(method: &str, path: &str) -> String {
    let segments =
        path.split('/').map(|segment| if segment.starts_with('{') { "{}" } else { segment });
    format!("{} {}", method.to_uppercase(), segments.collect::<Vec<_>>().join("/"))
}

fn read(folder: &Path, file: &str) -> Value {
    let path = folder.join(file);
    let text = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_slice(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
