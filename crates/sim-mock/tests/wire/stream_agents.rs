//! The frames that agent blocks put into a stream.

use serde_json::{Value, json};
use sim_mock::{Agent, Outcome, Sim, Status, ToolStatus, Work, Workflow};

use crate::client::Call;
use crate::events::{DONE, EMPTY_FINAL, frames, serve, watch, watch_all};

const HELLO: [&str; 2] = [r#"{"blockId":"a1","chunk":"Hel"}"#, r#"{"blockId":"a1","chunk":"lo"}"#];

fn hello() -> Agent {
    Agent::new("a1").named("Agent 1").says("Hel").says("lo")
}

fn thinker() -> Agent {
    Agent::new("a1").named("Agent 1").thinks("One. ").thinks("Two.").says("Hel").says("lo")
}

fn tooler() -> Agent {
    Agent::new("a1")
        .named("Agent 1")
        .thinks("Look?")
        .says("Let me ")
        .says("look.")
        .calls("custom_look", ToolStatus::Success)
        .says("Hel")
        .says("lo")
}

fn served(work: impl Into<Work>) -> Sim {
    let work = work.into();
    serve(Workflow::new("w", move |_| work.clone()))
}

/// Returns all frames except the last two, which must say that everything was streamed.
fn told(sim: &Sim, call: &Call) -> Vec<String> {
    let mut frames = frames(sim, call);
    let last = frames.split_off(frames.len() - 2);
    assert_eq!(last, [EMPTY_FINAL, DONE]);
    frames
}

#[test]
fn text_comes_piece_by_piece_whichever_output_is_selected() {
    let sim = served(hello());
    for selected in ["agent1.content", "Agent 1.content", "a1.content", "a1_content", "a1"] {
        let call = Call::execute("w", &json!({ "stream": true, "selectedOutputs": [selected] }));
        assert_eq!(told(&sim, &call), HELLO, "{selected}");
    }
    let lost = json!({ "stream": true, "selectedOutputs": ["agent1.model", "agent1.tokens"] });
    assert_eq!(told(&sim, &Call::execute("w", &lost)), HELLO);
}

#[test]
fn a_name_without_a_path_selects_nothing() {
    assert!(told(&served(hello()), &watch(&["agent1"])).is_empty());
}

#[test]
fn the_steps_may_depend_on_the_input() {
    let sim = serve(Workflow::new("w", |input: Value| {
        Agent::new("a").says(input["question"].as_str().unwrap_or_default())
    }));
    let body = json!({ "question": "世界?", "stream": true, "selectedOutputs": ["a.content"] });
    assert_eq!(told(&sim, &Call::execute("w", &body)), [r#"{"blockId":"a","chunk":"世界?"}"#]);
}

#[test]
fn without_a_selection_the_output_comes_whole() {
    let frames = frames(&served(hello()), &watch(&[]));
    assert_eq!(frames.len(), 2);
    let last: Value = serde_json::from_str(&frames[0]).expect("JSON");
    let output = &last["data"]["output"];
    assert_eq!((&output["content"], &output["model"]), (&json!("Hello"), &json!("mock")));
}

#[test]
fn a_caller_who_waits_gets_the_output_of_the_agent() {
    let sim = served(tooler().model("m-1"));
    let answer = Call::execute("w", &json!({})).send(&sim).json();
    assert_eq!(
        answer["output"],
        json!({
            "content": "Hello",
            "model": "m-1",
            "tokens": { "input": 10, "output": 1, "total": 11 },
            "toolCalls": {
                "count": 1,
                "list": [{ "name": "look", "arguments": {}, "result": {}, "success": true }],
            },
            "cost": { "input": 0, "output": 0, "total": 0 },
        })
    );
}

#[test]
fn thoughts_are_shown_to_those_who_ask() {
    let sim = served(thinker());
    assert_eq!(told(&sim, &watch(&["agent1.content"])), HELLO);
    let body = json!({ "stream": true, "selectedOutputs": ["agent1.content"] });
    let quiet = Call::execute("w", &body).header("x-sim-stream-protocol", "agent-events-v1");
    assert_eq!(told(&sim, &quiet), HELLO);
    let thoughts = [
        r#"{"blockId":"a1","event":"thinking","data":"One. "}"#,
        r#"{"blockId":"a1","event":"thinking","data":"Two."}"#,
    ];
    let expected = [thoughts, HELLO].concat();
    assert_eq!(told(&sim, &watch_all(&["agent1.content"])), expected);
    assert!(told(&sim, &watch_all(&["other.content"])).is_empty());
}

#[test]
fn a_tool_call_retracts_what_was_said_before_it() {
    let expected = [
        r#"{"blockId":"a1","event":"thinking","data":"Look?"}"#,
        r#"{"blockId":"a1","chunk":"Let me "}"#,
        r#"{"blockId":"a1","chunk":"look."}"#,
        r#"{"blockId":"a1","event":"tool","phase":"start","id":"call_1","name":"custom_look"}"#,
        r#"{"blockId":"a1","event":"chunk_reset"}"#,
        r#"{"blockId":"a1","event":"tool","phase":"end","id":"call_1","name":"custom_look","status":"success"}"#,
        HELLO[0],
        HELLO[1],
    ];
    assert_eq!(told(&served(tooler()), &watch_all(&["agent1.content"])), expected);
}

#[test]
fn retractions_need_the_protocol_only() {
    let body = json!({ "stream": true, "selectedOutputs": ["agent1.content"] });
    let call = Call::execute("w", &body).header("x-sim-stream-protocol", "agent-events-v1");
    let expected = [
        r#"{"blockId":"a1","chunk":"Let me "}"#,
        r#"{"blockId":"a1","chunk":"look."}"#,
        r#"{"blockId":"a1","event":"chunk_reset"}"#,
        HELLO[0],
        HELLO[1],
    ];
    assert_eq!(told(&served(tooler()), &call), expected);
}

#[test]
fn without_the_protocol_the_text_of_an_agent_with_tools_comes_in_one_piece() {
    let settled = [r#"{"blockId":"a1","chunk":"Hello"}"#];
    assert_eq!(told(&served(tooler()), &watch(&["agent1.content"])), settled);
}

#[test]
fn a_tool_call_may_fail_or_end_without_a_status() {
    let agent = Agent::new("a").calls("one", ToolStatus::Error).calls("two", None);
    let expected = [
        r#"{"blockId":"a","event":"tool","phase":"start","id":"call_1","name":"one"}"#,
        r#"{"blockId":"a","event":"tool","phase":"end","id":"call_1","name":"one","status":"error"}"#,
        r#"{"blockId":"a","event":"tool","phase":"start","id":"call_2","name":"two"}"#,
        r#"{"blockId":"a","event":"tool","phase":"end","id":"call_2","name":"two"}"#,
    ];
    // The outputs of an agent without text are in the last frame.
    let frames = frames(&served(agent), &watch_all(&["a.content"]));
    assert_eq!(frames[..4], expected);
    let last = r#"{"event":"final","data":{"success":true,"output":{"a":{"content":""}}}}"#;
    assert_eq!(frames[4..], [last, DONE]);
}

#[test]
fn the_second_agent_begins_with_an_empty_line() {
    let sim = served([hello(), Agent::new("b2").says("Guten").says(" Tag")]);
    let guten = [r#"{"blockId":"b2","chunk":"\n\nGuten"}"#, r#"{"blockId":"b2","chunk":" Tag"}"#];
    let expected = [HELLO, guten].concat();
    assert_eq!(told(&sim, &watch(&["a1.content", "b2.content"])), expected);
    let one = Call::execute("w", &json!({ "stream": true, "selectedOutputs": ["b2.content"] }));
    assert_eq!(told(&sim, &one)[0], r#"{"blockId":"b2","chunk":"Guten"}"#);
    let output = Call::execute("w", &json!({})).send(&sim).json()["output"].clone();
    assert_eq!(output["content"], "Guten Tag");
}

#[test]
fn parallel_agents_take_turns() {
    let other = Agent::new("b2").says("Gu").says("ten").says(" Tag");
    let sim = served(Work::agents([hello(), other]).parallel());
    let expected = [
        HELLO[0],
        r#"{"blockId":"b2","chunk":"\n\nGu"}"#,
        HELLO[1],
        r#"{"blockId":"b2","chunk":"ten"}"#,
        r#"{"blockId":"b2","chunk":" Tag"}"#,
    ];
    assert_eq!(told(&sim, &watch(&["a1.content", "b2.content"])), expected);
}

#[test]
fn a_block_after_the_agents_may_fail() {
    let sim = served(Work::agents([hello()]).then(Outcome::failed("Boom: after stream")));
    let error = r#"{"event":"error","error":"Boom: after stream"}"#;
    let expected = [&HELLO[..], &[error, DONE]].concat();
    assert_eq!(frames(&sim, &watch(&["agent1.content"])), expected);
}

#[test]
fn a_block_after_the_agents_has_its_output_in_the_last_frame() {
    let work = Work::agents([hello()]).then(json!({ "result": 7 }));
    let sim = serve(Workflow::new("w", move |_| work.clone()).block("f1", "After"));
    let last = r#"{"event":"final","data":{"success":true,"output":{"f1":{"result":7}}}}"#;
    let expected = [&HELLO[..], &[last, DONE]].concat();
    assert_eq!(frames(&sim, &watch(&["agent1.content", "after.result"])), expected);
    let answer = Call::execute("w", &json!({})).send(&sim).json();
    assert_eq!(answer["output"], json!({ "result": 7 }));
}

#[test]
fn a_text_that_breaks_off_fails_the_run() {
    let sim = served(hello().fails("terminated").says("never"));
    let expected = [
        HELLO[0],
        HELLO[1],
        r#"{"event":"stream_error","blockId":"a1","error":"terminated"}"#,
        r#"{"event":"error","error":"Agent 1: terminated"}"#,
        DONE,
    ];
    assert_eq!(frames(&sim, &watch(&["agent1.content"])), expected);
    assert_eq!(sim.run("r").expect("a run").status, Status::Failed);
    let answer = Call::execute("w", &json!({})).send(&sim);
    assert_eq!(
        (answer.status, answer.json()["error"].clone()),
        (500, json!("Agent 1: terminated"))
    );
}

#[test]
fn the_demo_chats() {
    let sim = Sim::demo().start().expect("a free port");
    let body =
        json!({ "question": "Why?", "stream": true, "selectedOutputs": ["assistant.content"] });
    let call = Call::execute("chat", &body).header("x-sim-stream-protocol", "agent-events-v1");
    let frames = told(&sim, &call);
    let reset = frames.iter().position(|frame| frame.contains("chunk_reset")).expect("a reset");
    assert!(frames.len() - reset >= 20, "{frames:?}");
    assert!(frames.concat().contains(r#"\"Why?\""#));
}
