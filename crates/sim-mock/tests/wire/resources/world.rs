//! The server that conversations are told to, and what of it stands for what was recorded.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};
use sim_mock::{Access, Release, Sim, TableLock, Workflow};

use super::step::Step;
use crate::client::{Answer, Call};

/// What a key of the recordings may do.
const KEYS: [(&str, Access); 5] = [
    ("sk-sim-key-1", Access::Admin),
    ("sk-sim-key-2", Access::Write),
    ("sk-sim-key-3", Access::Stranger),
    ("sk-sim-key-4", Access::Workspace),
    ("sk-sim-key-5", Access::Read),
];

/// The organization of the recordings.
const ORGANIZATION: &str = "org_d53260605de7";

/// The people of the recordings, by the addresses that the mock gives the owners of keys.
const PEOPLE: [(&str, &str); 5] = [
    ("alice@example.com", "user-1@example.com"),
    ("dave@example.com", "user-2@example.com"),
    ("DAVE@example.com", "USER-2@example.com"),
    ("bob@example.com", "user-3@example.com"),
    ("carol@example.com", "user-5@example.com"),
];

pub(super) struct World {
    pub(super) sim: Sim,
    /// The ids of the mock, by the recorded ones.
    ids: BTreeMap<String, String>,
}

impl World {
    pub(super) fn new(workspace: &str, steps: &[Step]) -> Self {
        let mut builder = Sim::builder().workspace(workspace).release(Release::V089);
        let (mut ids, mut blocks) = (BTreeMap::new(), BTreeMap::new());
        for step in steps {
            let body: Value = serde_json::from_slice(&step.body).unwrap_or_default();
            let workflow = body["group"]["workflowId"].as_str().or(body["workflowId"].as_str());
            if let Some(id) = workflow.filter(|id| is_id(id)) {
                builder = builder.workflow(Workflow::new(id, |input: Value| input));
                ids.insert(id.to_owned(), id.to_owned());
                let own = blocks_of(&body).into_iter().filter(|block| is_id(block));
                blocks.extend(own.map(|block| (block, id.to_owned())));
            }
        }
        for id in missing(steps) {
            let is_workflow =
                steps.iter().any(|step| step.target.contains(&format!("/workflows/{id}")));
            if is_workflow && !ids.contains_key(&id) {
                builder = builder.workflow(Workflow::new(id.as_str(), |input: Value| input));
                ids.insert(id.clone(), id);
            }
        }
        for (key, access) in KEYS {
            builder = builder.key_with(key, access);
        }
        let sim = builder.organization(ORGANIZATION).start().expect("a free port");
        let mut world = Self { sim, ids };
        world.learn_blocks(blocks);
        world
    }

    /// Lets a block of the mock's own workflow stand for each recorded block.
    fn learn_blocks(&mut self, blocks: BTreeMap<String, String>) {
        for (block, workflow) in blocks {
            let export = format!("/api/v2/workflows/{workflow}/export");
            let answer = Call::bare("GET", export).header("x-api-key", KEYS[0].0).send(&self.sim);
            let export = answer.json();
            let mut own = export["data"]["state"]["blocks"].as_object().into_iter().flatten();
            if let Some((own, _)) = own.next() {
                self.ids.insert(block, own.clone());
            }
        }
    }

    fn told(&self, text: &str) -> String {
        let mut told = text.to_owned();
        for word in words(text) {
            if let Some(here) = self.ids.get(&word) {
                told = told.replace(&word, here);
            }
        }
        for (recorded, here) in PEOPLE {
            told = told.replace(recorded, here);
        }
        let is_target = text.starts_with("/api/");
        for (cursor, here) in self.ids.iter().filter(|(id, _)| id.len() > 64) {
            let encoded_here = encoded(here);
            told = told.replace(&encoded(cursor), &encoded_here);
            told = told.replace(cursor, if is_target { &encoded_here } else { here });
        }
        told
    }

    pub(super) fn send(&self, step: &Step) -> Answer {
        let mut call = Call::bare(&step.method, self.told(&step.target));
        for (name, value) in &step.headers {
            let is_own = ["x-api-key", "content-type", "upload-token"].contains(&name.as_str());
            if is_own {
                call = call.header(name, &self.told(value));
            }
        }
        let body = match String::from_utf8(step.body.clone()) {
            Ok(text) => self.told(&text).into_bytes(),
            Err(_) => step.body.clone(),
        };
        call.body(body).send(&self.sim)
    }

    /// Sets the lock that a refusal tells of, while a step is told. The API has no way to do so.
    pub(super) fn lock(&self, step: &Step, locked: bool) {
        let lock = match step.json()["error"]["details"]["lock"].as_str() {
            Some("insert") => TableLock::Insert,
            Some("update") => TableLock::Update,
            Some("delete") => TableLock::Delete,
            Some(_) => TableLock::Schema,
            None => return,
        };
        for here in words(&step.target).iter().filter_map(|word| self.ids.get(word)) {
            self.sim.lock_table(here, lock, locked);
        }
    }

