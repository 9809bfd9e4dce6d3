//! `/api/v2/knowledge`: bases, their documents and connectors, and searches over them.

mod base;
mod bulk;
mod connectors;
mod document;
mod documents;
mod indexing;
mod kinds;
mod multipart;
pub(super) mod operations;
mod search;
mod tags;
mod uploads;

pub(crate) use indexing::finish;
pub(crate) use operations::OPERATIONS;
pub(crate) use tags::define;
