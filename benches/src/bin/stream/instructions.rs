//! Instructions a frame, counted by valgrind: no load on the machine changes them.

use std::process::ExitCode;

use benches::figures::float;
use benches::instructions;
use benches::stream::{CELLS, FRAMING};

/// The argument with which this program decodes one stream and prints nothing.
pub(crate) const ONCE: &str = "--once";

/// Stands for a decoder that does nothing.
const NOBODY: usize = FRAMING.len();

/// Prints the instructions of each decoder in each cell.
pub(crate) fn print() {
    println!("instructions a frame, and those of this workspace's decoder over the peer's");
    for (at, cell) in CELLS.iter().enumerate() {
        let work = cell.short();
        let Some(none) = count(at, NOBODY) else {
            println!("valgrind is not here\n");
            return;
        };
        println!("{}", work.name);
        let mut own = f64::NAN;
        for (number, way) in FRAMING.iter().enumerate() {
            let Some(all) = count(at, number) else { continue };
            let each = (all - none) / float(work.frames());
            if number == 0 {
                own = each;
            }
            println!("  {:<26} {each:>14.1} {:>8.3}", way.0.name(), own / each);
        }
    }
    println!();
}

/// Decodes the short form of a cell once.
pub(crate) fn once(cell: &str, way: &str) -> ExitCode {
    let [cell, way] = [cell, way].map(|number| number.parse::<usize>().ok());
    let Some(cell) = cell.and_then(|at| CELLS.get(at)) else { return ExitCode::FAILURE };
    let work = cell.short();
    // Without a decoder, what is counted is the making of the stream alone.
    if let Some(way) = way.and_then(|at| FRAMING.get(at)) {
        way.decode(&work);
    }
    ExitCode::SUCCESS
}

fn count(cell: usize, way: usize) -> Option<f64> {
    instructions::count(&[ONCE, &cell.to_string(), &way.to_string()])
}
