//! Prints what a run tells as it comes, blocking and async: `cargo run --example stream`.

use std::error::Error;
use std::io::{self, Write as _};

use examples::Server;
use serde_json::json;
use sim_mock::Sim;
use simstudio::{ExecuteWorkflow, RunEvent, StreamWorkflow, reqwest, ureq};

fn main() -> Result<(), Box<dyn Error>> {
    let server = Server::start(Sim::demo())?;

    eprintln!("Blocking, every event");
    blocking(&server)?;
    eprintln!("\nAsync, every event");
    asynchronous(&server)?;
    eprintln!("\nBlocking, text alone");
    text_alone(&server)?;
    eprintln!("\nAsync, text alone");
    text_alone_async(&server)
}

/// The run to stream. Of what is not selected nothing is told before the end.
fn run(server: &Server) -> StreamWorkflow {
    ExecuteWorkflow::new(server.workflow("chat"))
        .input(json!({"question": "Why is the sky blue?"}))
        .stream()
        .select(server.outputs("assistant.content"))
}

fn blocking(server: &Server) -> Result<(), Box<dyn Error>> {
    let client = ureq::Client::builder().base_url(&server.url).api_key(&server.key).build()?;
    let mut screen = Screen::default();
    for event in client.stream(run(server).include_thinking(true).include_tool_calls(true))? {
        screen.show(&event?)?;
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn asynchronous(server: &Server) -> Result<(), Box<dyn Error>> {
    let client = reqwest::Client::builder().base_url(&server.url).api_key(&server.key).build()?;
    let run = run(server).include_thinking(true).include_tool_calls(true);
    let mut screen = Screen::default();
    let mut events = client.stream(run).await?;
    while let Some(event) = events.next().await {
        screen.show(&event?)?;
    }
    Ok(())
}

/// Without thinking and tool calls the server tells text only when it is settled: nothing is retracted. A
/// run that did not complete ends the text with an error.
fn text_alone(server: &Server) -> Result<(), Box<dyn Error>> {
    let client = ureq::Client::builder().base_url(&server.url).api_key(&server.key).build()?;
    for text in client.stream(run(server))?.text() {
        write(&text?)?;
    }
    println!();
    Ok(())
}

/// `next_text` lends the text instead of giving it; the blocking stream has it too.
#[tokio::main(flavor = "current_thread")]
async fn text_alone_async(server: &Server) -> Result<(), Box<dyn Error>> {
    let client = reqwest::Client::builder().base_url(&server.url).api_key(&server.key).build()?;
    let mut events = client.stream(run(server)).await?;
    while let Some(text) = events.next_text().await {
        write(text?)?;
    }
    println!();
    Ok(())
}

/// Text goes to the standard output as it comes, all else to the standard error.
#[derive(Default)]
struct Screen {
    /// The text so far does not end its line.
    within_line: bool,
}

impl Screen {
    fn show(&mut self, event: &RunEvent<'_>) -> io::Result<()> {
        match event {
            RunEvent::Text { chunk, .. } => {
                write(chunk)?;
                self.within_line = !chunk.ends_with('\n');
            }
            // The agent was about to call a tool: what it said until now is no part of its answer, and
            // its text begins anew. A page clears it, a terminal cannot.
            RunEvent::TextReset { .. } => self.note("  (that was not the answer)"),
            RunEvent::Thinking { text, .. } => self.note(&format!("  thinks: {text}")),
            RunEvent::ToolStart { name, .. } => self.note(&format!("  calls {name} ...")),
            RunEvent::ToolEnd { name, status, .. } => {
                let status = status.as_ref().map_or("ended", |status| status.as_str());
                self.note(&format!("  ... {name}: {status}"));
            }
            RunEvent::BlockError { error, .. } | RunEvent::OutputError { error, .. } => {
                self.note(&format!("  lost: {error}"));
            }
            event => {
                // The last one has the result, however the run ended.
                if let Some(result) = event.result() {
                    if std::mem::take(&mut self.within_line) {
                        println!();
                    }
                    self.note(&format!("  {}", result.status));
                    if let Some(error) = &result.error {
                        self.note(&format!("  {error}"));
                    }
                }
            }
        }
        Ok(())
    }

    fn note(&mut self, note: &str) {
        if std::mem::take(&mut self.within_line) {
            eprintln!();
        }
        eprintln!("{note}");
    }
}

/// Text may end anywhere, so it is flushed and not left to the end of a line.
fn write(text: &str) -> io::Result<()> {
    let mut out = io::stdout();
    out.write_all(text.as_bytes())?;
    out.flush()
}
