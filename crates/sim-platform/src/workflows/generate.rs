//! The Rust struct of a workflow's input, as text.

use std::collections::HashSet;
use std::fmt::Write as _;

use sim_core::{Error, Result};

use super::{InputField, Workflow};

/// The words that cannot name a field, or only with `r#`.
const KEYWORDS: &str = "abstract as async await become box break const continue do dyn else enum extern false final fn \
    for gen if impl in let loop macro match mod move mut override priv pub ref return static struct trait true try type \
    typeof unsafe unsized use virtual where while yield";

impl Workflow {
    /// Returns the text of a Rust struct with the fields that the workflow declares, ready to compile in a program that
    /// has `serde` with its derive, `serde_json` and `simstudio`. `name` is the name of the struct.
    ///
    /// The types follow those of the editor. A field of a type that this version does not know is a `Value`.
    ///
    /// # Errors
    /// If `name` cannot name a type, or if this workflow does not tell its fields: read it with
    /// [`GetWorkflow`](super::GetWorkflow), once it is deployed.
    pub fn rust_struct(&self, name: &str) -> Result<String> {
        let is_type = name.starts_with(|c: char| c.is_ascii_uppercase())
            && name.chars().all(|c| c.is_ascii_alphanumeric())
            && name != "Self";
        if !is_type {
            return Err(Error::request(format!("{name:?} cannot name a struct")));
        }
        let mut text = String::new();
        let title = one_line(&self.name);
        let _ = writeln!(text, "/// The input of the workflow {title:?}.");
        text.push_str("#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]\n");
        let _ = writeln!(text, "pub struct {name} {{");
        let mut taken = HashSet::new();
        for field in self.declared_inputs()? {
            write_field(&mut text, field, &mut taken);
        }
        text.push_str("}\n");
        Ok(text)
    }
}

fn write_field(text: &mut String, field: &InputField, taken: &mut HashSet<String>) {
    for line in field.description.iter().flat_map(|description| description.lines()) {
        let _ = writeln!(text, "    /// {}", one_line(line));
    }
    let base = snake_case(&field.name);
    let mut name = base.clone();
    let mut number = 2;
    while !taken.insert(name.clone()) {
        name = format!("{base}_{number}");
        number += 1;
    }
    if name != field.name {
        let _ = writeln!(text, "    #[serde(rename = {:?})]", field.name);
    }
    let is_keyword = KEYWORDS.split_whitespace().any(|word| word == name);
    let raw = if is_keyword { "r#" } else { "" };
    let _ = writeln!(text, "    pub {raw}{name}: {},", type_of(field.kind.as_deref()));
}

fn type_of(kind: Option<&str>) -> &'static str {
    match kind {
        Some("string") => "String",
        Some("number") => "serde_json::Number",
        Some("boolean") => "bool",
        Some("object") => "serde_json::Map<String, serde_json::Value>",
        Some("array") => "Vec<serde_json::Value>",
        _ => "serde_json::Value",
    }
}

/// Returns a name for a field: lower case, with `_` in place of what cannot be in one.
fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    let mut was_lower = false;
    for c in name.chars() {
        if c.is_ascii_alphanumeric() {
            if c.is_ascii_uppercase() && was_lower {
                snake.push('_');
            }
            was_lower = !c.is_ascii_uppercase();
            snake.push(c.to_ascii_lowercase());
        } else {
            was_lower = false;
            if !snake.ends_with('_') {
                snake.push('_');
            }
        }
    }
    let snake = snake.trim_matches('_');
    match snake {
        "" => "field".to_owned(),
        "self" | "super" | "crate" => format!("{snake}_"),
        _ if snake.starts_with(|c: char| c.is_ascii_digit()) => format!("_{snake}"),
        _ => snake.to_owned(),
    }
}

/// Returns a text without what would end or garble a line of a comment.
fn one_line(text: &str) -> String {
    let garbles =
        |c: char| c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().map(|c| if garbles(c) { ' ' } else { c }).collect::<String>().trim().to_owned()
}
