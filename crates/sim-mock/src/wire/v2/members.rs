//! The members of the workspace: the owners of the keys.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::resource::email;
use crate::access::Access;
use crate::state::State;
use crate::things::{Keys, Thing};

/// A member of the workspace.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) email: String,
    pub(super) access: Access,
}

impl Member {
    /// Returns the member as a thing of a list.
    pub(super) fn thing(&self) -> Thing {
        let mut thing = Thing::new(self.email.clone(), 0, Keys::new());
        // All of them joined when the workspace was made.
        (thing.created_at, thing.updated_at) = (Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH);
        let role = match self.access {
            Access::Admin => "admin",
            Access::Write => "write",
            _ => "read",
        };
        let name = self.email.split('@').next().map(Value::from);
        for (key, value) in [
            ("email", json!(self.email)),
            ("name", name.unwrap_or_default()),
            ("image", Value::Null),
            ("role", json!(role)),
            ("isExternal", json!(self.access != Access::Admin)),
        ] {
            thing.set(key, value);
        }
        thing
    }
}

/// Returns the members, in the order of their keys.
pub(super) fn all(state: &State) -> Vec<Member> {
    let people = state.access.iter().enumerate();
    let people =
        people.filter(|(_, access)| !matches!(access, Access::Workspace | Access::Stranger));
    people.map(|(key, access)| Member { email: email(key), access: *access }).collect()
}
