//! Counts what the decoders of event streams take from the allocator, per frame.

use std::alloc::System;

use benches::stream::{Depth, Subject, Workload};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() {
    count(&Workload::small(200_000, 1500), Depth::Framing);
    count(&Workload::small(200_000, 1500), Depth::Json);
    count(&Workload::long(64 << 10, 100, 1500), Depth::Framing);
    count(&Workload::small(20_000, 1), Depth::Framing);
}

fn count(work: &Workload, depth: Depth) {
    println!("\n{}, {depth:?}", work.name);
    println!("{:<20} {:>14} {:>14} {:>14}", "", "in all", "per frame", "bytes/frame");
    for subject in Subject::ALL.into_iter().filter(|subject| subject.bears(work)) {
        let region = Region::new(ALLOCATOR);
        subject.decode(work, depth);
        let stats = region.change();
        let calls = stats.allocations + stats.reallocations;
        let [per_frame, bytes] = [calls, stats.bytes_allocated].map(|n| ratio(n, work.frames));
        println!("{:<20} {calls:>14} {per_frame:>14.4} {bytes:>14.1}", subject.name());
    }
}

fn ratio(a: usize, b: usize) -> f64 {
    let [a, b] = [a, b].map(|n| f64::from(u32::try_from(n).unwrap_or(u32::MAX)));
    a / b
}
