//! Errors are told of in the same words everywhere, and the table of codes is whole: each constant has a row, and
//! each code of a row is a constant.

use super::table::{names, rows};
use super::tree::{Findings, Tree};

const CONSTANTS: &str = "crates/sim-core/src/error/code.rs";
const GUIDE: &str = "docs/errors.md";
const CORE: &str = "crates/sim-core/src/lib.rs";

/// The guide of errors and the documentation of the core tell of the same errors, in the same words.
pub(super) fn same_words(tree: &Tree) -> Findings {
    let (guide, core) = (table(tree, GUIDE), table(tree, CORE));
    let alone = |one: &[&str], other: &[&str]| -> Findings {
        let rows = one.iter().filter(|row| !other.contains(row));
        rows.map(|row| format!("{GUIDE} and sim-core do not agree on the error {row}")).collect()
    };
    if core.is_empty() {
        return vec!["sim-core tells of no errors".to_owned()];
    }
    [alone(&guide, &core), alone(&core, &guide)].concat()
}

/// The table of codes in the guide and the public constants are the same codes.
pub(super) fn whole(tree: &Tree) -> Findings {
    let table = table(tree, GUIDE);
    let told: Vec<_> =
        table.iter().flat_map(|row| names(row)).filter(|name| is_code(name)).collect();
    let constants = constants(tree.text(CONSTANTS).unwrap_or_default());
    if constants.is_empty() {
        return vec![format!("{CONSTANTS} has no constants")];
    }
    let not_told = constants.iter().filter(|code| !told.contains(code));
    let not_told = not_told.map(|code| format!("{GUIDE} does not tell of the code {code}"));
    let unknown = told.iter().filter(|code| !constants.contains(code));
    let unknown = unknown.map(|code| format!("{GUIDE} tells of {code}, which is no constant"));
    not_told.chain(unknown).collect()
}

fn table<'a>(tree: &'a Tree, path: &str) -> Vec<&'a str> {
    rows(tree.text(path).unwrap_or_default(), "code")
}

/// Says whether a text is spelt as codes are.
fn is_code(text: &str) -> bool {
    !text.is_empty()
        && text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}

/// The values of the public constants of the module of codes.
fn constants(source: &str) -> Vec<&str> {
    let public = source.split("pub const ").skip(1);
    public.filter_map(|text| text.split(';').next()?.split('"').nth(1)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str =
        "x\n\n| code | from |\n|---|---|\n| `A` | 1 |\n| `B`, `C_1`, or `x` | `D` |\n\nmore\n";

    #[test]
    fn an_error_that_one_document_tells_of_in_other_words_is_found() {
        let core = |table: &str| {
            let lines: Vec<_> = table.lines().map(|line| format!("//! {line}\n")).collect();
            lines.concat()
        };
        let told =
            |guide: &str, core: &str| same_words(&Tree::of(&[(GUIDE, guide), (CORE, core)])).len();
        assert_eq!(told(TABLE, &core(TABLE)), 0);
        assert_eq!(told(TABLE, &core(&TABLE.replace("| 1 |", "| 3 |"))), 2);
        assert_eq!(told(&TABLE.replace("| `A` | 1 |\n", ""), &core(TABLE)), 1);
        assert_eq!(told(TABLE, ""), 1, "nothing found proves nothing");
    }

    #[test]
    fn a_code_without_a_row_and_a_row_without_a_code_are_found() {
        let codes = "pub const A: &str = \"A\";\npub const B: &str = \"B\";\n\
            pub const C: &str =\n    \"C_1\";\npub(crate) const E: &str = \"E\";\n";
        let found = |codes: &str| whole(&Tree::of(&[(GUIDE, TABLE), (CONSTANTS, codes)])).len();
        assert_eq!(found(codes), 0);
        assert_eq!(found(&codes.replace("pub(crate)", "pub")), 1, "no row");
        assert_eq!(found(&codes.replace("\"A\"", "\"F\"")), 2, "no row, and no constant");
        assert_eq!(found(""), 1, "nothing found proves nothing");
    }
}
