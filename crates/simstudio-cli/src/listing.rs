//! Lists and records as the server sent them.

use clap::Args;
use simstudio::operation::{Answer, RawAnswer};
use simstudio::prelude::{Endpoint, Paginated};
use simstudio::serde_json::{Value, from_slice};
use simstudio::ureq::Client;

use crate::failure::Outcome;

/// How much of a list is printed.
#[derive(Debug, Args)]
pub(crate) struct Most {
    /// The most items to print; 0 prints all
    #[arg(long, default_value_t = 100)]
    pub(crate) limit: usize,
}

impl Most {
    /// Returns the items of a list as the server sent them, up to the limit.
    pub(crate) fn of<E: Paginated>(&self, client: &Client, list: &E) -> Outcome<Vec<Value>> {
        let most = if self.limit == 0 { usize::MAX } else { self.limit };
        let mut items = Vec::new();
        let mut next = Some(list.clone());
        while let Some(page) = next.take().filter(|_| items.len() < most) {
            let mut page = body(&client.call(RawAnswer::new(page))?)?;
            if let Value::Array(found) = page["data"].take() {
                items.extend(found);
            }
            if let Value::String(cursor) = page["nextCursor"].take() {
                next = Some(list.clone().after(cursor.into()));
            }
        }
        items.truncate(most);
        Ok(items)
    }
}

/// Makes a call and returns what is inside `data`, as the server sent it.
pub(crate) fn data(client: &Client, endpoint: impl Endpoint) -> Outcome<Value> {
    let mut body = body(&client.call(RawAnswer::new(endpoint))?)?;
    Ok(match body.get_mut("data") {
        Some(data) => data.take(),
        None => body,
    })
}

fn body(answer: &Answer) -> Outcome<Value> {
    Ok(from_slice(&answer.body)?)
}
