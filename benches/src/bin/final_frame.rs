//! The result of a run with a large output: the time and the memory that it takes to read it, beside
//! `serde_json::from_slice` of the same bytes.
//!
//! A result comes as the last frame of a stream or as the answer of a call. Memory is the most that is allocated at
//! once while the result is read and handed out, over the size of its JSON; what the transport still holds of it
//! counts. The least that a program can do with the reads of a stream is to put them together and to give the whole to
//! `serde_json`; the last column is the time beside that. With `--check` only memory is measured, which no load
//! changes, and the program fails if it misses a goal.

use std::alloc::System;
use std::env;
use std::error::Error;
use std::hint::black_box;
use std::process::{Command, ExitCode, Stdio};

use bytes::Bytes;
use cap::Cap;
use cpu_time::ThreadTime;
use serde_json::{Value, json};
use sim_core::operation::Answer;
use sim_core::transport::RunEvents;
use sim_core::{
    Endpoint as _, ExecuteWorkflow, Generation, Operation as _, RunEvent, WorkflowExecutionResult,
};

use benches::figures::{any_order, float, median, ratio};
use benches::stream::{Reads, Workload};

#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, usize::MAX);

/// The size of an output, in bytes.
const SIZE: usize = 10_000_000;
const REPETITIONS: usize = 31;
/// The most memory at once, over the size of the JSON.
const PEAK_GOAL: f64 = 2.2;
/// The highest ratio of the time to that of `serde_json::from_slice`.
const TIME_GOAL: f64 = 1.15;
const AT: &str = "2026-11-23T18:26:25.392Z";
/// What stands before the data of an event.
const FIELD: &str = "data: ";
/// The argument with which this program reads one result and prints its memory.
const PEAK: &str = "--peak";

type Outcome<T> = Result<T, Box<dyn Error>>;
/// Makes an output.
type Make = fn() -> Value;

/// How a result arrives.
#[derive(Debug, Clone, Copy)]
enum Way {
    Stream(Reads),
    Answer(Generation),
}

const WAYS: [(&str, Way); 4] = [
    ("last frame, reads of 16 KiB", Way::Stream(Reads::Of(16 << 10))),
    ("last frame, one read", Way::Stream(Reads::AFrame)),
    ("answer of the first generation", Way::Answer(Generation::V1)),
    ("answer of the second generation", Way::Answer(Generation::V2)),
];

/// What the output is, and whether the goal for memory holds there: `serde_json` itself takes more to unescape one
/// large text, and to hold many small values.
const OUTPUTS: [(&str, Make, bool); 3] =
    [("one text", text, true), ("one text with line ends", escaped, false), ("rows", rows, false)];

