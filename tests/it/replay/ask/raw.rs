//! Makes the call of a record by its path.

use simstudio::{Raw, Result};

use super::target::pairs;
use crate::clients::Client;
use crate::replay::got::Got;
use crate::replay::record::Record;

/// Makes a call that has no type, or that no type would send.
pub(super) fn ask(client: &Client, record: &Record) -> Result<Got> {
    client.call(request(record)).map(Got::Json)
}

/// Returns the request of a record as it was sent.
pub(super) fn request(record: &Record) -> Raw {
    let (path, query) = record.path_and_query();
    let mut raw = Raw::new(record.method().parse().expect("a method"), path);
    for (name, value) in pairs(query) {
        raw = raw.query(&name, value);
    }
    match record.sent() {
        Some(sent) => raw.json(&sent),
        None => raw,
    }
}
