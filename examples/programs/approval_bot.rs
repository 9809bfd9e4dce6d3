//! A bot that approves small amounts, leaves the rest to people, and knows its own answers again.

use serde_json::{Value, json};
use simstudio::ureq::Client;
use simstudio::{PausePoint, ResumeRun, RunStatus, code};

#[derive(Debug, PartialEq)]
enum Done {
    /// The bot answered, and the run ended so.
    Answered(RunStatus),
    /// The bot, or a twin of it, had answered before.
    Before,
    /// A person answered otherwise.
    Overruled(Option<Value>),
    /// The amount is for a person to decide.
    LeftToPeople,
}

fn amount(point: &PausePoint) -> Option<f64> {
    let shown = point.shown.iter().find(|shown| shown["name"] == "amount")?;
    shown["value"].as_f64()
}

fn answer(client: &Client, point: &PausePoint) -> simstudio::Result<Done> {
    if amount(point).is_none_or(|amount| amount > 100.0) {
        return Ok(Done::LeftToPeople);
    }
    match client.resume(ResumeRun::at(point)?.input(json!({"approved": true}))) {
        Ok(result) => Ok(Done::Answered(result.status)),
        Err(error) if error.code() == code::ANSWER_REPEATED => Ok(Done::Before),
        Err(error) if error.code() == code::CONFLICT => {
            Ok(Done::Overruled(error.details().cloned()))
        }
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use sim_mock::Sim;

    use super::*;

    #[test]
    fn the_bot_answers_once_and_knows_who_was_first() {
        let sim = Sim::demo().start().expect("a server");
        let client = Client::builder().base_url(sim.url()).api_key(sim.key()).build();
        let client = client.expect("a client");
        let ask = |amount: u32| {
            let input = json!({"amount": amount});
            let result = client.execute_workflow("approval", input).expect("it asks");
            result.pause.expect("a pause").points.remove(0)
        };
        let (small, large) = (ask(50), ask(5000));
        assert_eq!(
            answer(&client, &small).expect("an answer"),
            Done::Answered(RunStatus::Completed)
        );
        assert_eq!(answer(&client, &small).expect("an answer"), Done::Before);
        assert_eq!(answer(&client, &large).expect("no answer"), Done::LeftToPeople);

        let contested = ask(70);
        let no = ResumeRun::at(&contested).expect("a place").input(json!({"approved": false}));
        client.resume(no).expect("a person is first");
        let given = Some(json!({"approved": false}));
        assert_eq!(answer(&client, &contested).expect("an answer"), Done::Overruled(given));
    }
}
