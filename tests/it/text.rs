//! The text of streamed runs in every form: piece by piece, borrowed, owned and collected.

use serde_json::json;
use sim_conformance::{Reply, Script};
use sim_mock::{Agent, Outcome, Sim, Work, Workflow};
use simstudio::{ErrorKind, ExecuteWorkflow, Result, RunStatus, StreamWorkflow};
use tokio::runtime::Builder;

fn sim() -> Sim {
    let two = |_| [Agent::new("a").says("Bon").says("jour"), Agent::new("b").says("Guten Tag")];
    let fails = |_| Work::agents([Agent::new("a").says("Bon")]).then(Outcome::failed("Boom"));
    let builder =
        Sim::builder().workflow(Workflow::new("two", two)).workflow(Workflow::new("fails", fails));
    builder.start().expect("a server")
}

fn stream(workflow: &str) -> StreamWorkflow {
    ExecuteWorkflow::new(workflow).input(json!({})).stream().select(["a.content", "b.content"])
}

fn blocking(url: &str, key: &str) -> simstudio::ureq::Client {
    simstudio::ureq::Client::builder().base_url(url).api_key(key).build().expect("a client")
}

#[test]
fn the_text_of_a_blocking_stream() -> Result<()> {
    let sim = sim();
    let client = blocking(sim.url(), sim.key());
    let text: Result<String> = client.stream(stream("two"))?.into_text().collect();
    assert_eq!(text?, "Bonjour\n\nGuten Tag");
    let mut events = client.stream(stream("two"))?;
    let mut pieces = Vec::new();
    while let Some(text) = events.next_text() {
        pieces.push(text?.to_owned());
    }
    assert_eq!(pieces, ["Bon", "jour", "\n\nGuten Tag"]);
    assert_eq!(events.result().map(|result| &result.status), Some(&RunStatus::Completed));
    let whole = client.stream(stream("two"))?.collected()?;
    assert_eq!((whole.texts.of("a"), whole.texts.of("b")), ("Bonjour", "Guten Tag"));
    assert_eq!(whole.result.status, RunStatus::Completed);
    let mut events = client.stream(stream("fails"))?;
    let told: Vec<_> = events.text().collect();
    assert_eq!((told.len(), told[0].as_deref().ok()), (2, Some("Bon")));
    let error = told.into_iter().next_back().and_then(Result::err).expect("an error at the end");
    assert!(
        matches!(error.kind(), ErrorKind::Run(result) if result.status == RunStatus::Failed),
        "{error:?}"
    );
    assert_eq!(
        events.result().and_then(|result| result.error.as_ref().map(|error| &*error.message)),
        Some("Boom")
    );
    Ok(())
}

#[test]
fn the_text_of_an_async_stream() -> Result<()> {
    let sim = sim();
    let builder = simstudio::reqwest::Client::builder().base_url(sim.url()).api_key(sim.key());
    let client = builder.build()?;
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let mut text = client.stream(stream("two")).await?.into_text();
        let mut whole = String::new();
        while let Some(piece) = text.next().await {
            whole += &piece?;
        }
        assert_eq!(whole, "Bonjour\n\nGuten Tag");
        let mut events = client.stream(stream("two")).await?;
        let mut pieces = Vec::new();
        while let Some(text) = events.next_text().await {
            pieces.push(text?.to_owned());
        }
        assert_eq!(pieces, ["Bon", "jour", "\n\nGuten Tag"]);
        assert_eq!(events.result().map(|result| &result.status), Some(&RunStatus::Completed));
        let whole = client.stream(stream("two")).await?.collected().await?;
        assert_eq!(whole.texts.to_string(), "Bonjour\n\nGuten Tag");
        let mut events = client.stream(stream("fails")).await?;
        let mut text = events.text();
        assert_eq!(text.next().await.and_then(Result::ok).as_deref(), Some("Bon"));
        let error = text.next().await.and_then(Result::err).expect("an error at the end");
        assert_eq!(error.code(), "EXECUTION_ERROR");
        assert!(text.next().await.is_none());
        Ok(())
    })
}

#[test]
fn a_stream_that_breaks_off_gives_the_text_that_came_before() {
    let text = "data: {\"blockId\":\"a\",\"chunk\":\"Bon\"}\n\n";
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";
    let script = Script::new([Reply::close(format!("{head}{text}"))]);
    let client = blocking(script.url(), "sk-sim-test");
    let error =
        client.stream(stream("two")).expect("a stream").collected().expect_err("it breaks off");
    assert!(error.is_truncated());
    assert_eq!(error.texts().map(|texts| texts.of("a")), Some("Bon"));
    assert_eq!(error.attempts(), 1);
}

#[test]
fn the_head_of_a_stream_is_there_before_its_first_event_and_on_its_errors() -> Result<()> {
    let text = "data: {\"blockId\":\"a\",\"chunk\":\"Bon\"}\n\n";
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nx-request-id: 9a5fafba\r\n\
                x-ratelimit-limit: 8\r\nx-mine: yes\r\n\r\n";
    let script = Script::new([Reply::close(format!("{head}{text}"))]);
    let assert_head = |head: Option<&simstudio::Meta<()>>| {
        let head = head.expect("a head");
        assert_eq!((head.status.as_u16(), head.request_id.as_deref()), (200, Some("9a5fafba")));
        assert_eq!(head.rate_limit.as_ref().and_then(|limit| limit.limit), Some(8));
        assert_eq!(head.headers["x-mine"], "yes");
    };
    let assert_error = |error: &simstudio::Error| {
        assert!(error.is_truncated(), "{error:?}");
        assert_eq!((error.status(), error.request_id()), (None, Some("9a5fafba")));
        assert_eq!(error.head_status().map(|status| status.as_u16()), Some(200));
        assert_eq!(error.rate_limit().and_then(|limit| limit.limit), Some(8));
    };
    let mut events = blocking(script.url(), "sk-sim-test").stream(stream("two"))?;
    assert_head(events.head());
    let last = events.by_ref().last().and_then(Result::err).expect("it breaks off");
    assert_error(&last);
    assert_head(events.head());

    let client =
        simstudio::reqwest::Client::builder().base_url(script.url()).api_key("sk-sim-test");
    let client = client.build()?;
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let mut events = client.stream(stream("two")).await?;
        assert_head(events.head());
        let mut last = None;
        while let Some(event) = events.next().await {
            last = Some(event);
        }
        assert_error(&last.and_then(Result::err).expect("it breaks off"));
        assert_head(events.head());
        Ok(())
    })
}
