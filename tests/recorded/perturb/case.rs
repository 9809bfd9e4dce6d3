//! One case: a changed answer, what the server says afterwards, and what was proven before.

use recorded::{Operation, Record, Seen, Sent, answer, call};
use sim_core::transport::Outcome;
use sim_core::{Api, ExecuteWorkflow, Generation};

use crate::change::{self, Answer};
use crate::row::{self, Row};
use crate::source::Source;

/// Whether the server honours run ids, as far as it was proven before the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Proof {
    Yes,
    No,
    Unknown,
}

/// A changed answer, and everything that decides what may come of it.
pub(crate) struct Case<'a> {
    pub(crate) source: &'a Source,
    pub(crate) answer: &'a Answer,
    pub(crate) row: Row,
    pub(crate) proof: Proof,
}

/// Returns the most changes of the body of a recording. Large bodies repeat themselves.
fn most(source: &Source) -> usize {
    match (source.is_first, source.record.body.len()) {
        (false, _) => 4,
        (true, ..6000) => 250,
        (true, _) => 60,
    }
}

/// Makes every case of a recording.
pub(crate) fn each(source: &Source, number: usize, take: &mut impl FnMut(Case<'_>)) {
    let answers = change::all(&source.record, most(source), number);
    for (at, answer) in answers.iter().enumerate() {
        let proofs = [Proof::Yes, Proof::No, Proof::Unknown];
        let mut pairs: Vec<_> =
            Row::ALL.into_iter().flat_map(|row| proofs.map(|proof| (row, proof))).collect();
        let starts_first =
            source.asked.operation.starts() && source.asked.generation == Generation::V1;
        // A change of the body as a whole is like that of another recording of this shape.
        if !starts_first || !source.is_first && at > 0 {
            pairs = vec![pairs[change::chance(number * 1000 + at) % pairs.len()]];
        }
        for (row, proof) in pairs {
            take(Case { source, answer, row, proof });
        }
    }
}

impl Case<'_> {
    pub(crate) fn record(&self) -> &Record {
        &self.source.record
    }

    pub(crate) fn operation(&self) -> Operation {
        self.source.asked.operation
    }

    pub(crate) fn is_first_generation(&self) -> bool {
        self.source.asked.generation == Generation::V1
    }

    /// Makes the call of the recording. The core is told this answer and this row, and believes this of the server.
    pub(crate) fn run(&self, told: &Answer, row: Row, proof: Proof) -> Seen {
        let api = api(self.source.asked.generation);
        if self.is_first_generation() {
            prove(&api, proof);
        }
        let output = row::output(told.status, &told.body);
        let first = std::cell::RefCell::new(None);
        let reads = std::cell::Cell::new(0);
        let server = |sent: &Sent, _: usize| -> Outcome {
            if is_probe(sent) {
                return probed(proof);
            }
            let asked = (sent.method.clone(), sent.target.clone());
            if *first.borrow_mut().get_or_insert_with(|| asked.clone()) == asked {
                return answer(told.status, &told.headers, told.body.clone());
            }
            reads.set(reads.get() + 1);
            row.tell(sent, reads.get() - 1, &output)
        };
        call(&api, self.record(), &self.source.asked, &server)
    }
}

/// Returns whether a request is the probe that starts nothing: it claims an id that no server accepts.
pub(crate) fn is_probe(sent: &Sent) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || "._:-".contains(c);
    sent.id.as_ref().is_some_and(|id| !id.chars().all(fits))
}

fn api(generation: Generation) -> Api {
    let api = Api::builder([7; 32]).generation(generation).base_url("http://localhost");
    api.api_key("sk-sim-test").build().expect("settings that a client accepts")
}

/// Lets the client learn what is proven, by the receipt of another run.
fn prove(api: &Api, proof: Proof) {
    let (run, job) = match proof {
        Proof::Unknown => return,
        Proof::Yes => ("before", "workflow-execution:before"),
        Proof::No => ("theirs", "run_0123456789abcdef0123"),
    };
    let body = format!(
        "{{\"success\":true,\"async\":true,\"jobId\":\"{job}\",\"executionId\":\"{run}\",\"message\":\"Workflow execution queued\"}}"
    );
    let call = api.call(ExecuteWorkflow::new("wf").run_id("before").queue());
    let mut call = call.expect("a request");
    let told = answer(202, &row::headers(), body);
    let step = sim_core::transport::Exchange::receive(&mut call, told, std::time::Duration::ZERO);
    assert!(matches!(step, sim_core::transport::Step::Done(Ok(_))), "a receipt");
}

fn probed(proof: Proof) -> Outcome {
    let (status, body) = match proof {
        Proof::Yes => (
            400,
            r#"{"error":"Invalid execution ID header","details":[{"path":"X-Execution-Id","message":"no"}]}"#,
        ),
        Proof::No => (404, r#"{"error":"Workflow not found"}"#),
        Proof::Unknown => (404, "<html></html>"),
    };
    answer(status, &row::headers(), body)
}
