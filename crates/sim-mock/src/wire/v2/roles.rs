//! Who may do what on the routes that declare no role themselves: workflows, files, logs and billing.

use http::{Method, StatusCode};

use super::problem::Problem;
use crate::access::Access;

/// What a route needs beyond a key that may read.
struct Rule {
    /// The method, or `None` for all of the route's that change something.
    method: Option<Method>,
    /// The beginning and the end of the route's path.
    path: (&'static str, &'static str),
    role: Access,
    /// Whether a key of the workspace may not do it.
    personal: bool,
}

/// The rules. The first one that fits counts.
const RULES: [Rule; 6] = [
    Rule {
        method: None,
        path: ("/api/v2/workflows/", "/execute"),
        role: Access::Read,
        personal: false,
    },
    Rule {
        method: None,
        path: ("/api/v2/workflows/", "/deploy"),
        role: Access::Admin,
        personal: true,
    },
    Rule {
        method: None,
        path: ("/api/v2/workflows/", "/rollback"),
        role: Access::Admin,
        personal: true,
    },
    Rule {
        method: Some(Method::PATCH),
        path: ("/api/v2/files/", "/share"),
        role: Access::Write,
        personal: true,
    },
    Rule { method: None, path: ("/api/v2/workflows", ""), role: Access::Write, personal: false },
    Rule { method: None, path: ("/api/v2/files", ""), role: Access::Write, personal: false },
];

/// The routes about the workspace as a whole, whose refusals of strangers differ from those about one thing.
const WHOLE: [&str; 8] = [
    "/api/v2/workflows",
    "/api/v2/workflows/import",
    "/api/v2/workflows/folders",
    "/api/v2/files",
    "/api/v2/files/move",
    "/api/v2/files/bulk-delete",
    "/api/v2/files/uploads",
    "/api/v2/logs",
];

/// Refuses a key that may not do this.
pub(super) fn check(access: Access, method: &Method, path: &str) -> Result<(), Problem> {
    if access == Access::Admin {
        return Ok(());
    }
    if access == Access::Stranger {
        return stranger(path);
    }
    let reads = matches!(*method, Method::GET | Method::HEAD);
    let fits = |rule: &&Rule| {
        let (beginning, end) = rule.path;
        let of_method = rule.method.as_ref().map_or(!reads, |own| own == method);
        of_method && path.starts_with(beginning) && path.ends_with(end)
    };
    let Some(rule) = RULES.iter().find(fits) else { return Ok(()) };
    if rule.personal && access == Access::Workspace {
        let message = "Workspace API key cannot perform this operation";
        return Err(Problem::forbidden("WORKSPACE_KEY_OPERATION_NOT_PERMITTED", message));
    }
    if access.allows(rule.role) {
        return Ok(());
    }
    let message = "Insufficient workspace permissions";
    Err(Problem::forbidden("INSUFFICIENT_WORKSPACE_ROLE", message))
}

/// Refuses somebody who is no member: what belongs to one thing is not there for them.
fn stranger(path: &str) -> Result<(), Problem> {
    if WHOLE.contains(&path) {
        let message = "Insufficient workspace permissions";
        return Err(Problem::new(StatusCode::FORBIDDEN, message));
    }
    let beginnings = [
        ("/api/v2/workflows/", "Workflow"),
        ("/api/v2/files/uploads/", "Upload session"),
        ("/api/v2/files/", "File"),
        ("/api/v2/logs/", "Log"),
        ("/api/v2/billing/", "Workspace"),
    ];
    let about = beginnings.iter().find(|(beginning, _)| path.starts_with(beginning));
    about.map_or(Ok(()), |(_, what)| Err(Problem::not_found(what)))
}
