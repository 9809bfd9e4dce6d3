//! Ends a blocking stream from another thread: `cargo run --example cancel`.

use std::error::Error;
use std::io::{Write as _, stdout};
use std::thread;
use std::time::{Duration, Instant};

use examples::Server;
use serde_json::json;
use sim_mock::{Agent, Sim, Workflow};
use simstudio::ureq::Client;
use simstudio::{CancelToken, ExecuteWorkflow, StreamWorkflow};

/// The time until the other thread cancels the run.
const PATIENCE: Duration = Duration::from_millis(800);

fn main() -> Result<(), Box<dyn Error>> {
    let counter = Agent::new("counter").every(Duration::from_millis(50));
    let counter = (1..=100).fold(counter, |agent, number| agent.says(format!("{number} ")));
    let count = Workflow::new("count", move |_| counter.clone());
    let server = Server::start(Sim::builder().workflow(count))?;
    let client = Client::builder().base_url(&server.url).api_key(&server.key).build()?;

    // `with_cancel` returns a handle whose calls and streams the token can end. The handle shares
    // its connections with `client`, whose own calls go on.
    let token = CancelToken::new();
    let ours = client.with_cancel(&token);
    let thread = thread::spawn(move || {
        thread::sleep(PATIENCE);
        token.cancel();
        Instant::now()
    });

    let run = ExecuteWorkflow::new(server.workflow("count"))
        .input(json!({"question": "Will you count to a hundred?"}))
        .stream()
        .select(server.outputs("counter.content"));
    let outcome = tell(&ours, run);
    let ended = Instant::now();
    println!();

    let cancelled = thread.join().expect("the thread does not panic");
    match outcome {
        Ok(()) => println!("The run was faster than the thread."),
        Err(error) if error.is_cancelled() => {
            println!("{error}");
            println!("{:.1?} after the thread cancelled it", ended - cancelled);
        }
        Err(error) => return Err(error.into()),
    }

    // Closing the connection cancels the run within about a second.
    if let Some(mock) = &server.mock {
        thread::sleep(Duration::from_millis(1500));
        println!("the run: {:?}", mock.runs()[0].status);
    }

    // The first client still works.
    println!("deployed: {}", client.validate_workflow(server.workflow("count"))?);
    Ok(())
}

fn tell(client: &Client, run: StreamWorkflow) -> simstudio::Result<()> {
    for text in client.stream(run)?.text() {
        print!("{}", text?);
        stdout().flush().expect("whoever reads the output is still there");
    }
    Ok(())
}
