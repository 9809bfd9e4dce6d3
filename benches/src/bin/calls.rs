//! The cost of the SDK for one call: `execute_workflow` beside the same call written by hand, on the same
//! transport, over loopback. There are two of those: the careful one sends what the SDK sends and gets a typed
//! result, and the least one that works does neither.
//!
//! The sides take turns in small batches, so that other load on the machine affects both. First the server is a thread
//! on the client's core, so that its work is a part of each side's time. Then it is a process on another core. With
//! `--check` only allocations are counted, which no load changes.

use std::alloc::System;
use std::hint::black_box;
use std::process::ExitCode;
use std::time::Instant;

use benches::apart::{self, Apart};
use benches::calls::{KEY, Outcome, WORKFLOW, by_hand, input, least, server};
use benches::figures::{any_order, float, median, ratio, trips};
use core_affinity::CoreId;
use serde::Serialize;
use simstudio::operation::RequestBody;
use simstudio::transport::Exchange;
use simstudio::{Api, ExecuteWorkflow, FileInput, Generation};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use tokio::runtime;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// The highest number of allocations of a call beyond those by hand. The design allows eight; today it takes none, and
/// one that comes back unseen would be in every call.
const ALLOCATION_GOAL: f64 = 0.5;
/// The size of the file that an input has, in bytes.
const FILE: usize = 7 * 1024 * 1024;
/// The most bytes that a request with a file allocates beside its body: once more would be ten million.
const AROUND_A_FILE: u64 = 128 * 1024;
/// The number of calls in a batch.
const BATCH: u32 = 20;
/// The number of turns, in which each side makes a batch.
const TURNS: usize = 1000;

