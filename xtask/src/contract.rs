//! `cargo xtask contract`: compares the declarations of operations with the documents of the API, in a folder
//! outside the project; see `tests/contract`.

use std::env;
use std::path::PathBuf;

use crate::command::Result;
use crate::shell::{cargo, root, run as execute};

/// The default folder of the documents, relative to the root.
const USUAL: &str = "../shared/openapi";

pub(crate) fn run(arguments: &[String]) -> Result {
    let folder = folder(arguments)?;
    if !folder.is_dir() {
        eprintln!("contract: skipped, the documents are not in {}", folder.display());
        return Ok(());
    }
    let mut test = cargo("test --workspace --all-features --test contract -- --nocapture");
    execute(test.env("SIM_SPEC", folder))
}

/// Returns the folder that the caller named, relative to the caller, or the default one.
fn folder(arguments: &[String]) -> Result<PathBuf> {
    let words: Vec<_> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] => Ok(root().join(USUAL)),
        ["--spec", folder] => Ok(env::current_dir().unwrap_or_default().join(folder)),
        _ => Err("what is wanted is: [--spec FOLDER]".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_may_be_named() {
        let folder =
            |line: &str| folder(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
        assert_eq!(folder(""), Ok(root().join(USUAL)));
        assert!(folder("--spec /x/y").is_ok_and(|folder| folder.ends_with("x/y")));
        assert!(folder("--spec").is_err() && folder("x").is_err());
    }
}
