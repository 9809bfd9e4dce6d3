//! Counts the allocations of the decoders of event streams, for each frame.
//!
//! With `--check` the program fails if it misses a goal. No load on the machine changes these figures.

use std::alloc::System;
use std::process::ExitCode;

use benches::figures::{float, trips};
use benches::stream::{Depth, FRAMING, Reads, Subject, TYPED, Way, Workload};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// The share of a frame in the allocations that a stream makes once, for example for the result of its run.
const ONCE: f64 = 0.001;

fn main() -> ExitCode {
    let check = match std::env::args().nth(1).as_deref() {
        None => false,
        Some("--check") => true,
        Some(word) => {
            eprintln!("{word:?} means nothing here");
            return ExitCode::FAILURE;
        }
    };
    println!("{:<36} {:>10} {:>12} {:>12} {:>6}", "", "in all", "per frame", "bytes/frame", "goal");
    let usual = Workload::small(200_000, Reads::Of(1500));
    let mut met = count(&usual, &FRAMING, goal);
    met &= count(&usual, &TYPED, goal);
    met &= count(&Workload::long(64 << 10, 100, Reads::Of(1500)), &FRAMING, |_| None);
    met &= count(&Workload::small(20_000, Reads::Of(1)), &FRAMING, goal);
    if check && !met { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn goal(way: Way) -> Option<f64> {
    match way {
        Way(Subject::SimCore, Depth::Framing | Depth::Lent) => Some(0.0),
        // One allocation for the block and one for the text.
        Way(Subject::SimCore, Depth::Owned) => Some(2.0),
        _ => None,
    }
}

/// Counts the allocations, and returns whether they meet the goals.
fn count(work: &Workload, ways: &[Way], goal: fn(Way) -> Option<f64>) -> bool {
    println!("{}", work.name);
    let mut met = true;
    for way in ways {
        let region = Region::new(ALLOCATOR);
        way.decode(work);
        let stats = region.change();
        let per_frame = float(trips(stats)) / float(work.frames());
        let bytes = float(stats.bytes_allocated) / float(work.frames());
        let goal = goal(*way);
        met &= goal.is_none_or(|goal| per_frame <= goal + ONCE);
        println!(
            "  {:<34} {:>10} {per_frame:>12.4} {bytes:>12.1} {:>6}",
            way.to_string(),
            trips(stats),
            goal.map(|goal| goal.to_string()).unwrap_or_default(),
        );
    }
    met
}
