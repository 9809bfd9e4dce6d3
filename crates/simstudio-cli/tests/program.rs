//! The program as people and scripts run it, against a Sim server in this process.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use assert_cmd::assert::Assert;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use sim_mock::Sim;
use simstudio::serde_json::{Value, from_str, json};

type Done = Result<(), Box<dyn Error>>;

/// A folder that goes away with its test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }

    fn file(&self, name: &str, text: &str) -> String {
        let path = self.0.join(name);
        fs::write(&path, text).expect("a file");
        path.display().to_string()
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.0.join(name)).expect("the file")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn sim() -> Sim {
    Sim::demo().start().expect("a server")
}

/// Runs the program without the settings of whoever runs the test.
fn program(folder: &Folder, words: &[&str]) -> Command {
    let mut program = Command::cargo_bin("simstudio").expect("the program");
    for name in ["API_KEY", "ENDPOINT", "PROFILE", "WORKSPACE", "OUTPUT", "CONFIG_FILE"] {
        program.env_remove(format!("SIM_{name}"));
    }
    program.env("SIM_CONFIG_DIR", folder.0.join("sim")).args(words);
    program
}

fn on(sim: &Sim, folder: &Folder, words: &[&str]) -> Assert {
    let mut program = program(folder, words);
    program.env("SIM_API_KEY", sim.key()).env("SIM_ENDPOINT", sim.url());
    program.env("SIM_WORKSPACE", sim.workspace()).assert()
}

fn out(done: &Assert) -> String {
    String::from_utf8(done.get_output().stdout.clone()).expect("text")
}

fn err(done: &Assert) -> String {
    String::from_utf8(done.get_output().stderr.clone()).expect("text")
}

fn value(done: &Assert) -> Value {
    from_str(&out(done)).expect("JSON")
}

