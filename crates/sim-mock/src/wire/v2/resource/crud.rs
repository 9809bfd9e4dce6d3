//! Resources as declarations, and what all of them do alike: create, list, read, update, delete.

use axum::response::Response;
use http::StatusCode;
use serde_json::{Value, json};

use super::audit;
use super::call::{Answered, Call};
use super::listing::Listing;
use super::shape::Field;
use crate::store::Collection;
use crate::things::{Keys, Shelves, Thing};
use crate::wire::answer;
use crate::wire::v2::data::data;
use crate::wire::v2::issue::Issue;
use crate::wire::v2::problem::Problem;

/// A kind of things, declared as data.
#[derive(Debug)]
pub(crate) struct Resource {
    /// The name of its collection.
    pub(crate) kind: &'static str,
    /// The word for a thing in a refusal.
    pub(crate) word: &'static str,
    /// The resource that each thing belongs to, or `None` for the workspace.
    pub(crate) parent: Option<&'static Self>,
    /// Makes the id of a new thing.
    pub(crate) id: fn(&Call<'_>) -> String,
    /// The fields of a new thing.
    pub(crate) fields: &'static [Field],
    /// The fields of a change.
    pub(crate) changes: &'static [Field],
    /// The refusal of a change without a field; empty if such a change is fine.
    pub(crate) nothing: &'static str,
    /// The key that no two things may share, or `None`.
    pub(crate) unique: Option<&'static str>,
    /// The refusal of a value that another thing has.
    pub(crate) taken: fn(&str) -> Problem,
    pub(crate) listing: Listing,
    /// Turns the fields of a request into what answers show. It sees the thing with its old fields.
    pub(crate) fill: fn(&Call<'_>, &mut Shelves, &mut Thing, Keys) -> Result<(), Problem>,
    pub(crate) show: fn(&Call<'_>, &Shelves, &Thing) -> Value,
    /// What is left to do when a thing goes.
    pub(crate) gone: fn(&Call<'_>, &mut Shelves, &Thing) -> Result<(), Problem>,
    /// The refusal of an id that is not there, if it is not the usual one.
    pub(crate) missing: Option<fn(&str) -> String>,
}

impl Resource {
    /// Returns the resource that a path to one of these things names first.
    pub(crate) const fn root(&'static self) -> &'static Self {
        match self.parent {
            Some(parent) => parent,
            None => self,
        }
    }

    pub(crate) fn missing(&self, id: &str) -> Problem {
        match self.missing {
            Some(message) => Problem::new(StatusCode::NOT_FOUND, message(id)),
            None => Problem::not_found(self.word),
        }
    }

    /// Returns the collection that a request is about.
    pub(crate) fn all<'s>(&self, call: &Call<'_>, shelves: &'s Shelves) -> &'s Collection<Thing> {
        shelves.of(self.kind, self.parent_of(call))
    }

    pub(crate) fn all_mut<'s>(
        &self,
        call: &Call<'_>,
        shelves: &'s mut Shelves,
    ) -> &'s mut Collection<Thing> {
        shelves.of_mut(self.kind, self.parent_of(call))
    }

    fn parent_of<'c>(&self, call: &'c Call<'_>) -> &'c str {
        if self.parent.is_some() { call.ids.first().map_or("", String::as_str) } else { "" }
    }

    /// Returns the id of the thing that a path names.
    fn id_of<'c>(&self, call: &'c Call<'_>) -> &'c str {
        call.ids.get(usize::from(self.parent.is_some())).map_or("", String::as_str)
    }

    /// Returns the thing that a path names.
    pub(crate) fn named<'s>(
        &self,
        call: &Call<'_>,
        shelves: &'s Shelves,
    ) -> Result<&'s Thing, Problem> {
        let id = self.id_of(call);
        self.all(call, shelves).get(id).ok_or_else(|| self.missing(id))
    }

    /// Notes a change of a thing of the workspace in the audit log.
    fn note(&self, call: &Call<'_>, shelves: &mut Shelves, thing: &Thing, what: &str) {
        if self.parent.is_none() {
            audit::note(call, shelves, (self.kind, self.word), thing, what);
        }
    }

    fn check_unique(
        &self,
        call: &Call<'_>,
        shelves: &Shelves,
        body: &Keys,
        except: &str,
    ) -> Result<(), Problem> {
        let Some(value) = self.unique.and_then(|key| body.get(key)) else { return Ok(()) };
        let mut others = self.all(call, shelves).live().filter(|thing| thing.id != except);
        let key = self.unique.unwrap_or_default();
        if others.any(|thing| thing.shown.get(key) == Some(value)) {
            return Err((self.taken)(value.as_str().unwrap_or_default()));
        }
        Ok(())
    }
}

/// Makes an id of letters and digits behind a beginning.
pub(crate) fn of_id(beginning: &str) -> String {
    format!("{beginning}{}", crate::ids::uuid().replace('-', ""))
}

fn body_of(call: &Call<'_>) -> Keys {
    let mut body = call.body.clone();
    body.remove("workspaceId");
    body
}

pub(super) fn create(call: &Call<'_>, of: &Resource) -> Answered {
    let mut shelves = call.state.things.open();
    let body = body_of(call);
    of.check_unique(call, &shelves, &body, "")?;
    let mut thing = Thing::new((of.id)(call), call.key, Keys::new());
    (of.fill)(call, &mut shelves, &mut thing, body)?;
    let id = thing.id.clone();
    of.note(call, &mut shelves, &thing, "created");
    of.all_mut(call, &mut shelves).add(thing);
    shown(call, of, &shelves, &id, StatusCode::CREATED)
}

fn shown(
    call: &Call<'_>,
    of: &Resource,
    shelves: &Shelves,
    id: &str,
    status: StatusCode,
) -> Answered {
    let thing = of.all(call, shelves).get(id).ok_or_else(|| of.missing(id))?;
    Ok(data(status, &(of.show)(call, shelves, thing)))
}

pub(super) fn list(call: &Call<'_>, of: &Resource) -> Result<Response, Problem> {
    let shelves = call.state.things.open();
    let page = of.listing.page(call, of.all(call, &shelves).live(), of.kind)?;
    let page = page.map(|thing| (of.show)(call, &shelves, thing));
    Ok(answer::json(StatusCode::OK, &page))
}

pub(super) fn read(call: &Call<'_>, of: &Resource) -> Answered {
    let shelves = call.state.things.open();
    shown(call, of, &shelves, of.id_of(call), StatusCode::OK)
}

pub(super) fn update(call: &Call<'_>, of: &Resource) -> Answered {
    let body = body_of(call);
    if body.is_empty() && !of.nothing.is_empty() {
        return Err(Problem::invalid(vec![Issue::custom(of.nothing)]));
    }
    let mut shelves = call.state.things.open();
    let mut thing = of.named(call, &shelves)?.clone();
    of.check_unique(call, &shelves, &body, &thing.id)?;
    (of.fill)(call, &mut shelves, &mut thing, body)?;
    thing.touch();
    of.note(call, &mut shelves, &thing, "updated");
    let id = thing.id.clone();
    if let Some(place) = of.all_mut(call, &mut shelves).get_mut(&id) {
        *place = thing;
    }
    shown(call, of, &shelves, &id, StatusCode::OK)
}

pub(super) fn delete(call: &Call<'_>, of: &Resource) -> Answered {
    let mut shelves = call.state.things.open();
    let thing = of.named(call, &shelves)?.clone();
    (of.gone)(call, &mut shelves, &thing)?;
    of.note(call, &mut shelves, &thing, "deleted");
    of.all_mut(call, &mut shelves).retain(|other| other.id != thing.id);
    Ok(data(StatusCode::OK, &json!({ "id": thing.id, "deleted": true })))
}
