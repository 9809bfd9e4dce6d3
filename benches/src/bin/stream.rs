//! Times the decoders of event streams beside each other.
//!
//! Run it with `cargo run --release -p benches --bin stream [-- --callgrind]`. `stream_allocations` counts the
//! allocations, because a counting allocator would slow down the decoders that allocate.

use std::env;
use std::process::Command;
use std::time::Instant;

use benches::figures::{float, median, ratio};
use benches::stream::{Depth, FRAMING, Subject, TYPED, Way, Workload};

const REPETITIONS: usize = 15;

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => {
            head();
            let usual = Workload::small(200_000, 1500);
            compare(&usual, &FRAMING, goal);
            compare(&usual, &TYPED, goal);
            compare(&Workload::escaped(200_000, 1500), &TYPED, |_| "");
            for work in [
                Workload::small(200_000, 16 << 10),
                Workload::long(64 << 10, 100, 1500),
                Workload::long(64 << 10, 100, 16 << 10),
                Workload::small(20_000, 1),
                Workload::long(1 << 10, 1024, 1),
                Workload::long(64 << 10, 16, 1),
            ] {
                compare(&work, &FRAMING, |_| "");
            }
        }
        ["--callgrind"] => count_instructions(),
        ["--once", way, frames] => once(way, frames),
        _ => eprintln!("stream [--callgrind]"),
    }
}

fn head() {
    println!(
        "{:<36} {:>10} {:>10} {:>8} {:>8} {:>6}",
        "", "ns/frame", "ns/byte", "GB/s", "ratio", "goal"
    );
}

/// Compares the ways. A repetition runs each way once, and ratios are taken within it.
fn compare(work: &Workload, ways: &[Way], goal: fn(Way) -> &'static str) {
    let ways: Vec<Way> = ways.iter().copied().filter(|way| way.0.bears(work)).collect();
    let mut seconds = vec![Vec::new(); ways.len()];
    for _ in 0..REPETITIONS {
        for (way, seconds) in ways.iter().zip(&mut seconds) {
            let started = Instant::now();
            let events = way.decode(work);
            seconds.push(started.elapsed().as_secs_f64());
            assert_eq!(events, work.frames, "{way}");
        }
    }
    println!("{}", work.name);
    let [frames, bytes] = [work.frames, work.bytes.len()].map(float);
    for (way, own) in ways.iter().zip(&seconds) {
        let nanos = median(own.clone()) * 1e9;
        println!(
            "  {:<34} {:>10.1} {:>10.3} {:>8.3} {:>8.3} {:>6}",
            way.to_string(),
            nanos / frames,
            nanos / bytes,
            bytes / nanos,
            ratio(own, &seconds[0]),
            goal(*way),
        );
    }
}

/// Returns the ratio to reach on the small frames.
fn goal(way: Way) -> &'static str {
    match way {
        Way(Subject::SimCore, Depth::Framing) => "0.45",
        Way(Subject::SimCore, Depth::Lent) => "0.75",
        Way(Subject::SimCore, Depth::Owned) => "0.85",
        _ => "",
    }
}

fn once(way: &str, frames: &str) {
    let way = Way::named(way).expect("the name of a way");
    let work = Workload::small(frames.parse().expect("a number"), 1500);
    // Without frames, callgrind counts only the creation of the workload.
    if env::var_os("NOTHING").is_none() {
        way.decode(&work);
    }
}

/// Counts the instructions of a frame: those of a run of this program under callgrind, less those of a run
/// without frames.
fn count_instructions() {
    const FRAMES: u32 = 20_000;
    println!("{:<36} {:>14}", "small frames, reads of 1500", "instr./frame");
    for way in FRAMING.into_iter().chain(TYPED) {
        let [Some(all), Some(none)] = [false, true].map(|nothing| {
            let mut valgrind = Command::new("valgrind");
            valgrind
                .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
                .arg(env::current_exe().expect("a path"))
                .args(["--once", &way.to_string(), &FRAMES.to_string()]);
            if nothing {
                valgrind.env("NOTHING", "1");
            }
            let output = valgrind.output().ok()?;
            let text = String::from_utf8_lossy(&output.stderr).into_owned();
            let collected = text.lines().find_map(|line| line.split("Collected :").nth(1))?;
            collected.trim().parse::<f64>().ok()
        }) else {
            println!("valgrind did not run");
            return;
        };
        println!("  {:<34} {:>14.1}", way.to_string(), (all - none) / f64::from(FRAMES));
    }
}