    /// Returns the first id of a request that nobody has told.
    pub(super) fn unknown(&self, step: &Step) -> Option<String> {
        let asked = step.asked();
        let is_told = |id: &String| self.ids.contains_key(id) || id == self.sim.workspace();
        let cursor = asked.split("cursor").nth(1).and_then(|rest| rest.split("eyJ").nth(1));
        let known = |rest: &str| {
            let cursors = self.ids.keys().filter(|id| id.len() > 64);
            cursors.filter_map(|id| id.strip_prefix("eyJ")).any(|id| rest.starts_with(&id[..60]))
        };
        if let Some(cursor) = cursor.filter(|rest| !known(rest)) {
            return Some(cursor.to_owned());
        }
        words(&asked).into_iter().find(|id| is_id(id) && !is_told(id))
    }

    /// Defines the tags that a step shows. The API has no way to do so.
    pub(super) fn define_tags(&self, step: &Step) {
        if !step.target.contains("/tags") {
            return;
        }
        let path = step.target.split('?').next().unwrap_or_default();
        let base = words(path).into_iter().find_map(|word| self.ids.get(&word));
        for tag in step.json()["data"].as_array().into_iter().flatten() {
            if let (Some(base), Some(slot), Some(name)) =
                (base, tag["tagSlot"].as_str(), tag["displayName"].as_str())
            {
                self.sim.define_tag(base, slot, name);
            }
        }
    }

    /// Lets the MCP server answer whose tools a step shows. The mock reaches no server.
    pub(super) fn answer_as_mcp(&self, steps: &[Step], at: usize) {
        let step = &steps[at];
        let body: Value = serde_json::from_slice(&step.body).unwrap_or_default();
        let (Some("mcp-servers"), "POST", Some(url)) =
            (step.resource(), step.method.as_str(), body["url"].as_str())
        else {
            return;
        };
        let id = step.json()["data"]["id"].as_str().map(str::to_owned);
        let of_server = |other: &&Step| {
            let path = id.as_ref().map(|id| format!("/mcp-servers/{id}/tools"));
            path.is_some_and(|path| other.target.contains(&path)) && other.status == 200
        };
        if let Some(tools) = steps[at..].iter().find(of_server) {
            self.sim.set_mcp_tools(url, tools.json()["data"].clone());
        }
    }

