//! The rooms of the core: a file imports only from its own room and from those below. Their order stands once, as
//! the table of rooms in `ARCHITECTURE.md`, from the ground up.

use std::collections::BTreeSet;

use super::imports::{Graph, graphs};
use super::table::rows;
use super::tree::{Findings, Tree};

const PLAN: &str = "ARCHITECTURE.md";
const CORE: &str = "crates/sim-core/src/";

/// The root of the crate gathers names out of all rooms, and is none itself.
const ROOT: &str = "lib.rs";

/// Finds imports from a room into a higher one.
pub(super) fn upward(tree: &Tree) -> Findings {
    let order = order(tree);
    let height = |file: &str| order.iter().position(|name| Some(*name) == room(file));
    let all = graphs(tree);
    let core = all.iter().filter(|graph| graph.root.strip_prefix(CORE) == Some(ROOT));
    let arrows = core.flat_map(Graph::arrows);
    let upward = arrows
        .filter(|(from, _, to)| height(from).zip(height(to)).is_some_and(|(from, to)| from < to));
    upward.map(|(from, line, to)| format!("{from}:{line} imports {to}, which is higher")).collect()
}

/// Finds differences between the table of rooms and the folder of the core.
pub(super) fn plan(tree: &Tree) -> Findings {
    let told: Vec<_> = order(tree);
    let built: BTreeSet<_> =
        tree.rust().filter_map(|file| room(&file.path)).filter(|name| *name != ROOT).collect();
    let not_told = built.iter().filter(|name| !told.contains(name));
    let not_told = not_told.map(|name| format!("{PLAN} has no row for {CORE}{name}"));
    let not_built = told
        .iter()
        .enumerate()
        .filter(|(at, name)| !built.contains(*name) || told[..*at].contains(name));
    let not_built = not_built
        .map(|(_, name)| format!("{PLAN} tells of a room {name} that is not there, or twice"));
    let nothing = told.is_empty().then(|| format!("{PLAN} has no table of rooms"));
    not_told.chain(not_built).chain(nothing).collect()
}

/// The names of the rooms from the ground up, as they stand in the folder.
fn order(tree: &Tree) -> Vec<&str> {
    let rows = rows(tree.text(PLAN).unwrap_or_default(), "room");
    let names = rows.into_iter().filter_map(|row| row.split('`').nth(1));
    names.map(|name| name.trim_end_matches('/')).collect()
}

/// The room of a file: the folder or the file right inside of the core's `src`.
fn room(path: &str) -> Option<&str> {
    path.strip_prefix(CORE)?.split('/').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str =
        "| room | what |\n|---|---|\n| `low/` | x |\n| `mid.rs` | x |\n| `high/` | x |\n";

    fn core<'a>(low: &'a str, high: &'a str) -> Vec<(&'a str, &'a str)> {
        vec![
            ("ARCHITECTURE.md", TABLE),
            ("crates/sim-core/Cargo.toml", "[package]\n"),
            ("crates/sim-core/src/lib.rs", "mod low; mod mid; mod high; pub use high::High;"),
            ("crates/sim-core/src/low/mod.rs", low),
            ("crates/sim-core/src/mid.rs", "pub struct Mid;"),
            ("crates/sim-core/src/high/mod.rs", high),
        ]
    }

    #[test]
    fn an_import_that_runs_upward_is_found() {
        let found = |low, high| upward(&Tree::of(&core(low, high)));
        assert!(
            found("pub struct Low;", "use crate::{mid::Mid, low::Low}; pub struct High;")
                .is_empty()
        );
        assert_eq!(
            found("\nuse crate::High;", "pub struct High;"),
            [
                "crates/sim-core/src/low/mod.rs:2 imports crates/sim-core/src/high/mod.rs, which is higher"
            ]
        );
        assert_eq!(found("fn f() -> super::mid::Mid {}", "").len(), 1);
        assert_eq!(found("pub use crate::mid::Mid;", "").len(), 1);
        assert!(found("#[cfg(test)]\nmod tests { use crate::mid::Mid; }", "").is_empty());
    }

    #[test]
    fn the_table_tells_of_every_room_once() {
        let found = |table: &str| {
            let mut files = core("", "");
            files[0].1 = table;
            plan(&Tree::of(&files)).len()
        };
        assert_eq!(found(TABLE), 0);
        assert_eq!(found(&TABLE.replace("| `mid.rs` | x |\n", "")), 1);
        assert_eq!(found(&format!("{TABLE}| `attic/` | x |\n")), 1);
        assert_eq!(found(&format!("{TABLE}| `low/` | x |\n")), 1);
        assert_eq!(found(""), 4, "nothing found proves nothing");
    }
}
