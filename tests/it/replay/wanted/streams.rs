//! The expected results of the recorded streams.

use crate::replay::expected_stream::Outcome::{At, Because, Nothing};
use crate::replay::expected_stream::Row;

const HI: &str = "Hello from the mock model. You said: hi. Unicode: héllo 世界 🚀. Done.";
const Q: &str = "Hello from the mock model. You said: q. Unicode: héllo 世界 🚀. Done.";

#[rustfmt::skip]
pub(crate) const WANTED: [Row; 43] = [
    ("bill-v1-stream", "final", "", "", "completed", At("/result/greeting", "Hello a")),
    ("sdk-py012-execute-stream-agent", "text*13 final", "a1ca7e30-3e04-45a9-b1f8-4c59c312e69f", Q, "completed", Nothing),
    ("sdk-py021-execute-stream-agent", "text*13 final", "a1ca7e30-3e04-45a9-b1f8-4c59c312e69f", Q, "completed", Nothing),
    ("tmo-v1-stream", "failure", "", "", "timed_out", Because("Execution timed out after 3 seconds")),
    ("tmo-v2-stream", "failure", "", "", "timed_out", Because("Execution timed out after 3 seconds")),
    ("tmo-v2-stream-agent", "text*4 failure", "d3fb1528-5669-4ac4-8a6a-c0ce79362864", "Hello from the mock", "timed_out", Because("Execution timed out after 3 seconds")),
    ("v1-hitl-resume-of-streamed", "final", "", "", "completed", At("/result/approved", "true")),
    ("v1-stream-agent-protocol", "text*13 final", "a1ca7e30-3e04-45a9-b1f8-4c59c312e69f", HI, "completed", Nothing),
    ("v1-stream-agent-then-fail", "text*13 failure", "cecaf7d6-88d1-49a1-92d5-1929da22efad", HI, "failed", Because("Boom: Line 1: `throw new Error('after stream')` - after stream")),
    ("v1-stream-body-input", "text*13 final", "a1ca7e30-3e04-45a9-b1f8-4c59c312e69f", HI, "completed", Nothing),
    ("v1-stream-errframe", "text*5 block_error failure", "cd4ec19b-01a8-462b-ab39-2f507d9ff6ea", "Hello from the mock model.", "failed", Because("Framer: mock stream error")),
    ("v1-stream-execid", "text*13 final", "a1ca7e30-3e04-45a9-b1f8-4c59c312e69f", HI, "completed", Nothing),
    ("v1-stream-fail", "failure", "", "", "failed", Because(r#"Boom: Line 1: `throw new Error('kaboom: ' + "s")` - kaboom: s"#)),
    ("v1-stream-fn-header", "final", "", "", "completed", At("/result/greeting", "Hello Z")),
    ("v1-stream-fn-selected", "final", "", "", "completed", At("/a57dfc26-af85-4a7a-8114-c8754eb1f8ab/result/greeting", "Hello Z")),
    ("v1-stream-fn-selected-path", "final", "", "", "completed", At("/a57dfc26-af85-4a7a-8114-c8754eb1f8ab/result.greeting", "Hello Z")),
    ("v1-stream-fn-selected-unknown", "final", "", "", "completed", Nothing),
    ("v1-stream-response-block", "final", "", "", "completed", At("/data/made/id", "42")),
    ("v1-stream-think-protocol", "thinking*3 text*13 final", "c4fdeab0-bd17-467f-b13b-c4c5a8a5ad48", HI, "completed", Nothing),
    ("v1-stream-tools-plain", "text final", "a07fd9c7-cd8e-4656-a3e1-b80dbb4980f4", HI, "completed", Nothing),
    ("v1-stream-tools-protocol-notools", "text*2 reset text*13 final", "a07fd9c7-cd8e-4656-a3e1-b80dbb4980f4", HI, "completed", Nothing),
    ("v2-cancel-stream-caller-response", "text*7 final", "d3fb1528-5669-4ac4-8a6a-c0ce79362864", "Hello from the mock model. You said:", "cancelled", Nothing),
    ("v2-stream-agent-noselect", "final", "", "", "completed", At("/tokens/total", "33")),
    ("v2-stream-agent-selected-block", "final", "", "", "completed", Nothing),
    ("v2-stream-agent-selected-displayname", "text*13 final", "a1ca7e30-3e04-45a9-b1f8-4c59c312e69f", HI, "completed", Nothing),
    ("v2-stream-agent-then-fail", "text*13 failure", "cecaf7d6-88d1-49a1-92d5-1929da22efad", HI, "failed", Because("Boom: Line 1: `throw new Error('after stream')` - after stream")),
    ("v2-stream-errframe", "text*5 block_error failure", "cd4ec19b-01a8-462b-ab39-2f507d9ff6ea", "Hello from the mock model.", "failed", Because("Framer: mock stream error")),
    ("v2-stream-fn-selected", "final", "", "", "completed", At("/a57dfc26-af85-4a7a-8114-c8754eb1f8ab/stdout", "hello from fn")),
    ("v2-stream-fn-selected-unknown", "final", "", "", "completed", Nothing),
    ("v2-stream-hitl", "final", "", "", "paused", At("/data/operation", "human")),
    ("v2-stream-http500", "failure", "", "", "failed", Because("Fiver: mock upstream exploded")),
    ("v2-stream-loop", "final", "", "", "completed", At("/e1e30c1c-f294-4b27-b768-b2caa463a0f6/result", "0")),
    ("v2-stream-midfail-protocol", "text*5 block_error failure", "fa3f4f1b-f97f-4a51-b250-bc49173f0d61", "Hello from the mock model.", "failed", Because("Cutter: terminated")),
    ("v2-stream-public-nokey", "final", "", "", "completed", At("/result/hi", "p")),
    ("v2-stream-response-block", "final", "", "", "completed", At("/status", "201")),
    ("v2-stream-runid", "text*13 final", "a1ca7e30-3e04-45a9-b1f8-4c59c312e69f", HI, "completed", Nothing),
    ("v2-stream-selected-empty", "final", "", "", "completed", At("/model", "vllm/mock")),
    ("v2-stream-think-plain", "text*13 final", "c4fdeab0-bd17-467f-b13b-c4c5a8a5ad48", HI, "completed", Nothing),
    ("v2-stream-think-protocol", "thinking*3 text*13 final", "c4fdeab0-bd17-467f-b13b-c4c5a8a5ad48", HI, "completed", Nothing),
    ("v2-stream-tools-plain", "text final", "a07fd9c7-cd8e-4656-a3e1-b80dbb4980f4", HI, "completed", Nothing),
    ("v2-stream-tools-protocol", "thinking*3 text*2 tool_start reset tool_end thinking*3 text*13 final", "a07fd9c7-cd8e-4656-a3e1-b80dbb4980f4", HI, "completed", Nothing),
    ("v2-stream-tools-protocol-notools", "text*2 reset text*13 final", "a07fd9c7-cd8e-4656-a3e1-b80dbb4980f4", HI, "completed", Nothing),
    ("big-stream-v2-0", "final", "", "", "completed", At("/result/data/id", "lv_bkmNqNTXG-km")),
];
