//! What an event costs that becomes something typed.

use std::time::Instant;

use benches::figures::{any_order, float, median, ratio};
use benches::stream::{Depth, Reads, Subject, TYPED, Way, Workload};

const REPETITIONS: usize = 15;

/// Prints the times of small frames that are parsed.
pub(crate) fn print() {
    compare(&Workload::small(200_000, Reads::Of(1500)), goal);
    compare(&Workload::escaped(200_000, Reads::Of(1500)), |_| "");
}

/// One repetition is every way once; ratios are taken within it.
fn compare(work: &Workload, goal: fn(Way) -> &'static str) {
    let mut seconds = vec![Vec::new(); TYPED.len()];
    for _ in 0..REPETITIONS {
        for at in any_order::<{ TYPED.len() }>() {
            let way = TYPED[at];
            let started = Instant::now();
            let tally = way.decode(work);
            seconds[at].push(started.elapsed().as_secs_f64());
            // A reader of runs is done with the result; the end mark after it is the last frame.
            assert!(tally.events + 1 >= work.frames(), "{way}: {tally:?}");
        }
    }
    println!("{:<36} {:>10} {:>8} {:>6}", work.name, "ns/frame", "ratio", "goal");
    for (way, own) in TYPED.iter().zip(&seconds) {
        println!(
            "  {:<34} {:>10.1} {:>8.3} {:>6}",
            way.to_string(),
            median(own.clone()) * 1e9 / float(work.frames()),
            ratio(own, &seconds[0]),
            goal(*way),
        );
    }
    println!();
}

/// The ratio to reach on the small frames.
fn goal(way: Way) -> &'static str {
    match way {
        Way(Subject::SimCore, Depth::Lent) => "0.75",
        Way(Subject::SimCore, Depth::Owned) => "0.85",
        _ => "",
    }
}
