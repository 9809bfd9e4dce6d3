//! The cost of more work: what the core takes for 1, 10 and 100 times as many events, pages, items and polls, and
//! for a stream of an hour, in simulated time.
//!
//! Each cost must grow as the work does. The program counts allocations and, where valgrind is present, instructions;
//! no load on the machine changes either. It fails where one grows faster. `--check` leaves the instructions out.

use std::alloc::System;
use std::env;
use std::error::Error;
use std::hint::black_box;
use std::process::ExitCode;
use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};
use sim_core::logs::ListRuns;
use sim_core::operation::Answer;
use sim_core::transport::{Collector, Exchange, Pages, RunEvents, Step};
use sim_core::{Api, Endpoint as _, Generation, RunEvent, RunHandle, WaitBound, WaitPolicy};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

use benches::figures::{float, trips};
use benches::instructions;
use benches::stream::{Reads, Workload};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const SCALES: [usize; 3] = [1, 10, 100];
/// How much faster than the work a count may grow from one scale to the next. What grows with the square of the work
/// grows ten times as fast.
const SLACK: f64 = 1.1;
/// A buffer that doubles as it grows may have doubled just now.
const BYTES_SLACK: f64 = 2.5;
/// Counts below this are those of what is done once.
const ONCE: f64 = 50.0;
/// The argument with which this program does some work once, or only prepares it.
const DO: &str = "--do";
const PREPARE: &str = "--prepare";

type Outcome<T = ()> = Result<T, Box<dyn Error>>;
type Work = Box<dyn FnOnce() -> Outcome>;
/// Prepares so much work.
type Make = fn(usize) -> Work;

/// The kinds of work, and how much of it one scale has.
const KINDS: [(&str, usize, Make); 6] = [
    ("events, owned", 1000, events),
    ("events, collected", 1000, collected),
    ("pages of 10 items", 10, |pages| items(pages, 10)),
    ("items in 10 pages", 100, |items_in_all| items(10, items_in_all / 10)),
    ("polls of one run", 100, polls),
    ("seconds of a stream", 36, seconds),
];

