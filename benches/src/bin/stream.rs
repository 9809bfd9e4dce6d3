//! Times the decoders of event streams beside each other.
//!
//! `cargo run --release -p benches --bin stream [-- --callgrind]`; the allocations are counted by
//! `stream_allocations`, because a counting allocator would slow down those who allocate.

use std::env;
use std::process::Command;
use std::time::Instant;

use benches::stream::{Depth, Subject, Workload};

const REPETITIONS: usize = 15;

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => {
            compare(&Workload::small(200_000, 1500), Depth::Framing);
            compare(&Workload::small(200_000, 1500), Depth::Json);
            compare(&Workload::small(200_000, 16 << 10), Depth::Framing);
            compare(&Workload::long(64 << 10, 100, 1500), Depth::Framing);
            compare(&Workload::long(64 << 10, 100, 16 << 10), Depth::Framing);
            compare(&Workload::small(20_000, 1), Depth::Framing);
            compare(&Workload::long(1 << 10, 1024, 1), Depth::Framing);
            compare(&Workload::long(64 << 10, 16, 1), Depth::Framing);
        }
        ["--callgrind"] => {
            count_instructions(Depth::Framing);
            count_instructions(Depth::Json);
        }
        ["--once", subject, depth, frames] => once(subject, depth, frames),
        _ => eprintln!("stream [--callgrind]"),
    }
}

/// One repetition is every subject once; ratios are taken within it, so that a slow moment hits both sides.
fn compare(work: &Workload, depth: Depth) {
    let subjects: Vec<_> = Subject::ALL.into_iter().filter(|s| s.bears(work)).collect();
    let mut seconds = vec![Vec::new(); subjects.len()];
    for _ in 0..REPETITIONS {
        for (subject, seconds) in subjects.iter().zip(&mut seconds) {
            let started = Instant::now();
            let events = subject.decode(work, depth);
            seconds.push(started.elapsed().as_secs_f64());
            assert_eq!(events, work.frames, "{}", subject.name());
        }
    }
    println!("\n{}, {depth:?}", work.name);
    println!("{:<20} {:>12} {:>10} {:>8} {:>9}", "", "ns/frame", "ns/byte", "GB/s", "ratio");
    let [frames, bytes] =
        [work.frames, work.bytes.len()].map(|n| f64::from(u32::try_from(n).unwrap_or(u32::MAX)));
    for (subject, own) in subjects.iter().zip(&seconds) {
        let nanos = median(own.clone()) * 1e9;
        let ratio = median(own.iter().zip(&seconds[0]).map(|(own, base)| own / base).collect());
        println!(
            "{:<20} {:>12.1} {:>10.3} {:>8.3} {ratio:>9.3}",
            subject.name(),
            nanos / frames,
            nanos / bytes,
            bytes / nanos,
        );
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn once(subject: &str, depth: &str, frames: &str) {
    let subject = Subject::ALL.into_iter().find(|s| s.name() == subject).expect("a subject");
    let depth = if depth == "Json" { Depth::Json } else { Depth::Framing };
    let work = Workload::small(frames.parse().expect("a number"), 1500);
    // Without frames, what callgrind counts is the making of the workload alone.
    if env::var_os("NOTHING").is_none() {
        subject.decode(&work, depth);
    }
}

/// Instructions a frame: what a run of this program takes under callgrind, less what it takes to do nothing.
fn count_instructions(depth: Depth) {
    const FRAMES: u32 = 20_000;
    println!("\nsmall frames, reads of 1500, {depth:?}: instructions a frame");
    for subject in Subject::ALL {
        let [Some(all), Some(none)] = [false, true].map(|nothing| {
            let mut valgrind = Command::new("valgrind");
            valgrind
                .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
                .arg(env::current_exe().expect("a path"))
                .args(["--once", subject.name(), &format!("{depth:?}"), &FRAMES.to_string()]);
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
        println!("{:<20} {:>12.1}", subject.name(), (all - none) / f64::from(FRAMES));
    }
}
