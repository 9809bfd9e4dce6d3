//! Skills: instructions that agents of a workspace can load, and who may edit them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sim_core::lenient as field;
use sim_core::logs::SortOrder;
use sim_core::{Page, WorkspaceId, id, open_enum};

use crate::macros::endpoint;

id! {
    /// Names a skill. The ids of skills that Sim brings begin with `builtin-`.
    SkillId
}

endpoint! {
    /// Lists the skills of a workspace, without their content.
    ListSkills: GET "/api/v2/skills" => Page<Skill>,
    reference "skills" listSkills,
    query { workspace: WorkspaceId = "workspaceId" },
    query? {
        /// Keeps only skills whose name contains this text, in upper or lower case.
        search: String = "search",
        /// Sets the sort key. The default is the creation time.
        sort_by: SkillSort = "sortBy",
        /// Sets the direction. The default is descending.
        sort_order: SortOrder = "sortOrder",
    },
    paged 100,
}

endpoint! {
    /// Creates a skill. Workspace keys may not.
    ///
    /// The name has up to 64 small letters, digits and single hyphens, the description up to 1024 characters and the
    /// content up to 50,000.
    CreateSkill: POST "/api/v2/skills" => {data: Skill},
    reference "skills" createSkill,
    body {
        workspace: WorkspaceId = "workspaceId",
        name: String = "name",
        description: String = "description",
        content: String = "content",
    },
    idempotency NonIdempotent,
}

endpoint! {
    /// Reads a skill with its content.
    GetSkill: GET "/api/v2/skills/{skill}" => {data: Skill},
    reference "skills" getSkill,
    path { skill: SkillId },
    query { workspace: WorkspaceId = "workspaceId" },
}

endpoint! {
    /// Changes a skill. Whatever is not set stays as it is. Workspace keys may not.
    UpdateSkill: PATCH "/api/v2/skills/{skill}" => {data: Skill},
    reference "skills" updateSkill,
    path { skill: SkillId },
    body { workspace: WorkspaceId = "workspaceId" },
    body? {
        /// Renames the skill to this.
        name: String = "name",
        /// Says anew when an agent should load it.
        description: String = "description",
        /// Replaces the instructions of the skill.
        content: String = "content",
    },
}

endpoint! {
    /// Deletes a skill. Workspace keys may not.
    DeleteSkill: DELETE "/api/v2/skills/{skill}" => {data: DeletedSkill},
    reference "skills" deleteSkill,
    path { skill: SkillId },
    query { workspace: WorkspaceId = "workspaceId" },
}

endpoint! {
    /// Lists who may edit a skill.
    ListSkillEditors: GET "/api/v2/skills/{skill}/editors" => Page<SkillEditor>,
    reference "skills" listSkillEditors,
    path { skill: SkillId },
    query { workspace: WorkspaceId = "workspaceId" },
    query? {
        /// Sets the sort key. The default is the e-mail address.
        sort_by: SkillEditorSort = "sortBy",
        /// Sets the direction. The default is ascending.
        sort_order: SortOrder = "sortOrder",
    },
    paged 100,
}

endpoint! {
    /// Lets a member of the workspace edit a skill. Repeating it is harmless. Workspace keys may not.
    GrantSkillEditor: POST "/api/v2/skills/{skill}/editors" => {data: SkillEditor},
    reference "skills" grantSkillEditor,
    path { skill: SkillId },
    body { workspace: WorkspaceId = "workspaceId", email: String = "email" },
    idempotency Idempotent,
}

endpoint! {
    /// Lets a member no longer edit a skill. Workspace keys may not.
    RevokeSkillEditor: DELETE "/api/v2/skills/{skill}/editors" => {data: RevokedSkillEditor},
    reference "skills" revokeSkillEditor,
    path { skill: SkillId },
    query { workspace: WorkspaceId = "workspaceId", email: String = "email" },
}

open_enum! {
    /// The sort key of a list of skills.
    SkillSort {
        /// Sorts by name, case-sensitively.
        Name = "name",
        /// Sorts by creation time.
        CreatedAt = "createdAt",
        /// Sorts by the last change.
        UpdatedAt = "updatedAt",
    }
}

open_enum! {
    /// The sort key of a list of editors.
    SkillEditorSort {
        /// Sorts by e-mail address.
        Email = "email",
        /// Sorts by name, case-sensitively.
        Name = "name",
    }
}

/// A skill of a workspace.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Skill {
    /// The id of the skill.
    pub id: SkillId,
    /// The name of the skill.
    #[serde(default, deserialize_with = "field::string")]
    pub name: String,
    /// When an agent should load it.
    #[serde(default, deserialize_with = "field::text")]
    pub description: Option<String>,
    /// Whether nobody can change it, because Sim brings it.
    #[serde(default, deserialize_with = "field::flag")]
    pub read_only: bool,
    /// When the skill was created.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub created_at: Option<Timestamp>,
    /// When the skill last changed.
    #[serde(default, deserialize_with = "field::timestamp")]
    pub updated_at: Option<Timestamp>,
    /// The instructions; [`ListSkills`] leaves them out.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "field::text")]
    pub content: Option<String>,
}

/// A skill that no longer exists.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DeletedSkill {
    /// The id that the skill had; empty if the server did not say.
    #[serde(default = "field::unnamed", deserialize_with = "field::known")]
    pub id: SkillId,
    /// Always true in an answer of the server.
    pub deleted: bool,
}

/// A member of the workspace who may edit a skill.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SkillEditor {
    /// The e-mail address of the editor.
    pub email: String,
    /// The name of the editor, if it is known.
    #[serde(default, deserialize_with = "field::text")]
    pub name: Option<String>,
    /// The address of a picture, if there is one.
    #[serde(default, deserialize_with = "field::text")]
    pub image: Option<String>,
    /// Whether the editor may edit all skills, as an admin of the workspace.
    #[serde(default, deserialize_with = "field::flag")]
    pub is_workspace_admin: bool,
}

/// A member who may no longer edit a skill.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RevokedSkillEditor {
    /// The e-mail address of the member; empty if the server did not say.
    #[serde(default, deserialize_with = "field::string")]
    pub email: String,
    /// Always true in an answer of the server.
    pub revoked: bool,
}
