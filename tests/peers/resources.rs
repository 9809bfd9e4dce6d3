//! The commands of the official client about tables, knowledge bases, files and workspaces, typed against the mock. Each does
//! its work, or asks for an operation that only newer servers have.

use std::collections::BTreeMap;
use std::path::Path;
use std::{env, fs};

use serde_json::{Value, json};
use sim_mock::{KEY, Sim};

use crate::cli::{CommandLine, told};
use crate::edition::Edition;
use crate::program::Program as _;

/// What a command prints.
enum Prints {
    /// This value, at this place.
    Is(&'static str, Value),
    /// The value of a name in later commands, at this place.
    Name(&'static str, &'static str),
    /// That the server does not have the operation.
    Newer,
}

use Prints::{Is, Name, Newer};

/// What one types, without `sim`. `{name}` stands for the value of a name.
fn commands() -> Vec<(&'static str, Prints)> {
    let columns = r#"{"columns":[{"name":"name","type":"string","required":true},{"name":"n","type":"number"}]}"#;
    let create: &'static str = format!("tables create --name people --schema {columns}").leak();
    vec![
        ("workspaces list", Is("/data/0/memberCount", json!(1))),
        ("workspaces members", Is("/data/0/role", json!("admin"))),
        (create, Name("table", "/id")),
        ("tables get {table}", Is("/name", json!("people"))),
        ("tables update {table} --description d", Is("/description", json!("d"))),
        (r#"tables rows create {table} --data {"name":"Ann","n":1}"#, Name("row", "/id")),
        (
            r#"tables rows create {table} --rows [{"name":"Bob","n":2}]"#,
            Is("/insertedCount", json!(1)),
        ),
        ("tables rows list {table}", Is("/data/1/data/name", json!("Bob"))),
        ("tables rows get {table} {row}", Is("/data", json!({ "name": "Ann", "n": 1 }))),
        (r#"tables rows update {table} {row} --data {"n":5}"#, Is("/data/n", json!(5))),
        (
            r#"tables rows query {table} --filter {"field":"n","op":"gt","value":3}"#,
            Is("/data/0/data/name", json!("Ann")),
        ),
        ("tables rows count {table}", Is("/totalCount", json!(2))),
        (
            r#"tables rows batch-update {table} --filter {"all":[{"field":"n","op":"gt","value":0}]} --data {"n":7} --yes"#,
            Is("/updatedCount", json!(2)),
        ),
        (
            r#"tables columns create {table} --column {"name":"email","type":"string","unique":true}"#,
            Is("/columns/2/name", json!("email")),
        ),
        (
            r#"tables columns update {table} --column-name email --updates {"name":"mail"}"#,
            Is("/columns/2/name", json!("mail")),
        ),
        (
            r#"tables upsert {table} --data {"name":"Cy","mail":"c@x"} --on mail"#,
            Is("/operation", json!("insert")),
        ),
        (
            "tables columns delete {table} --column-name mail --yes",
            Is("/columns/1/name", json!("n")),
        ),
        ("tables views list {table}", Is("/0/name", json!("Default"))),
        ("tables views create {table} --name v --config {}", Name("view", "/id")),
        ("tables views delete {table} {view} --yes", Is("/deleted", json!(true))),
        ("tables groups list {table}", Is("", json!([]))),
        ("tables exports create {table} --format csv", Is("/rowsProcessed", json!(3))),
        ("tables import {folder}/people.csv --name imported", Is("/rowsProcessed", json!(2))),
        (
            "tables import {folder}/people.csv --table-id {table} --mode append",
            Is("/status", json!("completed")),
        ),
        ("tables rows delete {table} {row} --yes", Is("/deleted", json!(true))),
        (
            r#"tables rows batch-delete {table} --filter {"all":[{"field":"n","op":"gt","value":0}]} --yes"#,
            Is("/deletedCount", json!(3)),
        ),
        ("tables mkdir /F", Is("/path", json!("/F"))),
        ("tables mv {table} /F", Is("/folderPath", json!("/F"))),
        ("tables ls /F", Is("/0/kind", json!("table"))),
        ("tables rows search {table} --query Ann", Newer),
        ("tables restore {table}", Newer),
        ("tables delete {table} --yes", Is("/deleted", json!(true))),
        ("knowledge create --name kb", Name("base", "/id")),
        ("knowledge update {base} --description d", Is("/description", json!("d"))),
        ("knowledge documents upload {base} {folder}/fox.txt", Name("document", "/id")),
        ("knowledge documents get {base} {document}", Is("/processingStatus", json!("pending"))),
        ("knowledge documents get {base} {document}", Is("/processingStatus", json!("processing"))),
        ("knowledge documents get {base} {document}", Is("/processingStatus", json!("completed"))),
        ("knowledge get {base}", Is("/docCount", json!(1))),
        (
            "knowledge search --kb {base} --query fox",
            Is("/results/0/documentId", json!("{document}")),
        ),
        ("knowledge documents list {base}", Is("/data/0/filename", json!("fox.txt"))),
        (
            "knowledge documents update {base} {document} --filename a.txt",
            Is("/filename", json!("a.txt")),
        ),
        ("knowledge tags list {base}", Is("", json!([]))),
        ("knowledge connectors list {base}", Is("/data", json!([]))),
        ("knowledge documents delete {base} {document} --yes", Is("/deleted", json!(true))),
        ("knowledge delete {base} --yes", Is("/deleted", json!(true))),
        ("files upload {folder}/fox.txt", Name("file", "/id")),
        ("files describe {file}", Is("/size", json!(20))),
        ("files rename {file} --name b.txt", Is("/name", json!("b.txt"))),
        ("files set-content {file} --content hello", Is("/size", json!(5))),
        ("files share set {file} --is-active true", Is("/isActive", json!(true))),
        ("files mkdir /G", Is("/path", json!("/G"))),
        ("files delete {file} --yes", Is("/deleted", json!(true))),
        ("files restore {file}", Is("/name", json!("b.txt"))),
        ("files list", Is("/data/0/name", json!("b.txt"))),
    ]
}

fn filled(text: &str, names: &BTreeMap<&str, String>) -> String {
    let names = names.iter();
    names.fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}

/// Returns what is wrong with what a command printed.
fn judge(
    prints: &Prints,
    printed: &Value,
    names: &mut BTreeMap<&'static str, String>,
) -> Option<String> {
    let value = |place: &str| match printed.get("ok") {
        Some(value) => value.pointer(place).cloned().ok_or_else(|| format!("no {place}: {value}")),
        None => Err(printed.to_string()),
    };
    match prints {
        Is(place, wanted) => match value(place) {
            Err(why) => Some(why),
            Ok(found) => {
                let wanted: Value = filled(&wanted.to_string(), names).parse().unwrap_or_default();
                (found != wanted).then(|| format!("{place} is {found}, not {wanted}"))
            }
        },
        Name(name, place) => match value(place) {
            Err(why) => Some(why),
            Ok(found) => {
                names.insert(name, found.as_str().unwrap_or_default().to_owned());
                None
            }
        },
        Newer => {
            let error = printed["error"].to_string();
            let is_missing = error.contains("NOT_FOUND") || error.contains("status 405");
            (!is_missing).then(|| printed.to_string())
        }
    }
}

#[test]
fn the_commands_of_the_official_client_about_resources_work() {
    let Ok(program) = env::var(Edition::CommandLine.variable()) else {
        println!("skipped: the client is not there; run `cargo xtask peers`");
        return;
    };
    let folder = env::temp_dir().join(format!("sim-peers-files-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder for the files");
    let write = |name: &str, text: &str| {
        fs::write(Path::new(&folder).join(name), text).expect("a file can be written");
    };
    write("people.csv", "name,n\nAnn,1\nBob,2\n");
    write("fox.txt", "The quick brown fox\n");
    let sim = Sim::builder().start().expect("a port is free");
    let mut client = CommandLine::new(&program);
    client.open(&sim, KEY);
    let mut names = BTreeMap::from([("folder", folder.display().to_string())]);
    let (mut wrong, commands) = (Vec::new(), commands());
    for (command, prints) in &commands {
        let words: Vec<String> = command.split(' ').map(|word| filled(word, &names)).collect();
        let printed = told(&client.run(&sim, &words));
        if let Some(why) = judge(prints, &printed, &mut names) {
            wrong.push(format!("sim {command}\n    {why}"));
        }
    }
    // The files are in a folder of the system for such.
    let _ = fs::remove_dir_all(&folder);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    println!("sim: {} commands about resources", commands.len());
}
