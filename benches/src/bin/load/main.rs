//! Many at once: open streams and concurrent calls of the SDK beside the same by hand, on the same transport.
//!
//! The server and each client are processes of their own, so that neither's work counts as the other's. The sides take
//! turns, and each ratio is taken within a turn. `load` prints both tables, `load streams` and `load calls` one of them.

mod calls;
mod client;
mod server;
mod streams;
mod work;

use std::process::ExitCode;

use benches::apart::{Apart, SERVE};
use benches::calls::Outcome;
use benches::figures::{median, ratio};
use client::{Client, DRIVE};
use work::{Figures, Side, Transport, WORKS, Work};

fn main() -> Outcome<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let given: Vec<_> = arguments.iter().map(String::as_str).collect();
    let works = match given[..] {
        [SERVE] => return server::serve().map(|()| ExitCode::SUCCESS),
        [DRIVE, work, transport, side, url] => {
            return drive(work, transport, side, url).map(|()| ExitCode::SUCCESS);
        }
        [] => WORKS.map(|(_, work)| work).to_vec(),
        [name] => vec![Work::named(name).ok_or("streams or calls is wanted, or nothing")?],
        _ => return Err("load [streams | calls]".into()),
    };
    let mut met = true;
    for work in works {
        met &= print(work)?;
    }
    Ok(if met { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Prints the table of a work. Returns whether every goal is met.
fn print(work: Work) -> Outcome<bool> {
    let mut met = true;
    for transport in Transport::ALL {
        let count = work.count(transport);
        println!("{count} {work:?} on {transport:?} at once, the SDK beside the same by hand");
        let [ours, hand] = sides(work, transport)?;
        for goal in work.goals() {
            let [ours, hand] =
                [&ours, &hand].map(|side| side.iter().map(goal.of).collect::<Vec<_>>());
            let over = ratio(&ours, &hand);
            met &= over <= goal.most;
            let verdict = if over <= goal.most { "met" } else { "missed" };
            println!(
                "  {:<16} {:>10.2} {:>10.2} {over:>8.3}   goal {:.3} {verdict}",
                goal.name,
                median(ours),
                median(hand),
                goal.most,
            );
        }
    }
    Ok(met)
}

/// Measures both sides in turns: the SDK, and by hand.
fn sides(work: Work, transport: Transport) -> Outcome<[Vec<Figures>; 2]> {
    let mut figures = [Vec::new(), Vec::new()];
    for turn in 0..work.turns() {
        for place in 0..2 {
            let at = (turn + place) % 2;
            let mut server = Apart::start()?;
            let client = Client::start(work, transport, Side::ALL[at], server.url())?;
            figures[at].push(client.measured(|| server.go_on())?);
        }
    }
    Ok(figures)
}

/// Is the client: prints one figure a line.
fn drive(work: &str, transport: &str, side: &str, url: &str) -> Outcome {
    let work = Work::named(work).ok_or("no such work")?;
    let transport = if transport == "ureq" { Transport::Ureq } else { Transport::Reqwest };
    let side = if side == "sdk" { Side::Sdk } else { Side::Hand };
    let count = work.count(transport);
    match work {
        Work::Streams => streams::drive(transport, side, url, count),
        Work::Calls => calls::drive(transport, side, url, count),
    }
}
