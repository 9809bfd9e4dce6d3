//! Recorded conversations about files and uploads, told to the mock again: it answers with the same status, the same
//! refusal word for word, and data of the same form.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use sim_mock::Sim;

use crate::client::{Answer, Call};

/// The conversations, by the beginning of their names.
const FAMILIES: [&str; 8] = [
    "file-",
    "file-trash-",
    "file-share-",
    "file-upload-empty-",
    "file-upload-lost-",
    "file-upload-parts-",
    "file-upload-partsabort-",
    "file-upload-token-",
];

/// What the mock does not model: roles, other users, and servers of shared pages.
const BEYOND: [&str; 10] = [
    "readonly",
    "wskey",
    "-bob",
    "otherws",
    "public-",
    "meta",
    "content-401",
    "password-wrong",
    "password-right",
    "with-cookie",
];

/// Steps whose outcome hangs on something that is not told, with the reason.
const UNTOLD: [(&str, &str); 3] = [
    ("file-trash-07-list-archived", "what other conversations deleted was there too"),
    ("file-13-head", "the mock tells the length of what it would send"),
    ("file-14-head-404", "the mock tells the length of what it would send"),
];

struct Step {
    name: String,
    request: Value,
    response: Value,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/recordings-2")
}

fn steps(family: &str) -> Vec<Step> {
    let Ok(files) = fs::read_dir(folder()) else { return Vec::new() };
    let prefix = format!("v2-res-{family}");
    let names = files.filter_map(|file| file.ok()?.file_name().into_string().ok());
    // A step has a number behind the name of its conversation.
    let is_step = |rest: &str| rest.starts_with(|c: char| c.is_ascii_digit());
    let of_family = |name: &String| name.strip_prefix(&prefix).is_some_and(is_step);
    let mut names: Vec<String> = names.filter(of_family).collect();
    names.sort();
    let read = |name: String| {
        let text = fs::read_to_string(folder().join(&name)).expect("a recording is readable");
        let mut record: Value = serde_json::from_str(&text).expect("a recording is JSON");
        let (request, response) = (record["request"].take(), record["response"].take());
        Step { name, request, response }
    };
    names.into_iter().map(read).collect()
}

/// What stands in the mock's answers for what stood in the recorded ones.
#[derive(Default)]
struct Learnt(BTreeMap<String, String>);

impl Learnt {
    fn told(&self, text: &str) -> String {
        let all = self.0.iter().filter(|(recorded, _)| recorded.len() > 5);
        all.fold(text.to_owned(), |text, (recorded, here)| text.replace(recorded, here))
    }

    /// Learns the ids and tokens of two answers of the same form.
    fn learn(&mut self, recorded: &Value, here: &Value) {
        match (recorded, here) {
            (Value::Object(recorded), Value::Object(here)) => {
                for (key, value) in recorded {
                    let other = here.get(key).unwrap_or(&Value::Null);
                    if let ("id" | "uploadToken" | "token", Some(value), Some(other)) =
                        (key.as_str(), value.as_str(), other.as_str())
                    {
                        self.0.insert(value.to_owned(), other.to_owned());
                    }
                    self.learn(value, other);
                }
            }
            (Value::Array(recorded), Value::Array(here)) => {
                recorded.iter().zip(here).for_each(|(one, other)| self.learn(one, other));
            }
            _ => {}
        }
    }
}

fn send(sim: &Sim, step: &Step, learnt: &Learnt) -> Answer {
    let text = |key: &str| learnt.told(step.request[key].as_str().unwrap_or_default());
    let mut call = Call::bare(&text("method"), text("target")).body(text("body"));
    for header in step.request["headers"].as_array().into_iter().flatten() {
        let (name, value) = (header[0].as_str().unwrap_or_default(), &header[1]);
        if matches!(name, "x-api-key" | "content-type" | "upload-token" | "range") {
            call = call.header(name, &learnt.told(value.as_str().unwrap_or_default()));
        }
    }
    call.send(sim)
}

