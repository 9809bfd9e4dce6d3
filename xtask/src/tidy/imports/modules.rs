//! The modules of one crate, and what a path in one of them leads to.

use std::collections::BTreeMap;

use crate::tidy::rust::{Child, Scope, code, scope};
use crate::tidy::tree::Tree;

/// More steps than any path needs: one that takes more leads round.
const MOST_STEPS: usize = 24;

/// A module, by its place in [`Modules`].
pub(super) type Id = usize;

#[derive(Debug)]
pub(super) struct Module {
    /// The path of its file.
    pub(super) file: String,
    pub(super) scope: Scope,
    parent: Option<Id>,
    /// The outermost module of the same file.
    top: Id,
    children: Vec<(String, Id)>,
}

/// What the `*` imports of a module lead to, by name. A search that is under way is there as `None`, so that modules
/// that import all of each other are searched once.
type Globs = BTreeMap<(Id, String), Option<Place>>;

/// All modules of a crate; the root is the first.
#[derive(Debug, Default)]
pub(super) struct Modules(Vec<Module>);

/// What a path leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    Module(Id),
    /// A name that a module defines.
    Item(Id, String),
}

impl Place {
    pub(super) fn module(&self) -> Id {
        match self {
            Self::Module(id) | Self::Item(id, _) => *id,
        }
    }
}

