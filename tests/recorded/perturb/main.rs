//! `cargo xtask perturb`: every recording that concerns runs, a resource around them, or a deployed chat, is changed in
//! many small ways and read by the core. What must hold for any answer holds for each of them.
//!
//! The rules that judge are written from the documents of the API and never from the parser. `--break NAME` makes the
//! core meet one rule broken on purpose: the judge must then find violations.

mod broken;
mod case;
mod change;
mod chats;
mod frames;
mod given;
mod judge;
mod places;
mod report;
mod resources;
mod row;
mod same;
mod source;
mod truth;
mod verdict;

use std::process::ExitCode;

use broken::Broken;
use report::Report;

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    let (mut broken, mut names) = (None, Vec::new());
    while let Some(word) = words.next() {
        if word != "--break" {
            names.push(word);
            continue;
        }
        broken = words.next().as_deref().and_then(Broken::named);
        if broken.is_none() {
            eprintln!("--break takes one of: {}", Broken::names());
            return ExitCode::FAILURE;
        }
    }

    let sources = source::records(&names);
    let resources = resources::all(&names);
    let chats = chats::all(&names);
    given::keep_panics();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let reports: Vec<Report> = std::thread::scope(|scope| {
        let part = |first| {
            let (sources, resources, chats) = (&sources, &resources, &chats);
            scope.spawn(move || {
                let mut report = Report::default();
                for (number, source) in sources.iter().enumerate().skip(first).step_by(threads) {
                    case::each(source, number, &mut |case| report.take(&case, broken));
                }
                for (number, source) in resources.iter().enumerate().skip(first).step_by(threads) {
                    resources::each(source, number, broken, &mut report);
                }
                for (number, chat) in chats.iter().enumerate().skip(first).step_by(threads) {
                    chats::each(chat, number, broken, &mut report);
                }
                report
            })
        };
        let parts: Vec<_> = (0..threads).map(part).collect();
        parts.into_iter().map(|part| part.join().expect("the judge does not panic")).collect()
    });
    let report = reports.into_iter().reduce(Report::with).unwrap_or_default();
    print!("{report}");
    if report.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
