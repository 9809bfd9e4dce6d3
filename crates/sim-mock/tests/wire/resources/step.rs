//! A recorded exchange about a resource of v2.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// One exchange.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) name: String,
    pub(super) method: String,
    pub(super) target: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
    pub(super) status: u16,
    pub(super) answer: String,
    /// When it was, in an order that texts have.
    at: String,
}

/// The folders of the recordings.
fn folders() -> [PathBuf; 2] {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    [shared.join("recordings"), shared.join("recordings-2")]
}

/// The paths of the resources that this check is about, below `/api/v2`.
const RESOURCES: [&str; 9] = [
    "tables",
    "knowledge",
    "skills",
    "custom-tools",
    "mcp-servers",
    "credentials",
    "secrets",
    "audit-logs",
    "workspaces",
];

/// The paths of what other checks are about; here, who may do what with it.
const ROLES: [&str; 2] = ["workflows", "files"];

/// Returns all exchanges about these resources, in the order in which they were, by the folder of the recordings.
pub(super) fn all() -> Vec<Vec<Step>> {
    folders().into_iter().map(|folder| of(&folder)).collect()
}

fn of(folder: &Path) -> Vec<Step> {
    let Ok(files) = fs::read_dir(folder) else { return Vec::new() };
    let names = files.filter_map(|file| file.ok()?.file_name().into_string().ok());
    let mut steps: Vec<Step> = names
        .filter(|name| name.starts_with("v2-"))
        .filter_map(|name| read(folder, &name))
        .collect();
    in_order(&mut steps);
    let is_of_upload = |target: &str| target.starts_with("/api/v2/uploads/");
    steps.retain(|step| step.resource().is_some() || is_of_upload(&step.target));
    steps
}

/// Puts the steps in order: by the second in which they were, within it by the beginning of their conversations, and within
/// these by their numbers.
fn in_order(steps: &mut [Step]) {
    let mut begun: BTreeMap<String, String> = BTreeMap::new();
    for step in steps.iter() {
        let at = begun.entry(conversation(&step.name)).or_insert_with(|| step.at.clone());
        if step.at < *at {
            at.clone_from(&step.at);
        }
    }
    steps.sort_by_cached_key(|step| {
        let second = step.at.split('.').next().unwrap_or_default().to_owned();
        let begun = begun[&conversation(&step.name)].clone();
        // What a step reads back under the same number comes last.
        let name = step.name.replace("-get", "-z-get");
        (second, begun, numbered(&name), name)
    });
}

/// Returns the conversation of a step, which is the step itself if it has no number.
fn conversation(name: &str) -> String {
    numbered(name).map_or_else(|| name.to_owned(), |(conversation, _)| conversation)
}

/// Returns the conversation of a name, and the number and the rest of it.
fn numbered(name: &str) -> Option<(String, (u32, String))> {
    let mut conversation = String::new();
    for part in name.split_inclusive('-') {
        let digits: String = part.chars().take_while(char::is_ascii_digit).collect();
        if let Ok(number) = digits.parse() {
            return Some((conversation.clone(), (number, name[conversation.len()..].to_owned())));
        }
        conversation.push_str(part);
    }
    None
}

fn read(folder: &Path, name: &str) -> Option<Step> {
    let text = fs::read_to_string(folder.join(name)).ok()?;
    let record: Value = serde_json::from_str(&text).ok()?;
    let (asked, answered) = (&record["request"], &record["response"]);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let pairs = |value: &Value| -> Vec<(String, String)> {
        let pairs = value.as_array().into_iter().flatten();
        pairs.map(|pair| (text(&pair[0]).to_lowercase(), text(&pair[1]))).collect()
    };
    let date = pairs(&answered["headers"]).into_iter().find(|(name, _)| name == "date")?.1;
    let body = match asked["body_base64"].as_str() {
        Some(encoded) => base64(encoded),
        None => text(&asked["body"]).into_bytes(),
    };
    Some(Step {
        name: name.trim_end_matches(".json").to_owned(),
        method: text(&asked["method"]),
        target: text(&asked["target"]),
        headers: pairs(&asked["headers"]),
        body,
        status: u16::try_from(answered["status"].as_u64()?).ok()?,
        answer: text(&answered["body"]),
        at: at(date.get(5..)?, &pairs(&answered["headers"])),
    })
}

/// Returns when a step was. All of one folder were in one month. The window of a fresh bucket tells the milliseconds.
fn at(date: &str, headers: &[(String, String)]) -> String {
    let reset = headers.iter().find(|(name, _)| name == "x-ratelimit-reset");
    let reset = reset.map(|(_, at)| at.as_str()).unwrap_or_default();
    let seconds = |clock: &str| -> Option<u32> {
        let mut parts = clock.split(':').map(|part| part.parse::<u32>().ok());
        Some(parts.next()?? * 3600 + parts.next()?? * 60 + parts.next()??)
    };
    let of_date = date.get(12..20).and_then(seconds);
    let of_reset = reset.get(11..19).and_then(seconds);
    let is_fresh = of_date.zip(of_reset).is_some_and(|(date, reset)| date + 60 == reset);
    let millis = if is_fresh { reset.get(20..23).unwrap_or("") } else { "" };
    format!("{date}.{millis}")
}

fn base64(text: &str) -> Vec<u8> {
    let digit = |c: u8| match c {
        b'A'..=b'Z' => c - b'A',
        b'a'..=b'z' => c - b'a' + 26,
        b'0'..=b'9' => c - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let digits: Vec<u8> = text.bytes().filter(|c| *c != b'=').map(digit).collect();
    digits
        .chunks(4)
        .flat_map(|four| {
            let bits = four.iter().fold(0_u32, |bits, six| bits << 6 | u32::from(*six));
            let bits = bits << (6 * (4 - four.len()));
            bits.to_be_bytes()[1..four.len()].to_vec()
        })
        .collect()
}

impl Step {
    /// Returns the resource that the path names, if it is one of those.
    pub(super) fn resource(&self) -> Option<&str> {
        let path = self.target.strip_prefix("/api/v2/")?.split(['?', '/']).next()?;
        let of_role = self.status == 403 && self.name.starts_with("v2-res-");
        (RESOURCES.contains(&path) || of_role && ROLES.contains(&path)).then_some(path)
    }

    /// Returns the answer as JSON, or null.
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.answer).unwrap_or_default()
    }

    /// Returns the text of the request in which ids can stand.
    pub(super) fn asked(&self) -> String {
        format!("{} {}", self.target, String::from_utf8_lossy(&self.body))
    }
}
