//! No files import each other in a circle: such files can only be understood, moved and tested together.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::imports::{Graph, graphs};
use super::tree::{Findings, Tree};

/// Finds the circles between the files of each crate, the shortest ones, such that no two share an import: what
/// opens one of them opens no other.
pub(super) fn rule(tree: &Tree) -> Findings {
    let graphs = graphs(tree);
    let mut ways: Vec<_> =
        graphs.iter().flat_map(circles).collect::<BTreeSet<_>>().into_iter().collect();
    ways.sort_by_key(Vec::len);
    let mut counted = BTreeSet::new();
    ways.retain(|way| {
        let steps: Vec<_> = way.iter().zip(way.iter().cycle().skip(1)).collect();
        let steps = steps.into_iter().map(|((from, _), (to, _))| (*from, *to)).collect::<Vec<_>>();
        let is_new = steps.iter().all(|step| !counted.contains(step));
        counted.extend(steps.into_iter().filter(|_| is_new));
        is_new
    });
    ways.iter().map(|way| told(way)).collect()
}

/// A circle: each file with the line that imports the next one. The first file in order begins.
type Way<'a> = Vec<(&'a str, usize)>;

/// For every file the shortest way back to it.
fn circles(graph: &Graph) -> BTreeSet<Way<'_>> {
    let files: BTreeSet<_> = graph.arrows().map(|(from, _, _)| from).collect();
    files.into_iter().filter_map(|file| way(graph, file)).collect()
}

fn told(way: &[(&str, usize)]) -> String {
    let steps: Vec<_> = way.iter().map(|(file, line)| format!("{file}:{line}")).collect();
    let first = way.first().map_or("", |(file, _)| file);
    format!("{} -> {first}", steps.join(" -> "))
}

/// The shortest way from a file back to itself.
fn way<'a>(graph: &'a Graph, file: &'a str) -> Option<Way<'a>> {
    let reached = reach(graph, file);
    let (mut way, mut at) = (Way::new(), file);
    loop {
        let (from, line) = *reached.get(at)?;
        way.push((from, line));
        at = from;
        if from == file {
            break;
        }
    }
    way.reverse();
    let first = way.iter().enumerate().min_by_key(|(_, (file, _))| *file)?.0;
    way.rotate_left(first);
    Some(way)
}

/// What a file reaches, each with the file and the line that lead there first.
fn reach<'a>(graph: &'a Graph, start: &'a str) -> BTreeMap<&'a str, (&'a str, usize)> {
    let (mut found, mut next) = (BTreeMap::new(), VecDeque::from([start]));
    while let Some(file) = next.pop_front() {
        for (to, line) in graph.from(file) {
            if !found.contains_key(to) {
                found.insert(to, (file, line));
                next.push_back(to);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(a: &str, b: &str, c: &str) -> Findings {
        rule(&Tree::of(&[
            ("x/Cargo.toml", "[package]\n"),
            ("x/tests/it.rs", "mod a; mod b; mod c;"),
            ("x/tests/a.rs", a),
            ("x/tests/b.rs", b),
            ("x/tests/c.rs", c),
        ]))
    }

    #[test]
    fn files_that_import_each_other_are_found_however_long_the_way() {
        let two = found("use super::b::B;", "\nuse crate::a::A;", "use crate::a::A;");
        assert_eq!(two, ["x/tests/a.rs:1 -> x/tests/b.rs:2 -> x/tests/a.rs"]);
        let three = found("use super::b::B;", "use super::c::C;", "fn f() { super::a::A }");
        assert_eq!(three, ["x/tests/a.rs:1 -> x/tests/b.rs:1 -> x/tests/c.rs:1 -> x/tests/a.rs"]);
    }

    #[test]
    fn circles_that_share_an_import_are_told_of_once() {
        let way_round = "use super::b::B; use super::c::C;";
        assert_eq!(found(way_round, "use super::a::A;", "use super::b::B;").len(), 1);
        assert_eq!(found(way_round, "use super::a::A;", "use super::a::A;").len(), 2);
    }

    #[test]
    fn imports_that_lead_one_way_are_no_circle() {
        assert!(found("use super::b::B;", "use super::c::C;", "struct C;").is_empty());
        assert!(found("use super::c::C;", "use super::c::C;", "use std::a::A;").is_empty());
    }

    #[test]
    fn a_file_and_the_modules_inside_of_it_are_a_circle_too() {
        let root = "mod a; use a::A; struct Own(A);";
        let files = [("x/Cargo.toml", "[package]\n"), ("x/src/lib.rs", root)];
        let tree = |a| Tree::of(&[&files[..], &[("x/src/a.rs", a)]].concat());
        assert_eq!(rule(&tree("use crate::Own; struct A;")).len(), 1);
        assert!(rule(&tree("struct A;")).is_empty());
    }
}
