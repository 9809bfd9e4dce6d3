//! A service that gives each question so much time, and stops all work when it is told to.

use std::time::Duration;

use serde_json::{Value, json};
use simstudio::reqwest::Client;
use simstudio::{CancelToken, Error, ErrorKind, RunStatus};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

/// A question, and where its answer goes.
type Question = (String, oneshot::Sender<Answer>);

#[derive(Debug, PartialEq)]
enum Answer {
    Is(Value),
    TooSlow,
    Stopped,
    Failed(&'static str),
}

/// Answers questions until `stop` is cancelled.
async fn serve(client: Client, mut questions: mpsc::Receiver<Question>, stop: CancelToken) {
    let client = client.with_cancel(&stop).with_deadline(Duration::from_millis(500));
    let mut calls = JoinSet::new();
    loop {
        tokio::select! {
            question = questions.recv() => {
                let Some((workflow, answer)) = question else { break };
                let client = client.clone();
                calls.spawn(async move { drop(answer.send(ask(&client, &workflow).await)) });
            }
            Some(_) = calls.join_next() => {}
        }
    }
    calls.join_all().await;
}

async fn ask(client: &Client, workflow: &str) -> Answer {
    match client.execute_workflow(workflow, json!({"name": "Ann"})).await {
        Ok(result) if result.status == RunStatus::Completed => Answer::Is(result.output),
        Ok(_) => Answer::Failed("the run did not complete"),
        Err(error) if error.is_cancelled() => Answer::Stopped,
        Err(error) if error.is_timeout() => Answer::TooSlow,
        Err(error) => Answer::Failed(advice(&error)),
    }
}

fn advice(error: &Error) -> &'static str {
    match error.kind() {
        ErrorKind::Resolve | ErrorKind::Connect | ErrorKind::Tls => "check the base URL",
        _ if error.may_have_started() => "look for the run before you ask again",
        _ => error.code(),
    }
}

#[cfg(test)]
mod tests {
    use sim_mock::Sim;

    use super::*;

    #[tokio::test]
    async fn each_question_has_one_answer_in_time() {
        let sim = Sim::demo().start().expect("a server");
        let client = Client::builder().base_url(sim.url()).api_key(sim.key()).build();
        let client = client.expect("a client");
        let (ask, questions) = mpsc::channel(8);
        let stop = CancelToken::new();
        let service = tokio::spawn(serve(client, questions, stop.clone()));
        let mut answers = Vec::new();
        for workflow in ["greet", "slow", "nowhere"] {
            let (sender, answer) = oneshot::channel();
            ask.send((workflow.to_owned(), sender)).await.expect("it serves");
            answers.push(answer.await.expect("an answer"));
        }
        assert!(matches!(answers[0], Answer::Is(_)), "{answers:?}");
        assert_eq!(answers[1..], [Answer::TooSlow, Answer::Failed("WORKFLOW_NOT_FOUND")]);
        stop.cancel();
        let (sender, answer) = oneshot::channel();
        ask.send(("greet".to_owned(), sender)).await.expect("it serves");
        assert_eq!(answer.await, Ok(Answer::Stopped));
        drop(ask);
        service.await.expect("it ends");
    }
}
