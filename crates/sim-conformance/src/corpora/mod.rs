//! What hostile callers and broken servers come up with, as data: one file for each kind, every entry with
//! what must become of it. Families that follow a pattern are generated; every file counts what it has.

pub(crate) mod base_urls;
pub(crate) mod headers;
pub(crate) mod ids;
pub(crate) mod keys;
pub(crate) mod refusals;
