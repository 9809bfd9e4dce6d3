//! Prints what a library offers, a line for each item, from the JSON that rustdoc wrote of it. `cargo xtask api` runs it.

use std::process::ExitCode;

use public_api::Builder;

fn main() -> ExitCode {
    let Some(path) = std::env::args().nth(1) else {
        eprintln!("error: the JSON of a library is wanted");
        return ExitCode::FAILURE;
    };
    // What the compiler adds by itself says nothing about the library.
    let listing = Builder::from_rustdoc_json(path)
        .omit_blanket_impls(true)
        .omit_auto_trait_impls(true)
        .build();
    match listing {
        Ok(listing) => {
            print!("{listing}");
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("error: {why}");
            ExitCode::FAILURE
        }
    }
}
