//! Samples of what a schema allows: every field, and each alternative and each word at least once.

use std::path::Path;

use serde_json::{Map, Value, json};
use sim_platform::wire::Wire;

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// A published document.
pub(crate) struct Document(Value);

/// An operation of a document.
pub(crate) struct Operation<'a> {
    pub(crate) id: &'a str,
    path: &'a str,
    whole: &'a Value,
    declared: &'a Value,
}

impl Document {
    pub(crate) fn read(path: &Path) -> Self {
        let text =
            std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Self(serde_json::from_slice(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display())))
    }

    pub(crate) fn operations(&self) -> impl Iterator<Item = Operation<'_>> {
        let paths = self.0["paths"].as_object().into_iter().flatten();
        paths.flat_map(move |(path, methods)| {
            METHODS.iter().filter_map(move |method| {
                let declared = methods.get(method)?;
                let id = declared["operationId"].as_str()?;
                Some(Operation { id, path, whole: &self.0, declared })
            })
        })
    }
}

impl Operation<'_> {
    /// Requests with all parameters, one for each sample of the body or of a parameter.
    pub(crate) fn requests(&self) -> Vec<Wire> {
        let content = &self.declared["requestBody"]["content"];
        if let Some(form) = content.get("multipart/form-data") {
            assert!(form.is_object());
            return vec![self.request(0, b"--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\ncontent-type: text/plain\r\n\r\nx\r\n--b--\r\n", &[("content-type", "multipart/form-data; boundary=b")])];
        }
        let bodies = match content.get("application/json") {
            Some(json) => samples(self.whole, &json["schema"], "", &mut Vec::new()),
            None => vec![Value::Null],
        };
        let most = self.parameters().map(|(_, _, values)| values.len()).chain([bodies.len()]).max();
        let bodies = bodies.iter().cycle().take(most.unwrap_or(1)).enumerate();
        let sent = |body: &Value| if body.is_null() { Vec::new() } else { body.to_string().into() };
        bodies.map(|(at, body)| self.request(at, &sent(body), &[])).collect()
    }

    fn request(&self, at: usize, body: &[u8], headers: &[(&str, &str)]) -> Wire {
        let parameters: Vec<_> = self.parameters().collect();
        let segment = |s: &str| match s.strip_prefix('{').and_then(|s| s.strip_suffix('}')) {
            None => s.to_owned(),
            Some(name) => {
                let of_it = parameters.iter().find(|(place, n, _)| (*place, *n) == ("path", name));
                let number = of_it.and_then(|(_, _, values)| values[0].parse::<u32>().ok());
                number.map_or_else(|| "id-1".to_owned(), |number| number.to_string())
            }
        };
        let mut target = self.path.split('/').map(segment).collect::<Vec<_>>().join("/");
        let mut all = headers.to_vec();
        for (place, name, values) in &parameters {
            let value = &values[at % values.len()];
            match *place {
                "query" => {
                    let mark = if target.contains('?') { '&' } else { '?' };
                    target = format!("{target}{mark}{name}={value}");
                }
                "header" => all.push((name, value)),
                _ => {}
            }
        }
        Wire::new(&target, all, body.to_vec())
    }

    /// Place, name and samples of each parameter.
    fn parameters(&self) -> impl Iterator<Item = (&str, &str, Vec<String>)> {
        let list = self.declared["parameters"].as_array().into_iter().flatten();
        list.filter_map(|parameter| {
            let (place, name) = (parameter["in"].as_str()?, parameter["name"].as_str()?);
            let values = samples(self.whole, &parameter["schema"], name, &mut Vec::new());
            let spelt =
                |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let values: Vec<_> = values.iter().map(spelt).collect();
            // A switch has several words that say the same.
            let is_switch = ["true", "false"].iter().all(|word| values.iter().any(|v| v == word));
            let values = if is_switch { vec!["true".into(), "false".into()] } else { values };
            let values = if name == "tagFilters" { vec![TAG_FILTERS.into()] } else { values };
            Some((place, name, values))
        })
    }

    /// Answers of success, one for each sample.
    pub(crate) fn answers(&self) -> Vec<Value> {
        let responses = self.declared["responses"].as_object().into_iter().flatten();
        let success = responses.filter(|(status, _)| status.starts_with('2'));
        let schemas = success.filter_map(|(_, r)| r["content"]["application/json"].get("schema"));
        schemas.flat_map(|schema| samples(self.whole, schema, "", &mut Vec::new())).collect()
    }
}