impl Modules {
    /// Reads the crate with that root file.
    pub(super) fn read(tree: &Tree, root: &str) -> Self {
        let mut modules = Self::default();
        let folder = root.rsplit_once('/').map_or("", |(folder, _)| folder);
        modules.file(tree, root, folder, None);
        modules
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (Id, &Module)> {
        self.0.iter().enumerate()
    }

    pub(super) fn get(&self, id: Id) -> &Module {
        &self.0[id]
    }

    /// Adds the module of a file. Its children's files lie in `folder`.
    fn file(&mut self, tree: &Tree, path: &str, folder: &str, parent: Option<Id>) -> Option<Id> {
        let scope = scope(&code(tree.text(path)?));
        let id = self.0.len();
        self.add(tree, path, folder, scope, (parent, id));
        Some(id)
    }

    fn add(
        &mut self,
        tree: &Tree,
        file: &str,
        folder: &str,
        mut scope: Scope,
        at: (Option<Id>, Id),
    ) {
        let (id, (parent, top)) = (self.0.len(), at);
        let children = std::mem::take(&mut scope.children);
        self.0.push(Module { file: file.to_owned(), scope, parent, top, children: Vec::new() });
        for Child { name, inline, path } in children {
            let inside = format!("{folder}/{name}");
            let child = if let Some(scope) = inline {
                let child = self.0.len();
                self.add(tree, file, &inside, scope, (Some(id), top));
                Some(child)
            } else if let Some(path) = path {
                let path = join(file.rsplit_once('/').map_or("", |(folder, _)| folder), &path);
                let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
                self.file(tree, &path, &folder, Some(id))
            } else {
                let alone = self.file(tree, &format!("{inside}.rs"), &inside, Some(id));
                alone.or_else(|| self.file(tree, &format!("{inside}/mod.rs"), &inside, Some(id)))
            };
            if let Some(child) = child {
                self.0[id].children.push((name, child));
            }
        }
    }

    /// Says whether a module stands inside of another, or is it.
    pub(super) fn is_inside(&self, id: Id, outer: Id) -> bool {
        id == outer || self.0[id].parent.is_some_and(|parent| self.is_inside(parent, outer))
    }

    /// The outermost module of the file of a module.
    pub(super) fn top(&self, id: Id) -> Id {
        self.0[id].top
    }

    /// Finds what a path in a module leads to, through every re-export. `None` leads out of the crate.
    pub(super) fn resolve(&self, from: Id, path: &[String]) -> Option<Place> {
        self.walk(from, path, MOST_STEPS, &mut Globs::new())
    }

    fn walk(&self, from: Id, path: &[String], steps: usize, globs: &mut Globs) -> Option<Place> {
        let steps = steps.checked_sub(1)?;
        let (first, mut rest) = path.split_first()?;
        let mut place = match first.as_str() {
            "crate" => Place::Module(0),
            "self" => Place::Module(from),
            "super" => Place::Module(self.0[from].parent?),
            "" => return None,
            name => self.find(from, name, steps, globs)?,
        };
        while let (Place::Module(id), Some((name, after))) = (&place, rest.split_first()) {
            place = match name.as_str() {
                "super" => Place::Module(self.0[*id].parent?),
                name => {
                    let known = self.find(*id, name, steps, globs);
                    known.unwrap_or_else(|| Place::Item(*id, name.to_owned()))
                }
            };
            rest = after;
        }
        Some(place)
    }

    /// Finds a name in a module: a child, an item, an import, or what comes with a `*`.
    fn find(&self, id: Id, name: &str, steps: usize, globs: &mut Globs) -> Option<Place> {
        let Module { scope, children, .. } = &self.0[id];
        if let Some((_, child)) = children.iter().find(|(child, _)| child == name) {
            return Some(Place::Module(*child));
        }
        let name = name.trim_end_matches('!');
        if scope.items.iter().any(|item| item == name) {
            return Some(Place::Item(id, name.to_owned()));
        }
        if let Some(import) = scope.imports.iter().find(|import| import.name == name) {
            return self.walk(id, &import.path, steps, globs);
        }
        if id == 0 {
            let mut all = self.iter();
            let defines =
                |(_, module): &(Id, &Module)| module.scope.macros.iter().any(|m| m == name);
            if let Some((place, _)) = all.find(defines) {
                return Some(Place::Item(place, name.to_owned()));
            }
        }
        let key = (id, name.to_owned());
        if let Some(known) = globs.get(&key) {
            return known.clone();
        }
        globs.insert(key.clone(), None);
        let mut all = scope.imports.iter().filter(|import| import.name == "*");
        let found = all.find_map(|import| match self.walk(id, &import.path, steps, globs)? {
            Place::Module(other) if other != id => {
                self.find(other, name, steps.checked_sub(1)?, globs)
            }
            _ => None,
        });
        globs.insert(key, found.clone());
        found
    }

    /// Finds the one module that defines a macro.
    pub(super) fn macro_of(&self, name: &str) -> Option<Place> {
        let mut all =
            self.iter().filter(|(_, module)| module.scope.macros.iter().any(|m| m == name));
        let (id, _) = all.next()?;
        all.next().is_none().then(|| Place::Item(id, name.to_owned()))
    }
}

/// Joins a path to a folder, and takes out each `..`.
fn join(folder: &str, path: &str) -> String {
    let mut parts = Vec::new();
    for part in folder.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file_of(files: &[(&str, &str)], from: &str, path: &str) -> Option<String> {
        let modules = Modules::read(&Tree::of(files), "src/lib.rs");
        let (from, _) = modules.iter().find(|(_, module)| module.file == from)?;
        let parts: Vec<_> = path.split("::").map(str::to_owned).collect();
        Some(modules.get(modules.resolve(from, &parts)?.module()).file.clone())
    }

    const FILES: [(&str, &str); 6] = [
        (
            "src/lib.rs",
            "mod a; mod b; pub use a::One; pub mod deep { pub use crate::b::Two as Too; }",
        ),
        (
            "src/a/mod.rs",
            "mod c; mod d; pub use self::c::*; pub(crate) use d::Four; pub struct Own;",
        ),
        ("src/a/c.rs", "pub struct One; pub struct Three;"),
        ("src/a/d.rs", "made! { Four }"),
        ("src/b.rs", "pub struct Two; mod e; #[macro_export] macro_rules! made { () => {} }"),
        ("src/b/e.rs", "use http; use std::fmt;"),
    ];

    #[test]
    fn a_name_is_followed_to_the_file_that_defines_it() {
        let file = |from, path| file_of(&FILES, from, path).unwrap_or_default();
        assert_eq!(file("src/b.rs", "crate::One"), "src/a/c.rs");
        assert_eq!(file("src/b.rs", "crate::a::Three"), "src/a/c.rs");
        assert_eq!(file("src/b.rs", "crate::a::Four"), "src/a/d.rs");
        assert_eq!(file("src/b.rs", "crate::a::Own"), "src/a/mod.rs");
        assert_eq!(file("src/a/d.rs", "super::Own::new"), "src/a/mod.rs");
        assert_eq!(file("src/a/d.rs", "super::super::deep::Too"), "src/b.rs");
        assert_eq!(file("src/a/d.rs", "crate::made!"), "src/b.rs");
        assert_eq!(file("src/b/e.rs", "super::Two"), "src/b.rs");
    }

    #[test]
    fn what_leads_out_of_the_crate_has_no_file() {
        for path in ["std::fmt::Debug", "http::Request", "fmt::Debug", "::a::One", "Unknown"] {
            assert_eq!(file_of(&FILES, "src/b/e.rs", path), None, "{path}");
        }
    }

    #[test]
    fn re_exports_that_lead_round_end() {
        let files = [("src/lib.rs", "mod a; pub use a::X;"), ("src/a.rs", "pub use crate::X;")];
        assert!(file_of(&files, "src/a.rs", "crate::X").is_some_and(|file| file == "src/a.rs"));
    }

    #[test]
    fn a_path_attribute_is_followed() {
        let files = [("src/lib.rs", "#[path = \"../x/y.rs\"] mod a;"), ("x/y.rs", "pub struct B;")];
        assert_eq!(file_of(&files, "src/lib.rs", "a::B").as_deref(), Some("x/y.rs"));
    }
}
