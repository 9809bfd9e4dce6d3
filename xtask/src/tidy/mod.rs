//! `cargo xtask tidy`: rules of the source tree that no compiler checks. Each is a function from texts to
//! what is wrong with them.

mod circles;
mod codes;
mod doc_words;
mod docs;
mod examples;
mod folders;
mod imports;
mod leftovers;
mod orphans;
mod panics;
mod quotes;
mod rooms;
mod rust;
mod size;
mod table;
mod tree;
mod vocabulary;

use crate::command::{Result, nothing};
use tree::{Findings, Tree};

type Rule = fn(&Tree) -> Findings;

const UPWARD: &str = "imports run downward";
const CIRCLES: &str = "no files import each other";

const RULES: [(&str, Rule); 17] = [
    ("files are short", size::rule),
    ("adapters are short", size::adapters),
    ("nothing is left over", leftovers::rule),
    ("every file says what it is for", docs::first_line),
    ("every comment says something", doc_words::rule),
    ("the feature table tells the features", docs::feature_table),
    ("errors are told of in the same words", codes::same_words),
    ("every code has a row", codes::whole),
    ("every example is declared and told of", examples::rule),
    ("documents quote sources as they are", quotes::rule),
    ("nothing panics on what comes from outside", panics::rule),
    ("one word has one meaning", vocabulary::rule),
    ("a module with children is a folder", folders::rule),
    ("every file belongs to a crate", orphans::rule),
    ("the table of rooms tells the rooms", rooms::plan),
    (UPWARD, rooms::upward),
    (CIRCLES, circles::rule),
];

pub(crate) fn run(arguments: &[String]) -> Result {
    nothing(arguments)?;
    let tree = Tree::read()?;
    let found = RULES.map(|(name, rule)| (name, rule(&tree)));
    let count =
        |name| found.iter().filter(|(rule, _)| *rule == name).map(|(_, f)| f.len()).sum::<usize>();
    let summary = format!("tidy: {} upward imports, {} circles", count(UPWARD), count(CIRCLES));
    let lines = |(name, findings): &(&str, Findings)| -> Findings {
        findings.iter().map(|finding| format!("\n  {name}: {finding}")).collect()
    };
    let findings: Findings = found.iter().flat_map(lines).collect();
    if findings.is_empty() {
        println!("{summary}");
        return Ok(());
    }
    Err(format!("the tree is not tidy{}\n{summary}", findings.concat()))
}