/// Asserts that two values have the same form: the same keys, and the same types of what is not null in both.
fn assert_alike(recorded: &Value, here: &Value, at: &str) {
    match (recorded, here) {
        (Value::Object(recorded), Value::Object(here)) => {
            let keys = |object: &serde_json::Map<String, Value>| {
                object.keys().cloned().collect::<std::collections::BTreeSet<_>>()
            };
            assert_eq!(keys(recorded), keys(here), "{at}");
            // Whether there is a password hangs on a step that is kept aside.
            for (key, value) in recorded.iter().filter(|(key, _)| *key != "hasPassword") {
                assert_alike(value, &here[key], &format!("{at}.{key}"));
            }
        }
        (Value::Array(recorded), Value::Array(here)) => {
            for (one, other) in recorded.iter().zip(here) {
                assert_alike(one, other, at);
            }
        }
        (Value::String(_), Value::String(_)) | (Value::Number(_), Value::Number(_)) => {}
        (one, other) => assert_eq!(one, other, "{at}"),
    }
}

fn tell(family: &str) -> usize {
    let steps = steps(family);
    let Some(workspace) = steps.iter().find_map(|step| {
        let body: Value = serde_json::from_str(step.request["body"].as_str()?).ok()?;
        Some(body["workspaceId"].as_str()?.to_owned())
    }) else {
        return 0;
    };
    let sim = Sim::builder().key("sk-sim-key-1").workspace(workspace).start().expect("a port");
    let (mut learnt, mut told) = (Learnt::default(), 0);
    if family == "file-share-" {
        // The step that makes the file is kept aside.
        let target = steps[0].request["target"].as_str().unwrap_or_default();
        let file = target.split('/').find(|part| part.starts_with("wf_")).expect("a file");
        learnt.0.insert(file.to_owned(), sim.add_file("shared.txt", "shared"));
    }
    for step in &steps {
        let name = step.name.trim_start_matches("v2-res-").trim_end_matches(".json");
        let is_beyond = BEYOND.iter().any(|word| name.contains(word))
            || UNTOLD.iter().any(|(untold, _)| *untold == name)
            || step.response.is_null();
        let target = learnt.told(step.request["target"].as_str().unwrap_or_default());
        let is_known = sim.files().iter().any(|file| target.contains(&file.id))
            || sim.uploads().iter().any(|upload| target.contains(&upload.id))
            || !target.contains("wf_") && !target.contains("/uploads/")
            || target.contains("/nope");
        if is_beyond || !is_known {
            continue;
        }
        if name == "file-upload-parts-14-complete" {
            // The step that sends the large part is kept aside.
            let token = step.request["headers"].as_array().into_iter().flatten();
            let mut token = token.filter(|pair| pair[0] == "upload-token").map(|pair| &pair[1]);
            let token = learnt.told(token.next_back().and_then(Value::as_str).expect("a token"));
            let upload = &sim.uploads()[0].id;
            let part = format!("/api/v2/uploads/{upload}/parts/1?token={token}");
            let put = Call::bare("PUT", part).header("content-type", "application/octet-stream");
            assert_eq!(put.body(vec![0; 8 * 1024 * 1024]).send(&sim).status, 204);
        }
        let answer = send(&sim, step, &learnt);
        let (status, body) = (&step.response["status"], &step.response["body"]);
        let body = body.as_str().unwrap_or_default();
        assert_eq!(Value::from(answer.status), *status, "{name}: {}", answer.body);
        match serde_json::from_str::<Value>(body) {
            Ok(recorded) if recorded.get("error").is_some() => {
                let recorded: Value =
                    serde_json::from_str(&learnt.told(body)).expect("it is JSON still");
                assert_eq!(answer.json(), recorded, "{name}");
            }
            Ok(recorded) if recorded.get("data").is_some() => {
                let here = answer.json();
                assert_alike(&recorded, &here, name);
                learnt.learn(&recorded, &here);
            }
            _ => {
                assert_eq!(answer.body, body, "{name}");
                for header in ["content-disposition", "content-type", "content-length"] {
                    let recorded = step.response["headers"].as_array().into_iter().flatten();
                    let recorded = recorded.filter(|pair| pair[0] == header);
                    let recorded = recorded.map(|pair| pair[1].as_str().unwrap_or_default()).next();
                    assert_eq!(answer.header(header), recorded, "{name}: {header}");
                }
            }
        }
        told += 1;
    }
    eprintln!("{family}: {told} of {} steps", steps.len());
    told
}

#[test]
fn the_mock_answers_recorded_conversations_about_files_as_the_server_did() {
    // Part of each family is kept aside, and what hangs on a missing step is left out.
    let told: Vec<_> = FAMILIES.iter().map(|family| tell(family)).collect();
    assert!(!folder().is_dir() || told.iter().sum::<usize>() > 80, "{told:?}");
}
