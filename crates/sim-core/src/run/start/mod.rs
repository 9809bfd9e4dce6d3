//! How the answer to a start of the first generation is read. All ways of starting a run use it. It must not depend on
//! how a start is sent.
//!
//! A workflow's Response block answers a synchronous start with any status and any JSON, also in the words of a refusal.
//! So an answer that could be either is not guessed from: the call reads the run by the id that it sent, and the run's
//! row decides. A refusal that follows from an absent row needs a proof, older than the start, that the server honours
//! ids of callers.
//!
//! The first row that fits decides:
//!
//! | start | answer | proven | the row | the call ends with |
//! |---|---|---|---|---|
//! | sync, stream | a whole run | any | not read | the run |
//! | sync | a refusal at the door | any | not read | the refusal |
//! | stream, queued | a known refusal | any | not read | the refusal |
//! | stream, queued | anything | any | not read | ambiguous |
//! | sync | anything | refuted | there | as if it could not be read |
//! | sync | a run that may be paused | any | completed | the run |
//! | sync | a page | any | completed | the row |
//! | sync | anything | any | completed | a Response block's answer |
//! | sync | anything | any | paused, cancelled | the row |
//! | sync | a run that may be paused | any | burned | the row |
//! | sync | anything | any | burned | the refusal, its id spent |
//! | sync | anything | any | failed | the row |
//! | sync | a run that may be paused | any | no such run, no such workflow | ambiguous |
//! | sync | a gateway's 408, 499, 502, 504, 52x | any | no such run | ambiguous |
//! | sync | anything | any | no such workflow | the refusal |
//! | sync | anything | proven | no such run | the refusal |
//! | sync | a run that may be paused | any | cannot be read | ambiguous |
//! | sync | JSON at 2xx with Sim's request id | any | cannot be read | a Response block's answer |
//! | sync | a known refusal | any | cannot be read | the refusal, in doubt |
//! | sync | anything | any | cannot be read | ambiguous |
//!
//! "No such run" without a proof cannot decide, so it counts as "cannot be read". So does a read that is refused, the
//! absence of the route or of a key, and a run that goes on for too long. A row that says that the run goes on is read
//! again. After a gateway's timeout an absent row proves nothing, because the request may still be on its way.

mod judge;
mod open;
mod row;

use crate::error::{Error, Result};
use crate::model::WorkflowExecutionResult;
use crate::operation::Reading;
use crate::primitives::WorkflowId;
use crate::response::Answer;
use judge::Told;
use row::RowRead;

/// Reads the answer to a synchronous start. `is_chosen` says whether the caller chose the id.
pub(super) fn sync(
    answer: &Answer,
    workflow: &WorkflowId,
    is_chosen: bool,
) -> Reading<WorkflowExecutionResult> {
    match judge::sync(answer) {
        Told::Run(result) => Reading::Settled(Ok(*result)),
        Told::Refused(error) => Reading::Settled(Err(error)),
        Told::Open(open) => match RowRead::at(workflow, open, is_chosen) {
            Ok(read) => Reading::Open(Box::new(read)),
            Err(mut open) => Reading::Settled(open.undecided(None)),
        },
    }
}

/// Reads the answer to a synchronous start whose run nobody reads.
pub(super) fn unread(answer: &Answer) -> Result<WorkflowExecutionResult> {
    match judge::sync(answer) {
        Told::Run(result) => Ok(*result),
        Told::Refused(error) => Err(error),
        Told::Open(mut open) => open.undecided(None),
    }
}

/// Reads the answer to a streamed start that is not a stream.
pub(super) fn streamed(answer: &Answer) -> Result<WorkflowExecutionResult> {
    match judge::whole_run(answer) {
        Some(result) => Ok(result),
        None => Err(refused(answer)),
    }
}

/// Returns the error for an answer to a queued or streamed start that is neither a receipt nor a run.
pub(super) fn refused(answer: &Answer) -> Error {
    judge::refused(answer)
}

