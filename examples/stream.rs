//! Prints the events of a run as they come, blocking and async: `cargo run --example stream`.

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
    text_alone_async(&server)?;
    eprintln!("\nBlocking, whatever happens to the stream");
    whatever_happens(&server)
}

/// Returns the run to stream. The server sends nothing of other outputs before the end.
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

/// Prints text only. Without thinking and tool calls the server sends text once it is final, so it
/// retracts nothing. A run that does not complete ends the text with an error.
fn text_alone(server: &Server) -> Result<(), Box<dyn Error>> {
    let client = ureq::Client::builder().base_url(&server.url).api_key(&server.key).build()?;
    for text in client.stream(run(server))?.text() {
        write(&text?)?;
    }
    println!();
    Ok(())
}

/// Prints text with `next_text`, which borrows it from the stream. The blocking stream has it too.
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

/// Returns the result even if the connection is lost: the client then waits for the run.
fn whatever_happens(server: &Server) -> Result<(), Box<dyn Error>> {
    let client = ureq::Client::builder().base_url(&server.url).api_key(&server.key).build()?;
    let mut screen = Screen::default();
    let once = run(server).once().on_event(move |event| drop(screen.show(event)));
    let whole = client.stream_once(once)?;
    eprintln!(
        "\n  {}, {} characters",
        whole.result.status,
        whole.texts.to_string().chars().count()
    );
    Ok(())
}

/// A screen with text on standard output, and everything else on standard error.
#[derive(Default)]
struct Screen {
    /// Whether the text so far ends within a line.
    within_line: bool,
}

impl Screen {
    fn show(&mut self, event: &RunEvent<'_>) -> io::Result<()> {
        match event {
            RunEvent::Text { chunk, .. } => {
                write(chunk)?;
                self.within_line = !chunk.ends_with('\n');
            }
            // The agent is about to call a tool: its text so far is not part of its answer, and its
            // text starts again. A page clears the text, a terminal cannot.
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
                // The last event has the result, however the run ended.
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

/// Prints text and flushes it, because text may end within a line.
fn write(text: &str) -> io::Result<()> {
    let mut out = io::stdout();
    out.write_all(text.as_bytes())?;
    out.flush()
}
