//! The steps that no call of this SDK makes, and why.

use recorded::Record;

/// The method and the beginning of the path, `{}` standing for one part of it.
const KNOWN: [(&str, &str, &str); 24] = [
    ("GET", "api/health", "for whoever runs the server"),
    ("GET", "api/resume/poll", "the call of the server's own timer"),
    ("GET", "api/resume/{}/{}", "a second address of the points of a paused run"),
    ("GET", "api/users/me/usage-limits", "about the account"),
    ("GET", "api/v1/logs", "the resources between the two generations"),
    ("GET", "api/v1/logs/{}", "the resources between the two generations"),
    ("GET", "api/v1/logs/executions/{}", "the resources between the two generations"),
    ("GET", "api/v1/workflows", "the resources between the two generations"),
    ("GET", "api/v1/workflows/{}", "the resources between the two generations"),
    ("GET", "api/workflows/{}/status", "about a deployment"),
    ("POST", "api/v2/workflows/{}/deploy", "about a deployment"),
    ("GET", "nothing", "no route"),
    ("GET", "api/nothing", "no route"),
    ("POST", "api/nothing", "no route"),
    ("GET", "api/workflows/{}/nothing", "no route"),
    ("POST", "api/workflows/{}/nothing", "no route"),
    ("GET", "api/workflows/{}/executions", "no route"),
    ("POST", "api/workflows/{}/executions/{}", "no route"),
    ("GET", "api/workflows/{}/executions/{}/cancel", "another method"),
    ("GET", "api/workflows/{}/execute", "another method"),
    ("HEAD", "api/workflows/{}/execute", "another method"),
    ("PUT", "api/workflows/{}/execute", "another method"),
    ("DELETE", "api/workflows/{}/execute", "another method"),
    ("OPTIONS", "api/workflows/{}/execute", "another method"),
];

/// Returns the words for a step that no call makes and that no line of the list names.
pub(crate) fn unknown(record: &Record) -> Option<String> {
    let path = record.path();
    // An empty part is a slash too many, which no call sends.
    if path.iter().any(String::is_empty) {
        return None;
    }
    let named = |(method, known, _): &&(&str, &str, &str)| {
        let parts: Vec<_> = known.split('/').collect();
        let same = parts.iter().zip(&path).all(|(part, sent)| *part == "{}" || part == sent);
        *method == record.method() && parts.len() == path.len() && same
    };
    let odd_id = path.iter().any(|part| part.contains([' ', '!', '%']));
    let count = KNOWN.iter().filter(named).count();
    let once = count == 1 || odd_id && count == 0 || path.len() > 2 && count == 2;
    (!once).then(|| {
        format!("{}: {count} lines for {} {}", record.name, record.method(), record.target())
    })
}
