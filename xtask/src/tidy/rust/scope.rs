//! Reads what a module declares, imports and names.

use super::code::group;
use super::lexer::{Kind, Token};
use super::use_tree::{Import, imports};

/// What stands in one module, without what stands in the modules inside of it.
#[derive(Debug, Default)]
pub(crate) struct Scope {
    /// The names of its items.
    pub(crate) items: Vec<String>,
    /// Those of its items that are traits: their methods are used without their name.
    pub(crate) traits: Vec<String>,
    /// The macros that it defines for the whole crate.
    pub(crate) macros: Vec<String>,
    pub(crate) children: Vec<Child>,
    pub(crate) imports: Vec<Import>,
    /// The paths and the single names in its code; a macro that is called ends in `!`.
    pub(crate) paths: Vec<(Vec<String>, usize)>,
}

/// A module inside of another.
#[derive(Debug)]
pub(crate) struct Child {
    pub(crate) name: String,
    /// What stands in it, if that is in the same file.
    pub(crate) inline: Option<Scope>,
    /// Where a `path` attribute puts its file.
    pub(crate) path: Option<String>,
}

/// Reads the code of a file.
pub(crate) fn scope(code: &[Token<'_>]) -> Scope {
    let mut scope = Scope::default();
    let (mut at, mut depth) = (0, 0_usize);
    while let Some(token) = code.get(at) {
        if token.opens() {
            depth += 1;
        } else if token.closes() {
            depth = depth.saturating_sub(1);
        }
        at = match (token.kind, token.text) {
            (Kind::Word, "use") if !next_is(code, at, "<") => {
                let (found, end) = imports(code, at + 1, is_public(code, at));
                scope.imports.extend(found);
                end
            }
            (Kind::Word, "mod") => scope.child(code, at),
            (Kind::Word, "macro_rules") if next_is(code, at, "!") => scope.declare_macro(code, at),
            (Kind::Word, word) if depth == 0 && declares(word) => scope.declare(code, at),
            (Kind::Word, _) => scope.path(code, at),
            (_, "::") => skip_path(code, at),
            _ => at + 1,
        };
    }
    scope
}

impl Scope {
    fn child(&mut self, code: &[Token<'_>], at: usize) -> usize {
        let Some(name) = code.get(at + 1).filter(|token| token.kind == Kind::Word) else {
            return at + 1;
        };
        let mut child = Child { name: name.text.to_owned(), inline: None, path: None };
        let end = if next_is(code, at + 1, "{") {
            let end = group(code, at + 2);
            child.inline = Some(scope(&code[at + 3..end - 1]));
            end
        } else {
            child.path = path_attribute(&code[..at]);
            at + 2
        };
        self.children.push(child);
        end
    }

    fn declare(&mut self, code: &[Token<'_>], at: usize) -> usize {
        // `const fn f` declares `f`.
        let name = code.get(at + 1).filter(|token| token.kind == Kind::Word);
        let Some(name) = name.filter(|name| !declares(name.text)) else { return at + 1 };
        self.items.push(name.text.to_owned());
        if code[at].text == "trait" {
            self.traits.push(name.text.to_owned());
        }
        at + 2
    }

    fn declare_macro(&mut self, code: &[Token<'_>], at: usize) -> usize {
        if let Some(name) = code.get(at + 2) {
            self.items.push(name.text.to_owned());
            self.macros.push(name.text.to_owned());
        }
        at + 3
    }

    fn path(&mut self, code: &[Token<'_>], at: usize) -> usize {
        let follows = |mark| at > 0 && code[at - 1].is_mark(mark);
        let mut path = vec![code[at].text.to_owned()];
        let mut end = at + 1;
        while code.get(end).is_some_and(|token| token.is_mark("::"))
            && code.get(end + 1).is_some_and(|token| token.kind == Kind::Word)
        {
            path.push(code[end + 1].text.to_owned());
            end += 2;
        }
        // `x.name` is a field or a method, and `$name` a part of a macro.
        if !follows(".") && !follows("$") {
            let is_macro = code.get(end).is_some_and(|token| token.is_mark("!"))
                && code.get(end + 1).is_some_and(Token::opens);
            if let Some(name) = path.last_mut().filter(|_| is_macro) {
                name.push('!');
            }
            self.paths.push((path, code[at].line));
        }
        end
    }
}

/// The words before the name of an item.
fn declares(word: &str) -> bool {
    matches!(word, "struct" | "enum" | "union" | "trait" | "type" | "fn" | "const" | "static")
}

fn next_is(code: &[Token<'_>], at: usize, mark: &str) -> bool {
    code.get(at + 1).is_some_and(|token| token.is_mark(mark))
}

/// Says whether a `pub` of any reach stands before the word at `at`.
fn is_public(code: &[Token<'_>], at: usize) -> bool {
    let before = &code[..at];
    match before.last() {
        Some(token) if token.is_mark(")") => {
            let open = before.iter().rposition(|token| token.is_mark("("));
            open.is_some_and(|open| open > 0 && before[open - 1].is_word("pub"))
        }
        Some(token) => token.is_word("pub"),
        None => false,
    }
}

/// Passes over a path that begins with `::`: it leads to another crate, or goes on behind `<..>`.
fn skip_path(code: &[Token<'_>], at: usize) -> usize {
    let is_word = code.get(at + 1).is_some_and(|token| token.kind == Kind::Word);
    if is_word { at + 2 } else { at + 1 }
}

/// The text of the `path` attribute right before an item.
fn path_attribute(before: &[Token<'_>]) -> Option<String> {
    let [.., hash, open, path, equals, text, close] = before else { return None };
    let marks = [(hash, "#"), (open, "["), (equals, "="), (close, "]")];
    let is_path = path.is_word("path") && marks.iter().all(|(token, mark)| token.is_mark(mark));
    is_path.then(|| text.text.trim_matches('"').to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::code::code;
    use super::*;

    fn read(source: &str) -> Scope {
        scope(&code(source))
    }

    fn paths(source: &str) -> Vec<String> {
        read(source).paths.iter().map(|(path, _)| path.join("::")).collect()
    }

    #[test]
    fn items_and_modules_are_told_apart() {
        let found = read(
            "pub struct A; pub(crate) const fn f() { fn g() {} } trait T {}\n\
             macro_rules! m { () => {}; }\n#[path = \"x/y.rs\"]\nmod b;\npub mod c { struct D; }",
        );
        assert_eq!(found.items, ["A", "f", "T", "m"]);
        assert_eq!((found.traits, found.macros), (vec!["T".to_owned()], vec!["m".to_owned()]));
        assert_eq!(found.children[0].path.as_deref(), Some("x/y.rs"));
        assert_eq!(
            found.children[1].inline.as_ref().map(|c| &c.items[..]),
            Some(&["D".into()][..])
        );
    }

    #[test]
    fn a_use_is_public_if_it_has_any_pub() {
        let public = |source| read(source).imports.iter().map(|i| i.is_public).collect::<Vec<_>>();
        assert_eq!(public("use a::b; pub use c::{d, e};"), [false, true, true]);
        assert_eq!(public("pub(crate) use a::b; fn f() { use c::d; }"), [true, false]);
        assert!(read("fn f<'a>(x: X) -> impl Y + use<'a> { a }").imports.is_empty());
    }

    #[test]
    fn paths_in_code_are_found_wherever_they_stand() {
        let found = paths("fn f(x: crate::a::B<c::D>) -> <E as super::F>::G { x.h(j::k!(l)) }");
        for path in ["crate::a::B", "c::D", "super::F", "j::k!", "l"] {
            assert!(found.contains(&path.to_owned()), "{path} in {found:?}");
        }
        for path in ["h", "G"] {
            assert!(!found.contains(&path.to_owned()), "{path} in {found:?}");
        }
        assert!(paths("fn f() { a != b }").contains(&"a".to_owned()));
    }
}
