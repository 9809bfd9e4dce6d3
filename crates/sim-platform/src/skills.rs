//! Skills: instructions that agents of a workspace can load, and who may edit them.

use jiff::Timestamp;
use serde::Serialize;
use sim_core::lenient as field;
use sim_core::logs::SortOrder;
use sim_core::{Page, WorkspaceId, id, object, open_enum};

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

object! {
    /// A skill of a workspace.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct Skill {
        /// The id of the skill.
        pub id: SkillId = "id",
        /// The name of the skill.
        pub name: String = "name" as field::string,
        /// When an agent should load it.
        pub description: Option<String> = "description" as field::text,
        /// Whether nobody can change it, because Sim brings it.
        pub read_only: bool = "readOnly" as field::flag,
        /// When the skill was created.
        pub created_at: Option<Timestamp> = "createdAt" as field::timestamp,
        /// When the skill last changed.
        pub updated_at: Option<Timestamp> = "updatedAt" as field::timestamp,
        /// The instructions; [`ListSkills`] leaves them out.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub content: Option<String> = "content" as field::text,
    }
}

object! {
    /// A skill that no longer exists.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct DeletedSkill {
        /// The id that the skill had; empty if the server did not say.
        pub id: SkillId = "id" as field::known,
        /// Always true in an answer of the server.
        pub deleted: bool = "deleted",
    }
}

object! {
    /// A member of the workspace who may edit a skill.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct SkillEditor {
        /// The e-mail address of the editor.
        pub email: String = "email",
        /// The name of the editor, if it is known.
        pub name: Option<String> = "name" as field::text,
        /// The address of a picture, if there is one.
        pub image: Option<String> = "image" as field::text,
        /// Whether the editor may edit all skills, as an admin of the workspace.
        pub is_workspace_admin: bool = "isWorkspaceAdmin" as field::flag,
    }
}

object! {
    /// A member who may no longer edit a skill.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct RevokedSkillEditor {
        /// The e-mail address of the member; empty if the server did not say.
        pub email: String = "email" as field::string,
        /// Always true in an answer of the server.
        pub revoked: bool = "revoked",
    }
}