#[test]
fn a_run_prints_its_output_and_ends_as_it_ended() {
    let (sim, folder) = (sim(), Folder::new("run"));
    let done = on(&sim, &folder, &["run", "greet", "--input", r#"{"name": "Ann"}"#]).code(0);
    assert_eq!(value(&done), json!({"greeting": "Hello Ann"}));
    let input = folder.file("input.json", r#"{"name": "Ben"}"#);
    let done = on(&sim, &folder, &["run", "greet", "--json", "-i", &format!("@{input}")]).code(0);
    assert_eq!(value(&done)["output"], json!({"greeting": "Hello Ben"}));
    assert_eq!(value(&done)["status"], "completed");

    let done = on(&sim, &folder, &["run", "fails"]).code(1);
    assert!(err(&done).contains("it broke"), "{}", err(&done));
    let done = on(&sim, &folder, &["run", "approval", "-i", r#"{"amount": 5}"#]).code(3);
    assert!(err(&done).contains("approved (boolean"), "{}", err(&done));
}

#[test]
fn wrong_usage_and_refusals_have_the_code_1_and_tell_what_is_wrong() {
    let (sim, folder) = (sim(), Folder::new("wrong"));
    on(&sim, &folder, &["run"]).code(1);
    on(&sim, &folder, &["run", "greet", "--colour"]).code(1);
    let done = on(&sim, &folder, &["run", "greet", "-i", "{"]).code(1);
    assert!(err(&done).contains("not JSON"), "{}", err(&done));
    assert!(sim.requests().is_empty(), "nothing of this is sent");

    let done = on(&sim, &folder, &["run", "nobody"]).code(1);
    assert!(err(&done).contains("status: 404"), "{}", err(&done));
    let mut wrong = program(&folder, &["run", "greet"]);
    let done = wrong.env("SIM_API_KEY", "sk-sim-wrong").env("SIM_ENDPOINT", sim.url()).assert();
    let done = done.code(1);
    assert!(err(&done).contains("simstudio login"), "{}", err(&done));
    assert!(!err(&done).contains("sk-sim-wrong"), "{}", err(&done));
    let done = program(&folder, &["run", "greet"]).assert().code(1);
    assert!(err(&done).contains("SIM_API_KEY"), "{}", err(&done));
}

#[test]
fn a_stream_prints_its_text_and_keeps_thinking_apart() {
    let (sim, folder) = (sim(), Folder::new("follow"));
    let words = [
        "run",
        "chat",
        "-i",
        r#"{"question": "Why"}"#,
        "--follow",
        "--include-thinking",
        "--include-tool-calls",
        "--select-output",
        "assistant.content",
    ];
    let done = on(&sim, &folder, &words).code(0);
    assert!(out(&done).starts_with("Let me look that up. You asked: \"Why\"."), "{}", out(&done));
    assert!(!out(&done).contains("They want"), "{}", out(&done));
    assert!(err(&done).contains("They want to know something."), "{}", err(&done));
    assert!(err(&done).contains("[custom_search: success]"), "{}", err(&done));

    let words: Vec<_> = words.into_iter().chain(["--json"]).collect();
    let done = on(&sim, &folder, &words).code(0);
    assert_eq!(value(&done)["status"], "completed");
    assert!(err(&done).contains("Let me look that up."), "{}", err(&done));
}

#[test]
fn a_queued_run_is_found_waited_for_and_listed() {
    let (sim, folder) = (sim(), Folder::new("queue"));
    let done = on(&sim, &folder, &["run", "greet", "--queue", "--json"]).code(0);
    let run = value(&done)["runId"].as_str().expect("an id").to_owned();
    let of = |words: &[&str]| {
        let words: Vec<_> = words.iter().copied().chain(["--workflow", "greet"]).collect();
        on(&sim, &folder, &words)
    };
    let done = of(&["runs", "wait", &run]).code(0);
    assert_eq!(value(&done), json!({"greeting": "Hello world"}));
    let done = of(&["runs", "watch", &run, "--output", "text"]).code(0);
    assert!(out(&done).contains("Hello world"), "{}", out(&done));
    let done = of(&["runs", "list", "--json"]).code(0);
    assert_eq!(value(&done)[0]["runId"], run.as_str());
    assert!(out(&of(&["runs", "list"]).code(0)).starts_with("RUN "));
    let done = of(&["runs", "get", &run, "--json"]).code(0);
    assert_eq!(value(&done)["output"], json!({"greeting": "Hello world"}));
    assert_eq!(sim.runs().len(), 1);

    sim.hold_queue();
    let done = on(&sim, &folder, &["run", "greet", "--queue", "--json"]).code(0);
    let run = value(&done)["runId"].as_str().expect("an id").to_owned();
    of(&["runs", "wait", &run, "--wait-timeout", "1"]).code(4);
    of(&["runs", "cancel", &run]).code(0);
    sim.release_queue();
    of(&["runs", "wait", &run]).code(2);
}

#[test]
fn a_pause_is_shown_and_answered_once() {
    let (sim, folder) = (sim(), Folder::new("pause"));
    let words = ["run", "approval", "-i", r#"{"amount": 5}"#, "--queue", "--wait", "--json"];
    let done = on(&sim, &folder, &words).code(3);
    let run = value(&done)["runId"].as_str().expect("an id").to_owned();
    let of = |words: &[&str]| {
        let words: Vec<_> = words.iter().copied().chain(["--workflow", "approval"]).collect();
        on(&sim, &folder, &words)
    };
    assert!(out(&of(&["pauses", &run]).code(0)).contains("approved (boolean"));
    // Without an answer and without a terminal nothing is sent.
    of(&["resume", &run]).code(1);
    let done = of(&["resume", &run, "-i", r#"{"approved": true}"#]).code(0);
    assert_eq!(value(&done), json!({"approved": true}));
    of(&["resume", &run, "-i", r#"{"approved": false}"#]).code(1);
    assert_eq!(sim.runs().len(), 1);
}

#[test]
fn a_batch_runs_each_row_once_however_often_it_is_called() -> Done {
    let (sim, folder) = (sim(), Folder::new("batch"));
    let rows = folder.file("rows.csv", "name,city\nAnn,Oslo\n\"Ben, jr\",Rome\n");
    let words = ["batch", &rows, "--workflow", "greet", "--ordered", "--json"];
    for _ in 0..2 {
        let done = on(&sim, &folder, &words).code(0);
        let told = out(&done).lines().map(from_str).collect::<Result<Vec<Value>, _>>()?;
        let greetings: Vec<_> = told.iter().map(|row| &row["output"]["greeting"]).collect();
        assert_eq!(greetings, ["Hello Ann", "Hello Ben, jr"]);
    }
    assert_eq!(sim.runs().len(), 2);

    let lines = folder.file("lines.jsonl", "{\"name\": \"Ann\"}\n\n{\"name\"");
    let done = on(&sim, &folder, &["batch", &lines, "--workflow", "greet"]).code(1);
    assert!(err(&done).contains("lines.jsonl:3"), "{}", err(&done));
    assert_eq!(sim.runs().len(), 2, "a row that cannot be read is found before the first run");
    let lines = folder.file("fail.jsonl", "{}\n");
    on(&sim, &folder, &["batch", &lines, "--workflow", "fails"]).code(1);
    Ok(())
}

#[test]
fn workflows_are_listed_typed_and_deployed() {
    let (sim, folder) = (sim(), Folder::new("workflows"));
    let done = on(&sim, &folder, &["workflows", "list", "--json"]).code(0);
    let names: Vec<_> = value(&done).as_array().expect("a list").clone();
    assert_eq!(names.len(), Sim::DEMO_WORKFLOWS.len());
    let done = on(&sim, &folder, &["workflows", "list", "--json", "--limit", "2"]).code(0);
    assert_eq!(value(&done).as_array().map(Vec::len), Some(2));
    let done = on(&sim, &folder, &["workflows", "types", "greet", "--name", "Greeting"]).code(0);
    assert!(out(&done).contains("pub struct Greeting"), "{}", out(&done));
    on(&sim, &folder, &["run", "draft"]).code(1);
    on(&sim, &folder, &["deploy", "draft", "--wait"]).code(0);
    on(&sim, &folder, &["run", "draft"]).code(0);
    on(&sim, &folder, &["undeploy", "draft"]).code(0);
    on(&sim, &folder, &["run", "draft"]).code(1);
}

#[test]
fn logs_and_limits_are_read() {
    let (sim, folder) = (sim(), Folder::new("logs"));
    on(&sim, &folder, &["run", "greet"]).code(0);
    let done = on(&sim, &folder, &["logs", "list", "--output", "yaml"]).code(0);
    assert!(out(&done).contains("status: completed"), "{}", out(&done));
    assert!(out(&on(&sim, &folder, &["limits"]).code(0)).contains("runs left"));
    on(&sim, &folder, &["whoami"]).code(0);
}

#[test]
fn a_file_goes_up_and_comes_back_whole() {
    let (sim, folder) = (sim(), Folder::new("files"));
    let path = folder.file("notes.txt", "all of it");
    let done = on(&sim, &folder, &["files", "up", &path]).code(0);
    let id = out(&done).trim().to_owned();
    let done = on(&sim, &folder, &["files", "list", "--json"]).code(0);
    assert_eq!((&value(&done)[0]["id"], &value(&done)[0]["size"]), (&json!(id), &json!(9)));
    assert_eq!(out(&on(&sim, &folder, &["files", "down", &id]).code(0)), "all of it");
    let copy = folder.0.join("copy.txt").display().to_string();
    on(&sim, &folder, &["files", "down", &id, "--to", &copy]).code(0);
    assert_eq!(folder.read("copy.txt"), "all of it");

    // What is there is not replaced without a word, and nothing is deleted without one.
    folder.file("copy.txt", "mine");
    on(&sim, &folder, &["files", "down", &id, "--to", &copy]).code(1);
    assert_eq!(folder.read("copy.txt"), "mine");
    on(&sim, &folder, &["files", "down", &id, "--to", &copy, "--force"]).code(0);
    assert_eq!(folder.read("copy.txt"), "all of it");
    on(&sim, &folder, &["files", "delete", &id]).code(1);
    on(&sim, &folder, &["files", "delete", &id, "--yes"]).code(0);
    let done = on(&sim, &folder, &["files", "down", &id, "--to", &copy, "--force"]).code(1);
    assert!(err(&done).contains("status: 404"), "{}", err(&done));
    assert_eq!(folder.read("copy.txt"), "all of it");
    on(&sim, &folder, &["files", "up", &folder.0.display().to_string()]).code(1);
}

#[test]
fn a_profile_is_read_and_changed_without_losing_what_others_wrote() {
    let (sim, folder) = (sim(), Folder::new("profile"));
    fs::create_dir(folder.0.join("sim")).expect("a folder");
    let url = sim.url();
    folder.file("sim/config", &format!("# mine\n[profile work]\nendpoint = {url}\nodd = 1\n"));
    folder.file("sim/credentials", &format!("[work]\napi_key = {}\n", sim.key()));
    program(&folder, &["run", "greet", "-P", "work"]).assert().code(0);
    program(&folder, &["configure", "-P", "work", "--set-output", "json"]).assert().code(0);
    let done = program(&folder, &["run", "greet", "--profile", "work"]).assert().code(0);
    assert_eq!(value(&done)["status"], "completed");
    let config = folder.read("sim/config");
    assert_eq!(
        config,
        format!("# mine\n[profile work]\nendpoint = {url}\nodd = 1\noutput = json\n")
    );
    let done = program(&folder, &["profiles", "--json"]).assert().code(0);
    assert_eq!(value(&done)[0]["hasKey"], true);
    assert!(!out(&done).contains(sim.key()));
    program(&folder, &["logout", "-P", "work"]).assert().code(0);
    program(&folder, &["run", "greet", "-P", "work"]).assert().code(1);
    assert_eq!(sim.runs().len(), 2);
}

#[test]
fn a_login_keeps_the_key_that_the_server_gave_for_its_verifier() {
    let (sim, folder) = (sim(), Folder::new("login"));
    sim.fail_next(200, &[], r#"{"status": "pending"}"#);
    sim.fail_next(503, &[], "{}");
    let key = sim.key();
    let answer = json!({
        "status": "complete", "key": {"id": "k", "apiKey": key}, "scope": "platform", "workspaceId": "ws-1",
    });
    sim.fail_next(200, &[], &answer.to_string());
    let words = ["login", "--no-browser", "--endpoint", sim.url()];
    let done = program(&folder, &words).assert().code(0);
    let polls = sim.requests();
    assert_eq!(polls.len(), 3);
    for poll in &polls {
        assert_eq!((poll.method.as_str(), poll.path()), ("POST", "/api/cli/auth/poll"));
        assert!(poll.header("x-api-key").is_none() && poll.header("authorization").is_none());
    }
    let body: Value = simstudio::serde_json::from_slice(&polls[2].body).expect("JSON");
    let word = |key: &str| body[key].as_str().expect("a word").to_owned();
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(word("verifier")));
    let shown = out(&done);
    assert!(
        shown.contains(&format!("request={}&challenge={challenge}", word("request"))),
        "{shown}"
    );
    assert!(!shown.contains(&word("verifier")) && !shown.contains(key), "{shown}");
    assert!(folder.read("sim/credentials").contains(&format!("[default]\napi_key = {key}\n")));
    assert!(folder.read("sim/config").contains("workspace = ws-1"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let file = fs::metadata(folder.0.join("sim/credentials")).expect("the file");
        assert_eq!(file.permissions().mode() & 0o777, 0o600);
    }
    program(&folder, &["run", "greet"]).assert().code(0);
    // The key is not replaced without a word.
    program(&folder, &words).assert().code(1);
}

#[test]
fn completions_and_manual_pages_need_no_settings() {
    let folder = Folder::new("man");
    let done = program(&folder, &["completions", "bash"]).assert().code(0);
    assert!(out(&done).contains("complete -F"), "{}", out(&done));
    let pages = folder.0.join("pages").display().to_string();
    program(&folder, &["man", &pages]).assert().code(0);
    assert!(folder.read("pages/simstudio-runs-wait.1").contains("wait"));
}