/// Checks the table in the documentation of this module against what is done.
#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::StatusCode;
    use serde_json::{Value, json};

    use crate::error::{Error, Result};
    use crate::model::{Claims, RunStatus, WorkflowExecutionResult};
    use crate::operation::{Next, Reading};
    use crate::primitives::{RunId, Secret, WorkflowId};
    use crate::response::Answer;

    /// The rows of the table, each as its cells.
    fn documented() -> Vec<Vec<&'static str>> {
        let lines = include_str!("mod.rs").lines().filter_map(|line| line.strip_prefix("//! | "));
        let rows = lines.map(|line| line.trim_end_matches(" |").split(" | ").collect::<Vec<_>>());
        rows.filter(|cells| cells.len() == 5 && cells[0] != "start").collect()
    }

    /// An answer, the words of the table that fit it, and its head and body.
    struct Sample {
        words: &'static [&'static str],
        status: u16,
        has_request_id: bool,
        body: String,
    }

    fn whole(output: &Value) -> String {
        let at = "2026-11-23T18:00:00Z";
        let metadata = json!({"duration": 1, "startTime": at, "endTime": at});
        json!({"success": true, "output": output, "metadata": metadata}).to_string()
    }

    const GATEWAYS: &[&str] = &["a page", "a gateway's 408, 499, 502, 504, 52x"];

    fn samples() -> Vec<Sample> {
        let sample = |words, status, has_request_id, body: &str| Sample {
            words,
            status,
            has_request_id,
            body: body.to_owned(),
        };
        let limit = r#"{"error":"Rate limit exceeded. Please try again later."}"#;
        let timed = json!({"waitDuration": 60000, "resumeAt": "2026-11-23T18:01:00Z"});
        vec![
            sample(&["a whole run"], 200, true, &whole(&json!({"n": 1}))),
            sample(&["a whole run"], 500, false, &whole(&json!({"n": 1}))),
            sample(&["a run that may be paused"], 200, true, &whole(&timed)),
            sample(&["a run that may be paused"], 200, false, &whole(&json!({"resumeAt": null}))),
            sample(
                &["a refusal at the door", "a known refusal"],
                401,
                true,
                r#"{"error":"Invalid API key"}"#,
            ),
            sample(&["a refusal at the door", "a known refusal"], 413, false, ""),
            sample(&["a known refusal"], 429, true, limit),
            sample(
                &["a known refusal"],
                402,
                false,
                r#"{"error":"Usage limit exceeded: $1 used"}"#,
            ),
            sample(&["a page"], 500, false, "<html>"),
            sample(&["a page"], 200, false, "<html>"),
            sample(GATEWAYS, 502, false, "<html>"),
            sample(GATEWAYS, 504, false, ""),
            sample(&["JSON at 2xx with Sim's request id"], 201, true, r#"{"made":1}"#),
            sample(&[], 201, false, r#"{"made":1}"#),
            sample(&[], 401, true, r#"{"error":"Invalid API key","docs":"x"}"#),
            sample(&[], 404, true, r#"{"error":"Workflow not found","code":"NOT_FOUND","mine":1}"#),
            sample(&[], 500, true, "null"),
            sample(&[], 503, false, "{}"),
            sample(&[], 200, false, r#"{"success":false}"#),
            sample(&[], 429, true, r#"{"error":"my own limit"}"#),
        ]
    }

    impl Sample {
        fn answer(&self, claims: Claims) -> Answer {
            let id = if self.has_request_id { "1a2b3c4d" } else { "from-a-proxy" };
            let response = http::Response::builder().status(self.status).header("x-request-id", id);
            let response = response.body(Bytes::from(self.body.clone())).expect("an answer");
            let secret = Secret::new("sk-sim-test").expect("a secret");
            Answer::new(response, None)
                .of_start(&RunId::from("sent"), claims)
                .without(Some(&secret))
        }
    }

    /// What the reads of the run say: a word of the table, and each read until the call ends.
    const ROWS: [&str; 9] = [
        "completed",
        "paused",
        "cancelled",
        "failed",
        "burned",
        "no such run",
        "no such workflow",
        "cannot be read",
        "goes on",
    ];

    fn read(row: &str) -> Result<Answer> {
        let answer = |status: u16, body: String| {
            let response = http::Response::builder().status(status).body(Bytes::from(body));
            Answer::new(response.expect("an answer"), Some(RunId::from("sent")))
        };
        let refused =
            |status, text: &str| Err(answer(status, json!({"error": text}).to_string()).refused());
        let run = |status: &str, more: Value| {
            let mut run = json!({"executionId": "sent", "workflowId": "wf", "status": status});
            let (run_fields, more) = (run.as_object_mut().expect("an object"), more);
            run_fields.extend(more.as_object().cloned().expect("an object"));
            Ok(answer(200, run.to_string()))
        };
        match row {
            "completed" => run(row, json!({"finalOutput": {"of": "the row"}})),
            "paused" | "cancelled" => run(row, json!({})),
            "failed" => {
                run(row, json!({"error": "Boom", "cost": {"total": 0.005}, "totalDurationMs": 9}))
            }
            "burned" => {
                run("failed", json!({"error": "m", "cost": {"total": 0}, "totalDurationMs": 1}))
            }
            "goes on" => run("running", json!({})),
            "no such run" => refused(404, "Execution not found"),
            "no such workflow" => refused(404, "Workflow not found"),
            _ => refused(500, "m"),
        }
    }

    /// What a synchronous start ends with, in the words of the table.
    fn done(answer: &Answer, row: &str) -> (&'static str, bool) {
        let mut look = match super::sync(answer, &WorkflowId::from("wf"), false) {
            Reading::Settled(ended) => return (word(answer, &ended), false),
            Reading::Open(look) => look,
        };
        for _ in 0..99 {
            match look.conclude(read(row)) {
                Next::Again(_) => {}
                Next::Done(ended) => return (word(answer, &ended), true),
                Next::Refused(error) if row == "burned" => {
                    assert!(error.is_settled());
                    return ("the refusal, its id spent", true);
                }
                Next::Refused(error) => return (word(answer, &Err(error)), true),
            }
        }
        panic!("it is read for ever: {row}")
    }

    fn word(answer: &Answer, ended: &Result<WorkflowExecutionResult>) -> &'static str {
        let body = serde_json::from_slice::<Value>(&answer.body).ok();
        match ended {
            Ok(result) if !result.headers.is_empty() && Some(&result.output) == body.as_ref() => {
                "a Response block's answer"
            }
            Ok(result)
                if result.status == RunStatus::Completed && result.output.get("of").is_none() =>
            {
                "the run"
            }
            Ok(_) => "the row",
            Err(error) if !error.is_settled() => "ambiguous",
            Err(error) if error.may_have_started() => "the refusal, in doubt",
            Err(_) => "the refusal",
        }
    }

    /// What the table says: the last cell of the first row that fits.
    fn said(start: &str, sample: &Sample, claims: Claims, row: &str) -> (&'static str, bool) {
        let is_there = matches!(row, "completed" | "paused" | "cancelled" | "failed" | "burned");
        let row = match row {
            "goes on" => "cannot be read",
            "no such run" if claims != Claims::Proven => "cannot be read",
            row => row,
        };
        let proven = if claims == Claims::Proven { "proven" } else { "refuted" };
        for cells in documented() {
            let [starts, answer, needs, reads, end] = cells[..] else { unreachable!("five cells") };
            let fits = starts.split(", ").any(|known| known == start)
                && (answer == "anything" || sample.words.contains(&answer))
                && (needs == "any" || claims != Claims::Unknown && needs == proven)
                && (reads == "not read"
                    || reads.split(", ").any(|known| known == row || known == "there" && is_there));
            match (fits, end) {
                (false, _) => {}
                (true, "as if it could not be read") => {
                    return said(start, sample, Claims::Unknown, "cannot be read");
                }
                (true, end) => return (end, reads != "not read"),
            }
        }
        panic!("no row fits {start} {:?} {row}", sample.words)
    }

    #[test]
    fn the_documented_table_is_what_is_done() {
        assert_eq!(documented().len(), 20);
        for sample in samples() {
            for claims in [Claims::Proven, Claims::Unknown, Claims::Refuted] {
                let answer = sample.answer(claims);
                for row in ROWS {
                    let what = format!("{} {} {claims:?} {row}", sample.status, sample.body);
                    assert_eq!(done(&answer, row), said("sync", &sample, claims, row), "{what}");
                }
                let what = format!("{} {} {claims:?}", sample.status, sample.body);
                let streamed = super::streamed(&answer);
                assert_eq!(
                    (word(&answer, &streamed), false),
                    said("stream", &sample, claims, ""),
                    "{what}"
                );
                let queued: Result<_> = Err(super::refused(&answer));
                assert_eq!(
                    (word(&answer, &queued), false),
                    said("queued", &sample, claims, ""),
                    "{what}"
                );
            }
        }
    }

    #[test]
    fn a_plain_start_whose_run_nobody_reads_ends_as_if_it_could_not_be_read() {
        for sample in samples() {
            let answer = sample.answer(Claims::Proven);
            let unread = word(&answer, &super::unread(&answer));
            assert_eq!(unread, said("sync", &sample, Claims::Unknown, "cannot be read").0);
        }
    }

    #[test]
    fn a_whole_run_of_another_id_is_ours_only_where_ids_are_ignored() {
        let mut body: Value = serde_json::from_str(&whole(&json!({"n": 1}))).expect("JSON");
        for (named, is_ours) in [("sent", [true, true, true]), ("other", [false, true, true])] {
            body["executionId"] = json!(named);
            let sample =
                Sample { words: &[], status: 200, has_request_id: false, body: body.to_string() };
            for (claims, is_ours) in
                [Claims::Proven, Claims::Unknown, Claims::Refuted].into_iter().zip(is_ours)
            {
                let told = super::unread(&sample.answer(claims)).map(|run| run.run_id);
                let expected = is_ours.then(|| Some(RunId::from(named)));
                assert_eq!(told.ok(), expected, "{named} {claims:?}");
            }
        }
    }

    #[test]
    fn a_read_that_is_refused_makes_the_code_of_the_error() {
        let sample =
            Sample { words: &[], status: 404, has_request_id: true, body: r#"{"mine":1}"#.into() };
        let ends = |status: u16| -> Error {
            let answer = sample.answer(Claims::Proven);
            let Reading::Open(mut look) = super::sync(&answer, &WorkflowId::from("wf"), false)
            else {
                panic!("it is read")
            };
            let response = http::Response::builder().status(status).body(Bytes::from_static(b"{}"));
            let refused = Answer::new(response.expect("an answer"), None).refused();
            let Next::Done(ended) = look.conclude(Err(refused)) else { panic!("it is over") };
            ended.expect_err("nobody knows")
        };
        assert_eq!((ends(401).code(), ends(403).code()), ("UNAUTHORIZED", "FORBIDDEN"));
        let other = ends(500);
        assert_eq!((other.code(), other.body()), ("INVALID_RESPONSE", sample.body.as_bytes()));
        assert_eq!(other.status(), Some(StatusCode::NOT_FOUND), "the answer is in the error");
    }
}
