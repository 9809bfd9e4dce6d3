//! The actions of a peer in a case, without values that differ each time: addresses, ids, times.

use serde_json::{Map, Value, json};
use sim_mock::{Request, Sim};

/// The outcome of each step, and the requests to the server.
pub(crate) struct Record {
    /// The number and the method of each step, and its outcome.
    pub(crate) outcomes: Vec<(String, Value)>,
    /// The method, the target and the body of each request.
    pub(crate) requests: Vec<Value>,
    /// The method and the headers of each request.
    pub(crate) headers: Vec<(String, Map<String, Value>)>,
}

impl Record {
    pub(crate) fn new(sim: &Sim, outcomes: Vec<(String, Value)>) -> Self {
        let url = sim.url();
        let settle = |(label, outcome): (String, Value)| (label, settled(&outcome, url));
        let requests = sim.requests();
        Self {
            outcomes: outcomes.into_iter().map(settle).collect(),
            requests: requests.iter().map(|request| told(request, url)).collect(),
            headers: requests.iter().map(|request| headers(request, url)).collect(),
        }
    }
}

fn told(request: &Request, url: &str) -> Value {
    let text = String::from_utf8_lossy(&request.body).into_owned();
    let body = if text.is_empty() { Value::Null } else { request.json().unwrap_or(text.into()) };
    json!({
        "method": request.method,
        "target": settled_text(&request.target, url),
        "body": body,
    })
}

fn headers(request: &Request, url: &str) -> (String, Map<String, Value>) {
    let value = |name: &str, value: &str| match name {
        "content-length" => "{length}".to_owned(),
        "host" if url.ends_with(value) => "{host}".to_owned(),
        // Versions change more often than this test should.
        "user-agent" | "x-sim-client-info" => {
            value.split('/').next().unwrap_or_default().to_owned()
        }
        _ => settled_text(value, url),
    };
    let each = request.headers.iter().map(|(name, text)| (name.clone(), value(name, text).into()));
    (request.method.clone(), each.collect())
}

/// Returns an outcome with keys in snake case, and placeholders for values that differ each time.
fn settled(value: &Value, url: &str) -> Value {
    match value {
        Value::Object(fields) => {
            let field = |(key, inner): (&String, &Value)| {
                let inner = match key.as_str() {
                    "duration" | "durationMs" | "duration_ms" if inner.is_number() => {
                        json!("{ms}")
                    }
                    // Whole numbers come from the test.
                    "total_duration" if inner.as_f64().is_some_and(|ms| ms.fract() != 0.0) => {
                        json!("{ms}")
                    }
                    "requestId" => json!("{request}"),
                    // The workflow chose these keys.
                    "output" => with_texts(inner, url),
                    _ => settled(inner, url),
                };
                (snake(key), inner)
            };
            fields.iter().map(field).collect()
        }
        Value::Array(items) => items.iter().map(|item| settled(item, url)).collect(),
        Value::String(text) => settled_text(text, url).into(),
        other => other.clone(),
    }
}

fn with_texts(value: &Value, url: &str) -> Value {
    match value {
        Value::Object(fields) => {
            fields.iter().map(|(key, inner)| (key.clone(), with_texts(inner, url))).collect()
        }
        Value::Array(items) => items.iter().map(|item| with_texts(item, url)).collect(),
        Value::String(text) => settled_text(text, url).into(),
        other => other.clone(),
    }
}

fn snake(key: &str) -> String {
    let mut snake = String::new();
    for letter in key.chars() {
        if letter.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

fn settled_text(text: &str, url: &str) -> String {
    let text = text.replace(url, "{url}");
    let is_time = text.len() >= 20 && text.ends_with('Z') && text.get(10..11) == Some("T");
    if is_time && text.starts_with("20") { "{time}".to_owned() } else { without_ids(&text) }
}

/// Replaces UUIDs and hexadecimal numbers of 128 bits.
fn without_ids(text: &str) -> String {
    let part = |c: char| c.is_ascii_hexdigit() || c == '-';
    let mut settled = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(|c| part(c) || c == '%') {
        // The two digits of an encoded byte are not part of an id.
        let encoded = if rest[start..].starts_with('%') { 3 } else { 0 };
        let start = rest.len().min(start + encoded);
        let end = rest[start..].find(|c| !part(c)).map_or(rest.len(), |length| start + length);
        let run = &rest[start..end];
        let digits = run.chars().filter(|c| *c != '-').count();
        let is_id = digits == 32 && (run.len() == 32 || run.len() == 36);
        settled.push_str(&rest[..start]);
        settled.push_str(if is_id { "{id}" } else { run });
        rest = &rest[end..];
    }
    settled + rest
}

#[test]
fn what_differs_each_time_is_replaced() {
    let url = "http://127.0.0.1:5000";
    let id = "5f3c2a90-5d6e-4a80-9a8d-0f6f6f2f9b11";
    assert_eq!(settled_text(&format!("{url}/x/{id}"), url), "{url}/x/{id}");
    assert_eq!(settled_text(&"0123456789abcdef".repeat(2), url), "{id}");
    assert_eq!(settled_text(&format!("a%3A{id}/%3"), url), "a%3A{id}/%3");
    assert_eq!(settled_text("2026-11-23T18:26:24.158Z", url), "{time}");
    assert_eq!(settled_text("bad-cafe", url), "bad-cafe");
    let value = json!({"startTime": "x", "duration": 1.5, "output": {"keptAs": id}});
    let wanted = json!({"start_time": "x", "duration": "{ms}", "output": {"keptAs": "{id}"}});
    assert_eq!(settled(&value, url), wanted);
}