fn main() -> Outcome<ExitCode> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let count = match &*arguments.iter().map(String::as_str).collect::<Vec<_>>() {
        [] => true,
        ["--check"] => false,
        [what @ (DO | PREPARE), kind, amount] => {
            let work = KINDS[kind.parse::<usize>()?].2(amount.parse()?);
            if *what == DO {
                work()?;
            }
            return Ok(ExitCode::SUCCESS);
        }
        words => return Err(format!("{words:?} mean nothing here").into()),
    };
    println!(
        "{:<22} {:>8} {:>11} {:>7} {:>13} {:>7} {:>15} {:>7}",
        "", "amount", "allocations", "growth", "bytes", "growth", "instructions", "growth"
    );
    let mut met = true;
    for (at, (name, unit, work)) in KINDS.iter().enumerate() {
        let mut before: Option<[f64; 3]> = None;
        for scale in SCALES {
            let amount = unit * scale;
            let costs = costs(at, amount, work(amount), count)?;
            print!("{name:<22} {amount:>8}");
            for (which, (cost, width)) in costs.iter().zip([11, 13, 15]).enumerate() {
                let slack = if which == 1 { BYTES_SLACK } else { SLACK };
                let growth = before.map(|before| cost / before[which]);
                met &= growth
                    .is_none_or(|growth| growth.is_nan() || *cost < ONCE || growth <= 10.0 * slack);
                let growth = growth.map(|growth| format!("{growth:.2}")).unwrap_or_default();
                print!(" {cost:>width$.0} {growth:>7}");
            }
            println!();
            before = Some(costs);
        }
    }
    println!("growth: {}", if met { "as the work" } else { "FASTER than the work" });
    Ok(if met { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Returns the allocations, their bytes, and the instructions that some work takes.
fn costs(kind: usize, amount: usize, work: Work, count: bool) -> Outcome<[f64; 3]> {
    let region = Region::new(ALLOCATOR);
    work()?;
    let stats = region.change();
    let of = |what| instructions::count(&[what, &kind.to_string(), &amount.to_string()]);
    let all = if count { of(DO).zip(of(PREPARE)) } else { None };
    let counted = all.map_or(f64::NAN, |(all, preparing)| all - preparing);
    Ok([float(trips(stats)), float(stats.bytes_allocated), counted])
}

fn events(amount: usize) -> Work {
    let work = Workload::small(amount, Reads::Of(1500));
    Box::new(move || {
        let mut events = RunEvents::new(None);
        for mut read in work.reads().map(|read| &read[..]) {
            while let Some(event) = events.next(&mut read) {
                black_box(event?.into_owned());
            }
        }
        Ok(())
    })
}

fn collected(amount: usize) -> Work {
    let work = Workload::small(amount, Reads::Of(1500));
    Box::new(move || {
        let (mut events, mut collector) = (RunEvents::new(None), Collector::default());
        for mut read in work.reads().map(|read| &read[..]) {
            while let Some(event) = events.next(&mut read) {
                if let Some(whole) = collector.take(event) {
                    black_box(whole?);
                    return Ok(());
                }
            }
        }
        Err("the stream has no result".into())
    })
}

/// Walks through the items of so many pages.
fn items(pages: usize, of_a_page: usize) -> Work {
    let row = json!({
        "runId": "0b0e7d7e-6a44-4d3c-8f3a-2f7b8f1c9d10", "workflowId": "wf", "status": "completed", "trigger": "api",
        "startedAt": "2026-11-23T18:26:24.158Z", "endedAt": "2026-11-23T18:26:25.392Z", "durationMs": 1234,
    });
    let page = |number: usize| {
        let next = if number + 1 == pages { Value::Null } else { json!(format!("page {number}")) };
        Bytes::from(json!({"data": vec![&row; of_a_page], "nextCursor": next}).to_string())
    };
    let answers: Vec<Bytes> = (0..pages).map(page).collect();
    Box::new(move || {
        let (mut list, mut seen) = (Pages::new(ListRuns::new("wf")), 0);
        for answer in &answers {
            let call = list.call().ok_or("the list ended early")?;
            let answer = http::Response::builder().status(200).body(answer.clone())?;
            for item in list.receive(call.decode(&Answer::new(answer, None)))? {
                black_box(item);
                seen += 1;
            }
        }
        assert_eq!(seen, pages * of_a_page, "every item");
        assert!(list.call().is_none(), "there are more pages");
        Ok(())
    })
}

/// Waits for a run that works for so many polls.
fn polls(amount: usize) -> Work {
    let run = |status: &str| json!({"executionId": "run-1", "workflowId": "wf", "status": status});
    let [working, ended] =
        ["running", "completed"].map(|status| Bytes::from(run(status).to_string()));
    Box::new(move || {
        let api: Api = Api::builder([1; 32])
            .generation(Generation::V1)
            .base_url("http://localhost")
            .api_key("sk-sim-bench")
            .build()?;
        let policy =
            WaitPolicy::new().bound(WaitBound::Working, Duration::from_secs(u32::MAX.into()));
        let mut wait = api.wait(RunHandle::new("wf", "run-1"), policy)?;
        let (mut now, mut polled) = (Duration::ZERO, 0);
        loop {
            black_box(wait.request());
            polled += 1;
            let body = if polled <= amount { &working } else { &ended };
            let answer = http::Response::builder().status(200).body(body.clone())?;
            match wait.receive(Ok(answer), now) {
                Step::Again(delay) => now += delay,
                Step::Done(run) => {
                    black_box(run?);
                    assert!(polled > amount, "it ended early");
                    return Ok(());
                }
            }
        }
    })
}

/// Reads a stream with a text every 20 ms and a sign of life every 15 s, each in a read of its own.
fn seconds(amount: usize) -> Work {
    let texts = Workload::small(50 * 15, Reads::AFrame);
    Box::new(move || {
        let (mut events, mut now, mut seen) = (RunEvents::new(None), Duration::ZERO, 0);
        let end = Duration::from_secs(u64::try_from(amount)?);
        let texts: Vec<_> = texts.reads().filter(|read| read.ends_with(b"\"}\n\n")).collect();
        while now < end {
            if now.as_millis() % 15_000 == 0 {
                assert!(events.next(&mut &b": ping\n\n"[..]).is_none(), "a comment is no event");
            }
            let mut read = &texts[seen % texts.len()][..];
            let event = events.next(&mut read).ok_or("no event")??;
            seen += usize::from(matches!(black_box(event), RunEvent::Text { .. }));
            now += Duration::from_millis(20);
        }
        assert_eq!(seen, amount * 50, "every text");
        Ok(())
    })
}