fn main() -> Outcome<ExitCode> {
    let cores = core_affinity::get_core_ids().unwrap_or_default();
    let check = match std::env::args().nth(1).as_deref() {
        None => false,
        Some("--check") => true,
        Some(apart::SERVE) => {
            keep_on(cores.first().copied());
            return apart::serve(&server::start()?).map(|()| ExitCode::SUCCESS);
        }
        Some(word) => return Err(format!("{word:?} means nothing here").into()),
    };
    // A program inherits the core that this one is kept on.
    let other = if check || cores.len() < 2 { None } else { Some(Apart::start()?) };
    keep_on(cores.last().copied());
    let calls = |place: &str, url: &str| -> Outcome<bool> {
        println!("{place:<27} {:>8} {:>8} {:>12} {:>8}", "allocs", "more", "wall us", "ratio");
        Ok(blocking(url, check)? & asynchronous(url, check)?)
    };
    let mut verdicts = vec![calls("a call, one core", &server::start()?)?];
    if let Some(server) = other {
        verdicts.push(calls("a call, a core each", server.url())?);
    }
    verdicts.push(file_inputs()?);
    println!(
        "goals: {ALLOCATION_GOAL} allocations more than by hand, ratio 1.05; of a file {AROUND_A_FILE} bytes beside the body"
    );
    Ok(if verdicts.contains(&false) { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Keeps this thread and its children on one core. Otherwise each side's time is mostly the time to wake its
/// half of the server, on the same core or on another.
fn keep_on(core: Option<CoreId>) {
    if !core.is_some_and(core_affinity::set_for_current) {
        eprintln!("not pinned to one core: the wall times are not comparable");
    }
}

fn blocking(url: &str, check: bool) -> Outcome<bool> {
    let hand = by_hand::Blocking::new(url);
    let least = least::Blocking::new(url);
    let sdk = simstudio::ureq::Client::builder()
        .generation(simstudio::Generation::V1)
        .base_url(url)
        .api_key(KEY)
        .build()?;
    compare(
        "ureq",
        check,
        [
            &|calls| {
                for _ in 0..calls {
                    black_box(sdk.execute_workflow(WORKFLOW, input())?);
                }
                Ok(())
            },
            &|calls| {
                for _ in 0..calls {
                    black_box(hand.execute(WORKFLOW, &input())?);
                }
                Ok(())
            },
            &|calls| {
                for _ in 0..calls {
                    black_box(least.execute(WORKFLOW, &input())?);
                }
                Ok(())
            },
        ],
    )
}

fn asynchronous(url: &str, check: bool) -> Outcome<bool> {
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    let hand = by_hand::Async::new(url)?;
    let least = least::Async::new(url);
    let sdk = simstudio::reqwest::Client::builder()
        .generation(simstudio::Generation::V1)
        .base_url(url)
        .api_key(KEY)
        .build()?;
    compare(
        "reqwest",
        check,
        [
            &|calls| {
                runtime.block_on(async {
                    for _ in 0..calls {
                        black_box(sdk.execute_workflow(WORKFLOW, input()).await?);
                    }
                    Ok(())
                })
            },
            &|calls| {
                runtime.block_on(async {
                    for _ in 0..calls {
                        black_box(hand.execute(WORKFLOW, &input()).await?);
                    }
                    Ok(())
                })
            },
            &|calls| {
                runtime.block_on(async {
                    for _ in 0..calls {
                        black_box(least.execute(WORKFLOW, &input()).await?);
                    }
                    Ok(())
                })
            },
        ],
    )
}

/// Encodes a file input into a request of each kind, in both generations, and returns whether each allocates no more
/// than the body. What is allocated in all is never less than the peak.
fn file_inputs() -> Outcome<bool> {
    println!(
        "{:<27} {:>8} {:>12} {:>12} {:>8}",
        format!("a file of {} MiB as input", FILE >> 20),
        "allocs",
        "peak at most",
        "body",
        "beside"
    );
    let mut is_met = true;
    for generation in [Generation::V2, Generation::V1] {
        let row = |name: &str| format!("{generation:?} {name}").to_lowercase();
        is_met &= file_input(&row("execute"), generation, |api, call| request(api.call(call)))?;
        is_met &= file_input(&row("execute, nested"), generation, |api, call| {
            request(api.call(call.nested()))
        })?;
        is_met &= file_input(&row("execute, an option"), generation, |api, call| {
            request(api.call(call.include_file_base64(true)))
        })?;
        is_met &= file_input(&row("stream"), generation, |api, call| {
            request(api.stream(call.stream().include_thinking(true)))
        })?;
        is_met &= file_input(&row("queue"), generation, |api, call| {
            request(api.call(call.queue().allow_unconverted_files()))
        })?;
    }
    is_met &= file_input("v2 execute once, in sync", Generation::V2, |api, call| {
        request(api.once(call.include_file_base64(true).once().sync()))
    })?;
    Ok(is_met)
}

type Request = simstudio::http::Request<RequestBody>;

fn request(exchange: simstudio::Result<impl Exchange>) -> simstudio::Result<Request> {
    Ok(exchange?.request())
}

fn file_input(
    row: &str,
    generation: Generation,
    request: impl FnOnce(&Api, ExecuteWorkflow) -> simstudio::Result<Request>,
) -> Outcome<bool> {
    #[derive(Serialize)]
    struct Input<'a> {
        documents: [&'a FileInput; 1],
    }
    let file = FileInput::from_bytes("a.pdf", "application/pdf", vec![b'x'; FILE]);
    let client = simstudio::ureq::Client::builder().base_url("http://127.0.0.1:9").api_key(KEY);
    let client = client.generation(generation).build()?;
    let region = Region::new(ALLOCATOR);
    let call = ExecuteWorkflow::new(WORKFLOW).input(Input { documents: [&file] });
    let request = black_box(request(client.api(), call)?);
    let change = region.change();
    let (body, all) = (request.body().len(), u64::try_from(change.bytes_allocated)?);
    let beside = all.saturating_sub(body);
    println!("{row:<27} {:>8} {all:>12} {body:>12} {beside:>8}", trips(change));
    Ok(body > FILE as u64 && beside <= AROUND_A_FILE)
}

/// Makes so many calls.
type Side<'a> = &'a dyn Fn(u32) -> Outcome;

/// What the sides are called; the SDK comes first.
const SIDES: [&str; 3] = ["SDK", "by hand", "the least by hand"];

/// Measures the sides, prints the figures, and returns whether they meet the goal for allocations.
fn compare(transport: &str, check: bool, sides: [Side<'_>; 3]) -> Outcome<bool> {
    let mut trips = Vec::new();
    for side in sides {
        // The first calls connect, and grow the buffers.
        side(BATCH)?;
        trips.push(allocations(side)?);
    }
    let walls = if check { Vec::new() } else { walls(sides)? };
    for (at, name) in SIDES.iter().enumerate() {
        print!("{transport:<8} {name:<18} {:>8.1} {:>+8.1}", trips[at], trips[0] - trips[at]);
        if let (Some(own), Some(other)) = (walls.first(), walls.get(at)) {
            let micros = median(other.clone()) * 1e6;
            print!(" {micros:>12.2} {:>8.3}", ratio(own, other));
        }
        println!();
    }
    Ok(trips[0] - trips[1] <= ALLOCATION_GOAL)
}

/// Returns the allocations of a call. The server makes none while it answers.
fn allocations(side: Side<'_>) -> Outcome<f64> {
    let region = Region::new(ALLOCATOR);
    side(BATCH)?;
    Ok(float(trips(region.change())) / f64::from(BATCH))
}

/// Returns the seconds of a call of each side, one figure for each turn.
fn walls(sides: [Side<'_>; 3]) -> Outcome<Vec<Vec<f64>>> {
    let mut walls = vec![Vec::new(); sides.len()];
    for _ in 0..TURNS {
        for at in any_order::<{ SIDES.len() }>() {
            let started = Instant::now();
            sides[at](BATCH)?;
            walls[at].push(started.elapsed().as_secs_f64() / f64::from(BATCH));
        }
    }
    Ok(walls)
}