/// The document says only that it is text.
const TAG_FILTERS: &str = r#"[{"tagName":"a","operator":"eq","value":"b"}]"#;

/// Values that together have all that a schema has. None where it can only go on for ever.
fn samples<'a>(
    whole: &'a Value,
    schema: &'a Value,
    name: &str,
    within: &mut Vec<&'a str>,
) -> Vec<Value> {
    if let Some(reference) = schema["$ref"].as_str() {
        if within.iter().filter(|outer| **outer == reference).count() > 1 {
            return Vec::new();
        }
        within.push(reference);
        let there = whole.pointer(&reference[1..]).expect("what is referred to");
        let values = samples(whole, there, name, within);
        within.pop();
        return values;
    }
    if let Some(only) = schema.get("const") {
        return vec![only.clone()];
    }
    if let Some(words) = schema["enum"].as_array() {
        return words.clone();
    }
    for either in ["anyOf", "oneOf"] {
        if let Some(forms) = schema[either].as_array() {
            // The whole may name what all forms have, or repeat a form's format.
            let form = |form: &'a Value| {
                let dated = schema["format"] == "date-time" && form["type"] == "string";
                if dated { vec![json!(TIME)] } else { samples(whole, form, name, within) }
            };
            return forms.iter().flat_map(form).collect();
        }
    }
    if let Some(parts) = schema["allOf"].as_array() {
        let mut all = Map::new();
        for part in parts {
            let sample = samples(whole, part, name, within).into_iter().next().unwrap_or_default();
            all.extend(sample.as_object().cloned().unwrap_or_default());
        }
        return vec![Value::Object(all)];
    }
    let types: Vec<_> = match &schema["type"] {
        Value::Array(types) => types.iter().filter_map(Value::as_str).collect(),
        one => one.as_str().into_iter().collect(),
    };
    if types.is_empty() {
        return vec![json!({"free": [1, "in form"]})];
    }
    types.into_iter().flat_map(|kind| of_type(whole, schema, kind, name, within)).collect()
}

const TIME: &str = "2026-01-02T03:04:05.678Z";

fn of_type<'a>(
    whole: &'a Value,
    schema: &'a Value,
    kind: &str,
    name: &str,
    within: &mut Vec<&'a str>,
) -> Vec<Value> {
    let is_time = schema["format"] == "date-time" || name.ends_with("At");
    match kind {
        "null" => vec![Value::Null],
        "boolean" => vec![json!(true), json!(false)],
        "integer" | "number" => vec![json!(schema["minimum"].as_u64().unwrap_or(7).max(7))],
        "string" if is_time => vec![json!(TIME)],
        "string" if schema["format"] == "date" || name.starts_with("date") => {
            vec![json!("2026-01-02")]
        }
        "string" if schema["format"] == "uri" => vec![json!("https://host.example/path")],
        "string" => vec![json!(format!("text-{name}"))],
        "array" => {
            let items = samples(whole, &schema["items"], name, within);
            if items.is_empty() { Vec::new() } else { vec![Value::Array(items)] }
        }
        "object" => object(whole, schema, within),
        other => panic!("a type {other}"),
    }
}

fn object<'a>(whole: &'a Value, schema: &'a Value, within: &mut Vec<&'a str>) -> Vec<Value> {
    let mut fields = Vec::new();
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        let values = samples(whole, field, name, within);
        let required = schema["required"].as_array().into_iter().flatten().any(|r| r == name);
        if values.is_empty() && required {
            return Vec::new();
        }
        if !values.is_empty() {
            fields.push((name.clone(), values));
        }
    }
    if let Some(free) = schema.get("additionalProperties").filter(|free| free.is_object()) {
        if fields.is_empty() {
            let values = samples(whole, free, "", within);
            fields.extend(
                values.into_iter().enumerate().map(|(at, v)| (format!("free-{at}"), vec![v])),
            );
        }
    }
    let most = fields.iter().map(|(_, values)| values.len()).max().unwrap_or(1);
    // More rounds, in each of which a value meets other values of its neighbours.
    let rounds = if (2..=4).contains(&most) { 4 } else { 1 };
    let at = |number: usize| {
        let pick = |(place, (name, values)): (usize, &(String, Vec<Value>))| {
            let at = number + (number / most) * (place * place * 7 + place) / 3;
            (name.clone(), values[at % values.len()].clone())
        };
        fields.iter().enumerate().map(pick).collect()
    };
    let mut values: Vec<_> = (0..most * rounds).map(|number| Value::Object(at(number))).collect();
    values.dedup();
    values
}
