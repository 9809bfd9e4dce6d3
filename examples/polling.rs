//! Queues a run and asks for its job until it is over: `cargo run --example polling`.

use std::error::Error;
use std::time::Duration;

use examples::Server;
use serde_json::json;
use sim_mock::{Sim, Workflow};
use simstudio::reqwest::Client;
use simstudio::{ExecuteWorkflow, JobId, JobState, JobStatus, Result};
use tokio::time::{Instant, sleep, timeout};

#[tokio::main]
async fn main() -> std::result::Result<(), Box<dyn Error>> {
    let report = Workflow::new("report", |input| json!({"pages": 12, "about": input["topic"]}));
    let mock = Sim::builder().workflow(report.takes(Duration::from_secs(2)));
    let server = Server::start(mock.queue_delay(Duration::from_millis(600)))?;
    let client = Client::builder().base_url(&server.url).api_key(&server.key).build()?;

    // A queued run goes on whatever becomes of this program; its own limit ends it.
    let endpoint = ExecuteWorkflow::new(server.workflow("report")).input(json!({"topic": "tea"}));
    let receipt = client.call(endpoint.queue().execution_timeout(Duration::from_secs(600))).await?;
    println!("queued:  job {}", receipt.task_id);

    let job = timeout(Duration::from_secs(120), ended(&client, &receipt.task_id)).await??;
    match job.status {
        JobState::Completed => println!("output:  {}", job.output.unwrap_or_default()),
        status => println!("{status}:  {}", job.error.unwrap_or_default()),
    }
    Ok(())
}

/// Waits for the end of a job. The pauses grow from a quarter of a second to five seconds.
async fn ended(client: &Client, job: &JobId) -> Result<JobStatus> {
    /// A job can be unknown for a moment after its receipt.
    const FRESH: Duration = Duration::from_secs(5);

    let started = Instant::now();
    let mut pause = Duration::from_millis(250);
    loop {
        let state = match client.get_job_status(job).await {
            Ok(job) if job.status.is_terminal() => return Ok(job),
            Ok(job) => job.status.to_string(),
            Err(error) if error.is_not_found() && started.elapsed() < FRESH => error.to_string(),
            Err(error) => return Err(error),
        };
        println!("{:.2} s:  {state}", started.elapsed().as_secs_f32());
        sleep(pause).await;
        pause = (pause * 2).min(Duration::from_secs(5));
    }
}
