//! What was there before the first step that was kept: the columns and rows of tables whose making is kept aside.

use serde_json::{Value, json};

/// The columns of a table, where later answers do not show them. A name with `!` is required, one with `*` has each value
/// once.
const COLUMNS: &[(&str, &str)] = &[
    ("tbl_924d8a8886af4bf3a5ae519f99150bfd", "name:string! email:string* n:number"),
    ("tbl_a77b624411804992826277259c8f10bb", "name:string! email:string* n:number"),
    ("tbl_d53cba9a9afc4b72be65bf1de928d7e2", "a:string* b:number*"),
    ("tbl_efe61a95e34e405fad4cf6e0d27bd40c", "s:string! n:number u:string*"),
    ("tbl_5479c1ff048646f7a52436a2a7e627f4", "a:string b:string n:number"),
    ("tbl_f7d46f1db5bc4187ab4d17cf9f5a9192", "name:string! email:string*"),
    ("tbl_008b11eb3f33479f87b800566e0e377e", "name:string n:number"),
    ("tbl_6309fea0499e42c99728c4226874e980", "name:string"),
    ("tbl_3a4b589ef2b1428a914976aec2992020", "first:boolean a:string n:string b2:string"),
    ("tbl_51e424e3f3d84112bdccb2868014fa33", "only:string"),
    ("tbl_e34ae29cb4b74a70a6b4f81e4e52613b", "n:number"),
    ("tbl_c23920cec3d44204835e68cfa4fe504d", "i:number"),
    ("tbl_8f60573649ec42009c6312e4e8d7bdda", "s:string"),
    ("tbl_9463a74c793f48448af30897303c5096", "s:string"),
];

/// Returns the columns of a table that is told of here.
pub(super) fn columns(table: &str) -> Option<Vec<Value>> {
    let (_, columns) = COLUMNS.iter().find(|(id, _)| *id == table)?;
    let column = |told: &str| {
        let plain = told.trim_end_matches(['!', '*']);
        let (name, kind) = plain.split_once(':').expect("a name and a type");
        let (required, unique) = (told.ends_with('!'), told.ends_with('*'));
        json!({ "name": name, "type": kind, "required": required, "unique": unique })
    };
    Some(columns.split(' ').map(column).collect())
}

/// Returns the rows of a table that is told of here.
pub(super) fn rows(table: &str) -> Vec<Value> {
    let numbers = |many: u64| (0..many).map(|n| json!({ "n": n })).collect();
    match table {
        "tbl_e34ae29cb4b74a70a6b4f81e4e52613b" => numbers(10_001),
        "tbl_c23920cec3d44204835e68cfa4fe504d" => (0..7).map(|i| json!({ "i": i })).collect(),
        "tbl_8f60573649ec42009c6312e4e8d7bdda" => {
            vec![json!({ "s": "a needle in a haystack" }); 1001]
        }
        "tbl_9463a74c793f48448af30897303c5096" => {
            vec![json!({ "s": "x".repeat(400_000) }); 14]
        }
        "tbl_f7d46f1db5bc4187ab4d17cf9f5a9192" => vec![json!({ "name": "A", "email": "a@x" })],
        "tbl_efe61a95e34e405fad4cf6e0d27bd40c" => {
            (0..10).map(|n| json!({ "s": "row", "n": n, "u": format!("u{n}") })).collect()
        }
        _ => Vec::new(),
    }
}

/// Returns the name of a file of the workspace that an import names.
pub(super) fn file(id: &str) -> &'static str {
    if id == "wf_5iLTGIzi_WtS4orJEW6nb" { "kept-aside.txt" } else { "kept-aside.csv" }
}