fn main() -> Outcome<ExitCode> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let check = match &*arguments.iter().map(String::as_str).collect::<Vec<_>>() {
        [] => false,
        ["--check"] => true,
        [PEAK, output, way] => {
            let (output, way) =
                (OUTPUTS[output.parse::<usize>()?].1, WAYS[way.parse::<usize>()?].1);
            println!("{}", Work::new(way, &output()).peak()?);
            return Ok(ExitCode::SUCCESS);
        }
        words => return Err(format!("{words:?} mean nothing here").into()),
    };
    println!(
        "{:<60} {:>8} {:>6}  {:>8} {:>6} {:>8}",
        "", "memory", "goal", "time", "goal", "to least"
    );
    let mut met = true;
    for (number, (output, make, bounded)) in OUTPUTS.iter().enumerate() {
        for (at, (name, way)) in WAYS.iter().enumerate() {
            let peak = Command::new(env::current_exe()?)
                .args([PEAK, &number.to_string(), &at.to_string()])
                .stderr(Stdio::inherit())
                .output()?;
            let peak: f64 = String::from_utf8(peak.stdout)?.trim().parse()?;
            met &= !bounded || peak <= PEAK_GOAL;
            let goal = if *bounded { PEAK_GOAL.to_string() } else { String::new() };
            print!("{:<60} {peak:>8.3} {goal:>6}", format!("{output}, {name}"));
            if !check {
                let (time, to_least) = Work::new(*way, &make()).time()?;
                print!("  {time:>8.3} {TIME_GOAL:>6} {to_least:>8.3}");
            }
            println!();
        }
    }
    Ok(if check && !met { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn text() -> Value {
    let words = "All work and no play makes Jack a dull boy. ";
    json!({"content": words.repeat(SIZE / words.len())})
}

fn escaped() -> Value {
    let words = "All work and no play\nmakes Jack a dull boy. ";
    json!({"content": words.repeat(SIZE / words.len())})
}

fn rows() -> Value {
    let row = |n: usize| json!({"id": n, "name": "Jack", "note": "a dull\tboy", "score": 0.5});
    let size = row(1000).to_string().len();
    json!({"rows": (0..SIZE / size).map(row).collect::<Vec<_>>()})
}

/// A result as it arrives.
enum Work {
    Stream(Workload),
    Answer(Generation, Bytes),
}

impl Work {
    fn new(way: Way, output: &Value) -> Self {
        match way {
            Way::Stream(reads) => {
                // The server writes the fields in this order.
                let result = json!({"success": true, "output": output});
                let frame = format!("{{\"event\":\"final\",\"data\":{result}}}");
                Self::Stream(Workload::line("final", &frame, reads))
            }
            Way::Answer(generation) => {
                let answer = match generation {
                    Generation::V1 => json!({
                        "success": true, "executionId": "r", "output": output,
                        "metadata": {"duration": 3, "startTime": AT, "endTime": AT},
                    }),
                    _ => json!({"data": {"runId": "r", "status": "completed", "output": output}}),
                };
                Self::Answer(generation, answer.to_string().into())
            }
        }
    }

    /// Returns the JSON of the result.
    fn json(&self) -> Bytes {
        match self {
            Self::Stream(work) => {
                let bytes = Bytes::from(work.bytes());
                bytes.slice(FIELD.len()..bytes.len() - 2)
            }
            Self::Answer(_, body) => body.clone(),
        }
    }

    /// Reads the result as a client does.
    fn read(&self) -> Outcome<Box<WorkflowExecutionResult>> {
        match self {
            Self::Stream(work) => {
                let mut events = RunEvents::new(None);
                for mut read in work.reads().map(|read| &read[..]) {
                    while let Some(event) = events.next(&mut read) {
                        if let RunEvent::Final(result) = event? {
                            return Ok(result);
                        }
                    }
                }
                Err("the stream has no result".into())
            }
            Self::Answer(generation, body) => {
                let mut endpoint = ExecuteWorkflow::new("wf-1");
                endpoint.set_generation(*generation);
                let answer = http::Response::builder().status(200).body(body.clone())?;
                Ok(Box::new(endpoint.decode(&Answer::new(answer, None))?))
            }
        }
    }

    /// Returns the most memory at once, over the size of the JSON.
    fn peak(&self) -> Outcome<f64> {
        let size = self.json().len();
        // A transport holds what it has read: an answer as a whole, of a stream the last read.
        let (before, held) = match self {
            Self::Stream(work) => (ALLOCATOR.allocated(), work.reads().map(Bytes::len).max()),
            Self::Answer(_, body) => (ALLOCATOR.allocated(), Some(body.len())),
        };
        // Until now there was more at once than the reading will take; filling up to that shows what it adds.
        let filler = vec![0_u8; ALLOCATOR.max_allocated() - before];
        let (before, held) = (before + filler.len(), held.unwrap_or_default());
        black_box(self.read()?);
        Ok(float(ALLOCATOR.max_allocated() - before + held) / float(size))
    }

    /// Puts the reads together, and parses the whole.
    fn read_least(&self, json: &Bytes) -> Outcome<Value> {
        match self {
            Self::Stream(work) => {
                let mut whole = Vec::new();
                work.reads().for_each(|read| whole.extend_from_slice(read));
                whole.shrink_to_fit();
                Ok(serde_json::from_slice(&whole[FIELD.len()..whole.len() - 2])?)
            }
            Self::Answer(..) => Ok(serde_json::from_slice(json)?),
        }
    }

    /// Returns the time to read the result over that of the peer, and over that of the least by hand.
    fn time(&self) -> Outcome<(f64, f64)> {
        let json = self.json();
        let [mut ours, mut peer, mut least] = [const { Vec::new() }; 3];
        for _ in 0..REPETITIONS {
            for side in any_order::<3>() {
                match side {
                    0 => ours.push(timed(|| self.read())?),
                    1 => peer.push(timed(|| Ok(serde_json::from_slice::<Value>(&json)?))?),
                    _ => least.push(timed(|| self.read_least(&json))?),
                }
            }
        }
        debug_assert!(median(ours.clone()) > 0.0, "the clock stands still");
        Ok((ratio(&ours, &peer), ratio(&ours, &least)))
    }
}

/// Returns the seconds that some work takes, with the end of what it makes.
fn timed<T>(work: impl FnOnce() -> Outcome<T>) -> Outcome<f64> {
    let started = ThreadTime::now();
    black_box(work()?);
    Ok(started.elapsed().as_secs_f64())
}
