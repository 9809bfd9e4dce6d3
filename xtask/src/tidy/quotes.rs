//! What a document quotes of a source file is what stands there: so it compiles.
//!
//! A line `<!-- quotes PATH -->` before a code block says that the block is the whole of that file.

use super::tree::{Findings, Tree};

const MARK: &str = "<!-- quotes ";

pub(super) fn rule(tree: &Tree) -> Findings {
    let mut findings = Findings::new();
    for file in tree.documents() {
        for quote in file.text.split(MARK).skip(1) {
            let path = quote.split(" -->").next().unwrap_or_default();
            let block = quote.split("```rust\n").nth(1).and_then(|rest| rest.split("```").next());
            let text = tree.text(path);
            if text.is_none() || text != block {
                findings.push(format!("{} does not quote {path} as it is", file.path));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(quote: &str) -> usize {
        rule(&Tree::of(&[("a.rs", "fn a() {}\n"), ("docs/x.md", quote)])).len()
    }

    #[test]
    fn a_quote_is_the_whole_of_its_file() {
        assert_eq!(found("x\n<!-- quotes a.rs -->\n```rust\nfn a() {}\n```\ny\n"), 0);
        assert_eq!(found("<!-- quotes a.rs -->\n```rust\nfn b() {}\n```\n"), 1);
        assert_eq!(found("<!-- quotes a.rs -->\nno block\n"), 1);
        assert_eq!(found("<!-- quotes b.rs -->\n```rust\nfn b() {}\n```\n"), 1);
    }
}
