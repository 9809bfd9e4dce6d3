//! The fault matrix over every transport, as a table. Run it with `cargo xtask matrix`.

#[path = "../../examples/transports/tests/curl.rs"]
mod curl;
#[path = "../../examples/transports/tests/hyper.rs"]
mod hyper;
#[path = "../../crates/sim-reqwest/tests/conformance.rs"]
mod reqwest;
#[path = "../../examples/transports/tests/std.rs"]
mod sockets;
#[path = "../../crates/sim-ureq/tests/conformance.rs"]
mod ureq;

use std::process::ExitCode;
use std::time::Instant;

use sim_conformance::matrix::Table;

/// A transport: its name, and the function that makes its calls.
type Transport = (&'static str, fn(&mut Table));

const TRANSPORTS: [Transport; 5] = [
    ("ureq", |table| table.add("ureq", &ureq::subject)),
    ("reqwest", |table| table.add("reqwest", &reqwest::subject)),
    ("hyper", |table| table.add("hyper", &hyper::subject)),
    ("curl", |table| table.add("curl", &curl::subject)),
    ("std", |table| table.add("std", &sockets::subject)),
];

fn main() -> ExitCode {
    let words: Vec<_> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let named = |name: &str| words.iter().any(|word| word == name);
    let all = !TRANSPORTS.iter().any(|(name, _)| named(name));
    let rows: Vec<_> =
        words.iter().filter(|word| TRANSPORTS.iter().all(|(name, _)| name != word)).collect();
    let mut table = Table::of(|cell| rows.is_empty() || named(cell.row));
    for (name, add) in TRANSPORTS.iter().filter(|(name, _)| all || named(name)) {
        let began = Instant::now();
        add(&mut table);
        eprintln!("{name}: {:.1} s", began.elapsed().as_secs_f64());
    }
    println!("{table}");
    let wrong = table.wrong();
    for why in &wrong {
        println!("WRONG {why}");
    }
    let differences = table.differences().len();
    println!("{differences} cells differ between transports, {} are wrong", wrong.len());
    if wrong.is_empty() && differences == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
