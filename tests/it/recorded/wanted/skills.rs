//! What is expected of the recordings of skills.

use crate::recorded::want::Row;
use crate::recorded::want::Want::{Gives, Refused};

#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    // GET /api/v2/skills
    ("v2-skills-p1", Gives(&[("/data/0/id", "xqPD7izH7Ut1ZvL_f4tfq"), ("/data/0/name", "my-skill"), ("/data/0/description", "d")])),
    ("v2-res-skill-list-401", Refused(401, "UNAUTHORIZED", "Invalid API key")),
    ("v2-res-skill-list-badcursor", Refused(400, "BAD_REQUEST", "cursor is not a valid pagination cursor. Restart pagination without a cursor.")),
    ("v2-res-skill-list-otherws", Refused(403, "FORBIDDEN", "Insufficient workspace permissions")),
    // POST /api/v2/skills
    ("v2-skill-create", Gives(&[("/id", "xqPD7izH7Ut1ZvL_f4tfq"), ("/name", "my-skill"), ("/description", "d")])),
    ("v2-res-skill-02-dup", Refused(409, "CONFLICT", "The skill name \"sk-815e2a\" is unavailable in this workspace")),
    ("v2-res-skill-03-bad-name", Refused(400, "BAD_REQUEST", "Name must be kebab-case (e.g. my-skill)")),
    ("v2-res-skill-06-readonly-403", Refused(403, "FORBIDDEN", "Insufficient workspace permissions")),
    ("v2-res-skill-08-401", Refused(401, "UNAUTHORIZED", "Invalid API key")),
    // DELETE /api/v2/skills/{skill}
    ("v2-skill-delete", Gives(&[("/id", "BAVFrSV_t1OuUQnOHxbjl"), ("/deleted", "true")])),
    ("v2-res-skill-33-delete-builtin", Refused(400, "BAD_REQUEST", "Built-in skills are read-only and cannot be modified")),
    ("v2-res-skill-41-delete", Refused(404, "NOT_FOUND", "Skill not found")),
    // GET /api/v2/skills/{skill}
    ("v2-skill-get", Gives(&[("/id", "BAVFrSV_t1OuUQnOHxbjl"), ("/name", "sk-9ea29"), ("/description", "d")])),
    ("v2-res-skill-43-get-deleted", Refused(404, "NOT_FOUND", "Skill not found")),
    // PATCH /api/v2/skills/{skill}
    ("v2-res-skill-38-patch-name", Gives(&[("/id", "_3zYd2a5TL8wjczvlUUh6"), ("/name", "ren-815e2a"), ("/description", "by dave")])),
    ("v2-res-skill-32-patch-builtin", Refused(400, "BAD_REQUEST", "Built-in skills are read-only and cannot be modified")),
    ("v2-res-skill-37-patch-404", Refused(404, "NOT_FOUND", "Skill not found")),
    ("v2-res-skill-39-patch-name-409", Refused(409, "CONFLICT", "The skill name \"sk-991177\" is unavailable in this workspace")),
    ("v2-res-skill-editor-28-patch-after-revoke", Refused(403, "FORBIDDEN", "Skill editor access required to modify \"sk-815e2a\"")),
    // DELETE /api/v2/skills/{skill}/editors
    ("v2-res-skill-editor-19-revoke", Gives(&[("/email", "dave@example.com"), ("/revoked", "true")])),
    ("v2-res-skill-editor-20-revoke-again", Refused(404, "NOT_FOUND", "Editor not found")),
    ("v2-res-skill-editor-21-revoke-unknown", Refused(400, "BAD_REQUEST", "User is not a member of this workspace")),
    ("v2-res-skill-editor-26-revoke-wskey-403", Refused(403, "FORBIDDEN", "Workspace API key cannot perform this operation")),
    ("v2-res-skill-editor-27-revoke-401", Refused(401, "UNAUTHORIZED", "Invalid API key")),
    // GET /api/v2/skills/{skill}/editors
    ("v2-skill-editors", Gives(&[("/data/0/name", "Alice"), ("/data/0/email", "alice@example.com"), ("/data/0/isWorkspaceAdmin", "true")])),
    ("v2-res-skill-35-editors-builtin", Refused(404, "NOT_FOUND", "Skill not found")),
    // POST /api/v2/skills/{skill}/editors
    ("v2-res-skill-editor-02-grant-201", Gives(&[("/name", "Dave"), ("/email", "dave@example.com"), ("/isWorkspaceAdmin", "false")])),
    ("v2-res-skill-34-grant-builtin", Refused(404, "NOT_FOUND", "Skill not found")),
    ("v2-res-skill-editor-06-grant-non-member", Refused(400, "BAD_REQUEST", "User is not a member of this workspace")),
    ("v2-res-skill-editor-12-grant-wskey-403", Refused(403, "FORBIDDEN", "Workspace API key cannot perform this operation")),
    ("v2-res-skill-editor-13-grant-401", Refused(401, "UNAUTHORIZED", "Invalid API key")),
];
