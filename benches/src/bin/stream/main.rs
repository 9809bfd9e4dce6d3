//! Compares the decoders of event streams on each kind of stream and each size of reads.
//!
//! `cargo xtask bench stream` prints times of the processor and, where valgrind is present, instructions. The last line tells in
//! which cell of the table this workspace's decoder is worst against the best peer there. A cell that is above
//! the goal is measured a second time; the program fails where both runs are above it.
//!
//! `--wall` leaves the instructions out, `--instructions` the times, and `--only` measures the
//! cells whose names contain what follows it. `stream_allocations` counts allocations,
//! because a counting allocator would slow down those who allocate.

mod instructions;
mod table;
mod typed;

use std::env;
use std::process::ExitCode;

use benches::stream::{PEERS, Subject, version};

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let mut only = "";
    let (wall, count) = match &*arguments.iter().map(String::as_str).collect::<Vec<_>>() {
        [] => (true, true),
        ["--wall"] => (true, false),
        ["--instructions"] => (false, true),
        ["--only", name] => {
            only = name;
            (true, false)
        }
        [instructions::ONCE, cell, way] => return instructions::once(cell, way),
        _ => {
            eprintln!("stream [--wall | --instructions | --only PART_OF_A_NAME]");
            return ExitCode::FAILURE;
        }
    };
    // Moving to the other core in the middle of a repetition would cost one decoder its caches.
    if let Some(core) = core_affinity::get_core_ids().unwrap_or_default().pop() {
        core_affinity::set_for_current(core);
    }
    let versions = PEERS.map(|peer| format!("{} {}", peer.name(), version(peer.name())));
    println!("{} beside {}\n", Subject::SimCore.name(), versions.join(", "));
    if count {
        instructions::print();
    }
    if !wall {
        return ExitCode::SUCCESS;
    }
    if only.is_empty() {
        typed::print();
    }
    table::print(only)
}