    /// Learns what stands for the ids, tokens and cursors of an answer.
    pub(super) fn learn(&mut self, recorded: &Value, here: &Value) {
        match (recorded, here) {
            (Value::Object(recorded), Value::Object(here)) => {
                for (key, value) in recorded {
                    let other = here.get(key).unwrap_or(&Value::Null);
                    let is_name =
                        ["id", "uploadToken", "nextCursor", "token"].contains(&key.as_str());
                    let is_name = is_name || key.ends_with("Id");
                    if let (true, Some(value), Some(other)) =
                        (is_name, value.as_str(), other.as_str())
                    {
                        self.ids.entry(value.to_owned()).or_insert_with(|| other.to_owned());
                    }
                    if key.ends_with("Ids") {
                        let ids = value.as_array().into_iter().flatten();
                        let pairs = ids.zip(other.as_array().into_iter().flatten());
                        for (one, other) in pairs.filter_map(|(a, b)| a.as_str().zip(b.as_str())) {
                            self.ids.entry(one.to_owned()).or_insert_with(|| other.to_owned());
                        }
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

    /// Makes the tables, bases and files whose own step is kept aside, from what later answers show of them.
    pub(super) fn seed(&mut self, steps: &[Step]) {
        for id in
            missing(steps).into_iter().filter(|id| !self.ids.contains_key(id)).collect::<Vec<_>>()
        {
            let made = match id.split('_').next() {
                Some("tbl") => self.seed_table(&id, steps),
                Some("wf") => Some(self.sim.add_file(super::seeds::file(&id), "a,b\n1,2\n")),
                _ if steps.iter().any(|step| step.target.contains(&format!("/knowledge/{id}"))) => {
                    self.seed_base(&id)
                }
                _ => None,
            };
            if let Some(made) = made {
                self.ids.insert(id, made);
            }
        }
    }

    fn create(&self, path: &str, body: &Value) -> Option<String> {
        let call = Call::bare("POST", format!("/api/v2/{path}")).header("x-api-key", KEYS[0].0);
        let answer = call.json(body).send(&self.sim);
        Some(answer.json()["data"]["id"].as_str()?.to_owned())
    }

    fn seed_base(&self, id: &str) -> Option<String> {
        let body = json!({ "workspaceId": self.sim.workspace(), "name": format!("aside {id}") });
        self.create("knowledge", &body)
    }

    fn seed_table(&mut self, id: &str, steps: &[Step]) -> Option<String> {
        let own = steps.iter().filter(|step| step.target.contains(id));
        let answers: Vec<Value> = own.map(Step::json).collect();
        let columns = answers.iter().find_map(|answer| {
            let data = &answer["data"];
            let columns = data["schema"]["columns"].as_array().or(data["columns"].as_array());
            columns.cloned()
        });
        let told = super::seeds::columns(id);
        let mut columns = told.or(columns).unwrap_or_else(|| guessed(&answers, steps, id));
        for column in &mut columns {
            if let Some(keys) = column.as_object_mut() {
                keys.remove("id");
                keys.remove("workflowGroupId");
            }
        }
        let shown = answers.iter().find(|answer| answer["data"]["schema"].is_object());
        let aside = format!("aside_{}", id.trim_start_matches("tbl_"));
        let name = shown.map_or(json!(aside), |answer| answer["data"]["name"].clone());
        let schema = json!({ "columns": columns });
        let body = json!({ "workspaceId": self.sim.workspace(), "name": name, "schema": schema });
        let here = self.create("tables", &body)?;
        let mut rows = super::seeds::rows(id);
        while !rows.is_empty() {
            let batch = rows.split_off(rows.len().saturating_sub(1000));
            let body = json!({ "workspaceId": self.sim.workspace(), "rows": batch });
            self.create(&format!("tables/{here}/rows"), &body);
        }
        Some(here)
    }
}

/// Returns the blocks that the body of a group names.
fn blocks_of(body: &Value) -> Vec<String> {
    let outputs = [&body["group"]["outputs"], &body["outputs"], &body["mappingUpdates"]];
    let outputs = outputs.into_iter().filter_map(Value::as_array).flatten();
    outputs.filter_map(|output| Some(output["blockId"].as_str()?.to_owned())).collect()
}

fn encoded(cursor: &str) -> String {
    cursor.replace('=', "%3D").replace('+', "%2B").replace('/', "%2F")
}

/// Guesses the columns of a table from its rows, and from what refusals say of them.
fn guessed(answers: &[Value], steps: &[Step], id: &str) -> Vec<Value> {
    let mut found: Map<String, Value> = Map::new();
    let mut rows: Vec<Value> = Vec::new();
    for answer in answers {
        let data = &answer["data"];
        let lists = [data, &data["rows"]].into_iter().filter_map(Value::as_array).flatten();
        rows.extend(lists.chain([data, &data["row"]]).map(|row| row["data"].clone()));
    }
    for (name, cell) in rows.iter().filter_map(Value::as_object).flatten() {
        let kind = match cell {
            Value::Number(_) => "number",
            Value::Bool(_) => "boolean",
            Value::Object(_) | Value::Array(_) => "json",
            Value::Null => continue,
            Value::String(_) => "string",
        };
        found.insert(name.clone(), json!({ "name": name, "type": kind }));
    }
    let texts = steps.iter().filter(|step| step.target.contains(id)).map(|step| &step.answer);
    for text in texts {
        for (before, key) in [("Column \\\"", "unique"), ("Missing required field: ", "required")] {
            let rest = text.split(before).nth(1).unwrap_or_default();
            let name = rest.split(['\\', '"']).next().unwrap_or_default();
            let is_so = key == "required" || rest.contains("must be unique");
            if let Some(column) = found.get_mut(name).filter(|_| is_so) {
                column[key] = true.into();
            }
        }
    }
    if found.is_empty() {
        found.insert("a".to_owned(), json!({ "name": "a", "type": "string" }));
    }
    found.into_iter().map(|(_, column)| column).collect()
}

/// Returns the ids in paths that no answer before has told.
fn missing(steps: &[Step]) -> Vec<String> {
    let (mut told, mut missing) = (BTreeSet::new(), Vec::new());
    for step in steps {
        if step.status <= 400 || step.status == 409 {
            let path = step.target.split('?').next().unwrap_or_default();
            for id in words(path).into_iter().chain(words(&step.asked())) {
                let is_wanted =
                    id.starts_with("tbl_") || id.starts_with("wf_") || path.contains(&id);
                if is_id(&id) && is_wanted && told.insert(id.clone()) {
                    missing.push(id);
                }
            }
        }
        told.extend(words(&step.answer).into_iter().filter(|word| is_id(word)));
    }
    missing
}

/// Returns the words of a text that could be ids.
fn words(text: &str) -> Vec<String> {
    let parts = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-');
    let mut words: Vec<String> = parts.filter(|part| part.len() > 7).map(str::to_owned).collect();
    words.sort();
    words.dedup();
    words
}

fn is_id(word: &str) -> bool {
    let hex = |text: &str| text.len() == 32 && text.bytes().all(|c| c.is_ascii_hexdigit());
    let uuid = word.len() == 36 && hex(&word.replace('-', ""));
    let mcp = word.strip_prefix("mcp-").is_some_and(|rest| rest.len() == 8);
    let file = word.strip_prefix("wf_").is_some_and(|rest| rest.len() == 21);
    let named = ["tbl_", "row_"].iter().any(|kind| word.strip_prefix(kind).is_some_and(hex));
    uuid || mcp || file || named
}
