//! `cargo xtask tidy`: rules of the source tree that no compiler checks. Each is a function from texts to
//! what is wrong with them.

mod docs;
mod examples;
mod leftovers;
mod panics;
mod quotes;
mod size;
mod tree;

use crate::{Result, nothing};
use tree::Tree;

/// What a rule found: a file, and what is wrong there.
type Findings = Vec<String>;

type Rule = fn(&Tree) -> Findings;

const RULES: [(&str, Rule); 8] = [
    ("files are short", size::rule),
    ("nothing is left over", leftovers::rule),
    ("every file says what it is for", docs::first_line),
    ("the feature table tells the features", docs::feature_table),
    ("errors are told of in the same words", docs::error_table),
    ("every example is declared and told of", examples::rule),
    ("documents quote sources as they are", quotes::rule),
    ("nothing panics on what comes from outside", panics::rule),
];

pub(crate) fn run(arguments: &[String]) -> Result {
    nothing(arguments)?;
    let tree = Tree::read()?;
    let mut findings = Findings::new();
    for (name, rule) in RULES {
        findings.extend(rule(&tree).iter().map(|finding| format!("\n  {name}: {finding}")));
    }
    if findings.is_empty() {
        return Ok(());
    }
    Err(format!("the tree is not tidy{}", findings.concat()))
}
