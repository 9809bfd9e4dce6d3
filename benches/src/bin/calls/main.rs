//! The cost of the SDK for one call: `execute_workflow` beside the same call written by hand, on the same
//! transport, over loopback.
//!
//! Both sides take turns in small batches, so that other load on the machine affects both. With `--check` only
//! allocations are counted, which no load changes.

mod by_hand;
mod server;
mod wire;

use std::alloc::System;
use std::error::Error;
use std::hint::black_box;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use tokio::runtime;

use wire::{KEY, WORKFLOW, input};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// The highest ratio of a call's time to the time by hand.
const WALL_GOAL: f64 = 1.05;
/// The highest number of allocations of a call beyond those by hand.
const ALLOCATION_GOAL: f64 = 8.0;
/// The number of calls in a batch.
const BATCH: u32 = 20;
/// The number of pairs of batches, one of each side.
const PAIRS: usize = 1000;

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<ExitCode> {
    let check = match std::env::args().nth(1).as_deref() {
        None => false,
        Some("--check") => true,
        Some(word) => return Err(format!("{word:?} means nothing here").into()),
    };
    pin();
    let url = server::start()?;
    let verdicts = [blocking(&url, check)?, asynchronous(&url, check)?];
    Ok(if verdicts.contains(&false) { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Keeps this thread and its children on one core. Otherwise each side's time is mostly the time to wake its
/// half of the server, on the same core or on another.
fn pin() {
    let core = core_affinity::get_core_ids().and_then(|cores| cores.last().copied());
    if !core.is_some_and(core_affinity::set_for_current) {
        println!("not pinned to one core: the wall times are not comparable");
    }
}

fn blocking(url: &str, check: bool) -> Outcome<bool> {
    let hand = by_hand::Blocking::new(url);
    let sdk = simstudio::ureq::Client::builder()
        .generation(simstudio::Generation::V1)
        .base_url(url)
        .api_key(KEY)
        .build()?;
    compare(
        "ureq",
        check,
        |calls| {
            for _ in 0..calls {
                black_box(hand.execute(WORKFLOW, &input())?);
            }
            Ok(())
        },
        |calls| {
            for _ in 0..calls {
                black_box(sdk.execute_workflow(WORKFLOW, input())?);
            }
            Ok(())
        },
    )
}

fn asynchronous(url: &str, check: bool) -> Outcome<bool> {
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    let hand = by_hand::Async::new(url)?;
    let sdk = simstudio::reqwest::Client::builder()
        .generation(simstudio::Generation::V1)
        .base_url(url)
        .api_key(KEY)
        .build()?;
    compare(
        "reqwest",
        check,
        |calls| {
            runtime.block_on(async {
                for _ in 0..calls {
                    black_box(hand.execute(WORKFLOW, &input()).await?);
                }
                Ok(())
            })
        },
        |calls| {
            runtime.block_on(async {
                for _ in 0..calls {
                    black_box(sdk.execute_workflow(WORKFLOW, input()).await?);
                }
                Ok(())
            })
        },
    )
}

/// Measures both sides, prints the figures, and returns whether they meet all goals that apply here.
fn compare(
    transport: &str,
    check: bool,
    hand: impl Fn(u32) -> Outcome,
    sdk: impl Fn(u32) -> Outcome,
) -> Outcome<bool> {
    // The first calls connect, and grow the buffers.
    hand(BATCH)?;
    sdk(BATCH)?;
    let (by_hand, ours) = (allocations(&hand)?, allocations(&sdk)?);
    let more = ours - by_hand;
    println!(
        "{transport:<8} allocations a call: by hand {by_hand:.1}, SDK {ours:.1}, {more:+.1} \
         (goal {ALLOCATION_GOAL:+.0})"
    );
    if !check {
        let Walls { by_hand, ours, ratio } = walls(&hand, &sdk)?;
        println!(
            "{transport:<8} wall a call:        by hand {by_hand:.1?}, SDK {ours:.1?}, ratio {ratio:.3} \
             (goal {WALL_GOAL})"
        );
    }
    Ok(more <= ALLOCATION_GOAL)
}

/// Returns the allocations of a call. The server makes none while it answers.
fn allocations(side: &impl Fn(u32) -> Outcome) -> Outcome<f64> {
    let region = Region::new(ALLOCATOR);
    side(BATCH)?;
    let change = region.change();
    let trips = u32::try_from(change.allocations + change.reallocations)?;
    Ok(f64::from(trips) / f64::from(BATCH))
}

/// The medians of a call by hand, of a call through the SDK, and of the ratio within a pair.
struct Walls {
    by_hand: Duration,
    ours: Duration,
    ratio: f64,
}

fn walls(hand: &impl Fn(u32) -> Outcome, sdk: &impl Fn(u32) -> Outcome) -> Outcome<Walls> {
    let (mut by_hand, mut ours, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for pair in 0..PAIRS {
        let times = if pair % 2 == 0 {
            let first = wall(hand)?;
            (first, wall(sdk)?)
        } else {
            let first = wall(sdk)?;
            (wall(hand)?, first)
        };
        by_hand.push(times.0);
        ours.push(times.1);
        ratios.push(times.1.as_secs_f64() / times.0.as_secs_f64());
    }
    by_hand.sort_unstable();
    ours.sort_unstable();
    ratios.sort_by(f64::total_cmp);
    let middle = PAIRS / 2;
    Ok(Walls { by_hand: by_hand[middle], ours: ours[middle], ratio: ratios[middle] })
}

fn wall(side: &impl Fn(u32) -> Outcome) -> Outcome<Duration> {
    let started = Instant::now();
    side(BATCH)?;
    Ok(started.elapsed() / BATCH)
}
