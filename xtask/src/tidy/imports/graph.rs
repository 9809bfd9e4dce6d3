//! Which file of a crate imports which.

use std::collections::{BTreeMap, BTreeSet};

use super::modules::{Id, Module, Modules, Place};
use crate::tidy::tree::Tree;

/// The files of one crate that import each other: who, whom, and on which line first.
#[derive(Debug, Default)]
pub(in crate::tidy) struct Graph {
    /// The root file of the crate.
    pub(in crate::tidy) root: String,
    /// Every file of it.
    pub(in crate::tidy) files: BTreeSet<String>,
    arrows: BTreeMap<String, BTreeMap<String, usize>>,
}

impl Graph {
    /// Reads the crate with that root file.
    pub(super) fn read(tree: &Tree, root: &str) -> Self {
        let modules = Modules::read(tree, root);
        let files = modules.iter().map(|(_, module)| module.file.clone()).collect();
        let mut graph = Self { root: root.to_owned(), files, arrows: BTreeMap::new() };
        for (id, module) in modules.iter() {
            for (place, line) in imported(&modules, id, module) {
                let to = &modules.get(place.module()).file;
                if *to != module.file {
                    let lines = graph.arrows.entry(module.file.clone()).or_default();
                    let first = lines.entry(to.clone()).or_insert(line);
                    *first = line.min(*first);
                }
            }
        }
        graph
    }

    /// Every arrow: the file that imports, the line, and the file that is imported.
    pub(in crate::tidy) fn arrows(&self) -> impl Iterator<Item = (&str, usize, &str)> {
        self.arrows.iter().flat_map(|(from, targets)| {
            targets.iter().map(|(to, line)| (from.as_str(), *line, to.as_str()))
        })
    }

    /// What a file imports, and on which line.
    pub(in crate::tidy) fn from(&self, file: &str) -> impl Iterator<Item = (&str, usize)> {
        let targets = self.arrows.get(file).into_iter().flatten();
        targets.map(|(to, line)| (to.as_str(), *line))
    }
}

/// What the code of a module needs of the crate, with the lines.
fn imported(modules: &Modules, id: Id, module: &Module) -> Vec<(Place, usize)> {
    let scope = &module.scope;
    let words: BTreeSet<_> = scope
        .paths
        .iter()
        .filter_map(|(path, _)| Some(path.first()?.trim_end_matches('!')))
        .collect();
    let mut found = Vec::new();
    for import in scope.imports.iter().filter(|import| import.name != "*") {
        let Some(place @ Place::Item(..)) = modules.resolve(id, &import.path) else { continue };
        let is_trait = matches!(&place, Place::Item(id, name)
            if modules.get(*id).scope.traits.contains(name));
        // A module passes on the names of the modules inside of it, and needs them only where it uses them.
        let passes_on = modules.is_inside(place.module(), modules.top(id));
        let uses = words.contains(import.name.as_str()) || is_trait && !import.is_public;
        if uses || !passes_on {
            found.push((place, import.line));
        }
    }
    let brings_all = scope.imports.iter().any(|import| import.name == "*");
    for (path, line) in &scope.paths {
        let place = match path.as_slice() {
            [name] => {
                let by_macro = name.strip_suffix('!').filter(|name| !is_known(module, name));
                let by_star = || modules.resolve(id, path).filter(|_| brings_all);
                by_macro.and_then(|name| modules.macro_of(name)).or_else(by_star)
            }
            path => modules.resolve(id, path),
        };
        found.extend(place.filter(|place| matches!(place, Place::Item(..))).map(|p| (p, *line)));
    }
    found
}

/// Says whether a module has or imports that name.
fn is_known(module: &Module, name: &str) -> bool {
    let scope = &module.scope;
    scope.items.iter().any(|item| item == name)
        || scope.imports.iter().any(|import| import.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arrows(files: &[(&str, &str)]) -> Vec<String> {
        let graph = Graph::read(&Tree::of(files), "src/lib.rs");
        graph.arrows().map(|(from, line, to)| format!("{from}:{line} {to}")).collect()
    }

    #[test]
    fn a_module_that_passes_names_on_does_not_import_them() {
        let module = |text| {
            [
                ("src/lib.rs", "mod a;"),
                ("src/a/mod.rs", text),
                ("src/a/b.rs", "pub struct B; pub trait T {}"),
            ]
        };
        assert!(arrows(&module("mod b; pub use b::B; pub(crate) use b::T;")).is_empty());
        assert!(arrows(&module("mod b; use b::B;")).is_empty());
        assert_eq!(
            arrows(&module("mod b;\npub use b::B; struct C(B);")),
            ["src/a/mod.rs:2 src/a/b.rs"]
        );
        assert_eq!(arrows(&module("mod b;\nuse b::T;")), ["src/a/mod.rs:2 src/a/b.rs"]);
        assert_eq!(arrows(&module("mod b;\n\nfn f() -> b::B {}")), ["src/a/mod.rs:3 src/a/b.rs"]);
    }

    #[test]
    fn a_name_that_is_passed_on_from_elsewhere_is_imported() {
        let files = [
            ("src/lib.rs", "mod a; mod c;"),
            ("src/a.rs", "pub use crate::c::C;"),
            ("src/c.rs", "pub struct C;"),
        ];
        assert_eq!(arrows(&files), ["src/a.rs:1 src/c.rs"]);
    }

    #[test]
    fn imports_paths_stars_and_macros_are_arrows() {
        let arrow = |text| {
            let lib = "#[macro_use] mod m; mod a; mod b; pub use b::B;";
            let macros = "macro_rules! made { () => {} }";
            arrows(&[
                ("src/lib.rs", lib),
                ("src/m.rs", macros),
                ("src/a.rs", text),
                ("src/b.rs", "pub struct B; pub fn f() {}"),
            ])
        };
        for text in [
            "use crate::B;",
            "use super::b::{self, f};",
            "fn g() { crate::b::f() }",
            "use super::b::*; fn g() { f() }",
            "use crate::b; fn g() { b::f() }",
        ] {
            assert_eq!(arrow(text), ["src/a.rs:1 src/b.rs"], "{text}");
        }
        assert_eq!(arrow("made! { X }"), ["src/a.rs:1 src/m.rs"]);
        for text in [
            "use crate::b;",
            "use super::b::*;",
            "#[cfg(test)] mod tests { use crate::B; }",
            "// crate::B\n",
            "use std::b::B;",
            "fn b() { x.f() }",
        ] {
            assert!(arrow(text).is_empty(), "{text}");
        }
    }
}
