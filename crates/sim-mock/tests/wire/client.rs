//! A plain HTTP/1.1 client, and waiting with a deadline.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sim_mock::{Sim, Workflow};

/// An answer of the server.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("not JSON: {}", self.body))
    }

    /// Asserts status and exact body.
    pub(crate) fn assert(&self, status: u16, body: &str) {
        assert_eq!((self.status, self.body.as_str()), (status, body));
    }
}

/// A request, by default with a key that the server knows.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Call {
    /// Builds a request without any header, not even a key.
    pub(crate) fn bare(method: &str, target: impl Into<String>) -> Self {
        let headers = Vec::new();
        Self { method: method.to_owned(), target: target.into(), headers, body: Vec::new() }
    }

    fn new(method: &str, target: impl Into<String>) -> Self {
        Self::bare(method, target).header("x-api-key", sim_mock::KEY)
    }

    pub(crate) fn get(target: impl Into<String>) -> Self {
        Self::new("GET", target)
    }

    pub(crate) fn post(target: impl Into<String>) -> Self {
        Self::new("POST", target)
    }

    pub(crate) fn patch(target: impl Into<String>) -> Self {
        Self::new("PATCH", target)
    }

    pub(crate) fn delete(target: impl Into<String>) -> Self {
        Self::new("DELETE", target)
    }

    /// Sets a JSON body.
    pub(crate) fn json(self, body: &Value) -> Self {
        self.body(body.to_string())
    }

    /// Builds a request that executes a workflow with this body.
    pub(crate) fn execute(workflow: &str, body: &Value) -> Self {
        Self::post(format!("/api/workflows/{workflow}/execute")).body(body.to_string())
    }

    /// Builds a request that queues a run with this body.
    pub(crate) fn queue(workflow: &str, body: &Value) -> Self {
        Self::execute(workflow, body).header("x-execution-mode", "async")
    }

    /// Builds a request that executes a workflow through v2 with this body.
    pub(crate) fn execute_v2(workflow: &str, body: &Value) -> Self {
        Self::post(format!("/api/v2/workflows/{workflow}/execute")).body(body.to_string())
    }

    pub(crate) fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn key(mut self, key: &str) -> Self {
        key.clone_into(&mut self.headers[0].1);
        self
    }

    pub(crate) fn no_key(mut self) -> Self {
        self.headers.remove(0);
        self
    }

    /// Sends the request and leaves the connection open.
    pub(crate) fn open(&self, sim: &Sim) -> TcpStream {
        self.try_open(sim).expect("the server listens and reads")
    }

    /// Sends the request to a server that may be down.
    pub(crate) fn try_open(&self, sim: &Sim) -> io::Result<TcpStream> {
        let host = sim.url().strip_prefix("http://").expect("the URL of a server");
        let mut stream = TcpStream::connect(host)?;
        let headers: Vec<String> =
            self.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let head = format!(
            "{} {} HTTP/1.1\r\nhost: {host}\r\n{}connection: close\r\ncontent-length: {}\r\n\r\n",
            self.method,
            self.target,
            headers.concat(),
            self.body.len()
        );
        stream.write_all(head.as_bytes())?;
        stream.write_all(&self.body)?;
        Ok(stream)
    }

    pub(crate) fn send(&self, sim: &Sim) -> Answer {
        read(self.open(sim))
    }
}

/// Reads the answer to a request that was sent.
pub(crate) fn read(mut stream: TcpStream) -> Answer {
    stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a socket has timeouts");
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).expect("the server answers");
    let text = String::from_utf8(bytes).expect("the server answers in UTF-8");
    let (head, body) = text.split_once("\r\n\r\n").expect("an answer has a head");
    let mut lines = head.lines();
    let first = lines.next().expect("a head has a first line");
    let status = first.split(' ').nth(1).and_then(|code| code.parse().ok()).expect("a status");
    let headers = lines.filter_map(|line| line.split_once(": "));
    let headers = headers.map(|(name, value)| (name.to_lowercase(), value.to_owned()));
    Answer { status, headers: headers.collect(), body: body.to_owned() }
}

/// Returns the data of an answer of v2, which must have this status.
pub(crate) fn data(answer: &Answer, status: u16) -> Value {
    assert_eq!(answer.status, status, "{}", answer.body);
    answer.json()["data"].clone()
}

/// Asserts an error of v2: its status, its code, its message, its details.
pub(crate) fn assert_error(answer: &Answer, status: u16, error: &Value) {
    assert_eq!((answer.status, answer.json()), (status, json!({ "error": error })));
    assert_eq!(answer.header("cache-control"), Some("private, no-store"));
}

/// Polls until there is a value. Fails the test after a minute.
pub(crate) fn poll_until<T>(mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < deadline, "it did not happen in time");
        thread::sleep(Duration::from_millis(2));
    }
}

/// Starts a server with one workflow that greets.
pub(crate) fn greeter() -> Sim {
    Sim::builder().workflow(greet()).start().expect("a free port")
}

pub(crate) fn greet() -> Workflow {
    Workflow::new(
        "greet",
        |input: Value| json!({ "greeting": format!("Hello {}", input["name"].as_str().unwrap_or_default()) }),
    )
}

/// Asserts that an object has these keys, in the order on the wire.
pub(crate) fn assert_keys(text: &str, keys: &[&str]) {
    let value: Value = serde_json::from_str(text).expect("JSON");
    let object = value.as_object().expect("an object");
    assert_eq!(object.len(), keys.len(), "{text}");
    let mut rest = text;
    for key in keys {
        let at = rest.find(&format!("\"{key}\":")).unwrap_or_else(|| panic!("{key} in {rest}"));
        rest = &rest[at + 1..];
    }
}
