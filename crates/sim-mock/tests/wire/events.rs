//! Reads a stream as it comes, chunk by chunk.

use std::io::{BufRead, BufReader, ErrorKind, Read};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};
use sim_mock::{Sim, Workflow};

use crate::client::Call;

/// The end marker of every stream.
pub(crate) const DONE: &str = "\"[DONE]\"";

/// The last frame of a run whose outputs were all streamed.
pub(crate) const EMPTY_FINAL: &str = r#"{"event":"final","data":{"success":true,"output":{}}}"#;

/// The last frame of a cancelled run.
pub(crate) const CANCELLED: &str = r#"{"event":"final","data":{"success":false,"output":{}}}"#;

/// Starts a server with this workflow.
pub(crate) fn serve(workflow: Workflow) -> Sim {
    Sim::builder().workflow(workflow).start().expect("a free port")
}

/// Builds a request that streams the workflow `w` under the id `r`.
pub(crate) fn watch(selected: &[&str]) -> Call {
    let body = json!({ "stream": true, "selectedOutputs": selected });
    Call::execute("w", &body).header("x-execution-id", "r")
}

/// Builds the same request with all events of the agent protocol.
pub(crate) fn watch_all(selected: &[&str]) -> Call {
    let body = json!({
        "stream": true, "selectedOutputs": selected,
        "includeThinking": true, "includeToolCalls": true,
    });
    Call::execute("w", &body).header("x-sim-stream-protocol", "agent-events-v1")
}

/// Returns all frames of the stream that answers this call.
pub(crate) fn frames(sim: &Sim, call: &Call) -> Vec<String> {
    let mut events = Events::open(sim, call);
    let (status, headers) = events.head();
    assert_eq!(status, 200);
    assert!(headers.contains(&("content-type".to_owned(), "text/event-stream".to_owned())));
    events.rest()
}

/// The answer to a streamed run, as far as it has come.
pub(crate) struct Events(BufReader<TcpStream>);

impl Events {
    pub(crate) fn open(sim: &Sim, call: &Call) -> Self {
        let stream = call.open(sim);
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a socket has timeouts");
        Self(BufReader::new(stream))
    }

    /// Returns the status, and the names (lower case) and values of the headers.
    pub(crate) fn head(&mut self) -> (u16, Vec<(String, String)>) {
        let first = self.line();
        let status = first.split(' ').nth(1).and_then(|code| code.parse().ok()).expect("a status");
        let mut headers = Vec::new();
        loop {
            let line = self.line();
            let Some((name, value)) = line.split_once(": ") else { break };
            headers.push((name.to_lowercase(), value.to_owned()));
        }
        (status, headers)
    }

    /// Returns the next chunk, which must be exactly one frame, or `None` after the last one.
    pub(crate) fn next(&mut self) -> Option<String> {
        let size = usize::from_str_radix(&self.line(), 16).expect("the size of a chunk");
        let mut chunk = vec![0; size];
        self.0.read_exact(&mut chunk).expect("a whole chunk");
        assert_eq!(self.line(), "");
        let chunk = String::from_utf8(chunk).expect("UTF-8");
        if chunk.is_empty() {
            return None;
        }
        let frame = chunk.strip_prefix("data: ").and_then(|frame| frame.strip_suffix("\n\n"));
        let frame = frame.unwrap_or_else(|| panic!("no frame: {chunk:?}"));
        assert!(!frame.contains('\n'), "one frame in a chunk: {chunk:?}");
        let _: Value = serde_json::from_str(frame).expect("every frame is JSON");
        Some(frame.to_owned())
    }

    /// Returns all chunks that are still to come. The server then closes the connection.
    pub(crate) fn rest(mut self) -> Vec<String> {
        let frames: Vec<String> = std::iter::from_fn(|| self.next()).collect();
        let mut more = Vec::new();
        self.0.read_to_end(&mut more).expect("the server closes");
        assert!(more.is_empty());
        frames
    }

    /// Asserts that nothing comes for a while.
    pub(crate) fn assert_silent(&mut self) {
        assert!(self.0.buffer().is_empty(), "{:?}", String::from_utf8_lossy(self.0.buffer()));
        let stream = self.0.get_ref();
        stream.set_read_timeout(Some(Duration::from_millis(30))).expect("a socket has timeouts");
        let error = stream.peek(&mut [0]).expect_err("nothing has come");
        assert!(matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut), "{error}");
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a socket has timeouts");
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.0.read_line(&mut line).expect("a line of the answer");
        line.strip_suffix("\r\n").expect("lines end in CRLF").to_owned()
    }
}
