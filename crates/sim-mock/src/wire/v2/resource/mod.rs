//! Resources as declarations: what a resource and its operations are stands as data, and one handler serves them all.
//!
//! A resource declares its fields, its lists and its refusals; an operation its route, its role and its input. The
//! handler reads the input by its form, finds what the route names, checks the key's role, and acts on the store.

mod audit;
mod call;
mod crud;
mod listing;
mod operation;
mod read;
mod shape;

pub(crate) use audit::AUDIT;
pub(crate) use call::{Answered, Call, email};
pub(crate) use crud::{Resource, of_id};
pub(crate) use listing::{Limit, Listing};
pub(crate) use operation::{Act, Declared, Operation, find, op};
pub(crate) use read::object;
pub(crate) use shape::{Field, Of, Pattern, may, must};
