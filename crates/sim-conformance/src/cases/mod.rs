//! The cases, by family: one function for each rule, which the suite makes a test of.

// The name of a case says its rule; the suite makes it the name of a test.
#![allow(missing_docs)]

pub mod batches;
pub mod bodies;
pub mod bounds;
pub mod cancels;
pub mod certificates;
pub mod corpora;
pub mod damage;
pub mod errors;
pub mod flows;
pub mod follow_ups;
pub mod generations;
pub mod hooks;
pub mod limits;
pub mod matrix;
pub mod networks;
pub mod options;
pub mod pages;
pub mod pauses;
pub mod people;
pub mod proxies;
pub mod reads;
pub mod releases;
pub mod requests;
pub mod results;
pub mod retries;
pub mod rows;
pub mod secrets;
pub mod servers;
pub mod strangers;
pub mod streams;
pub mod waits;
pub mod webhooks;
pub mod wires;

use std::fmt::Debug;

use sim_core::{Api, Endpoint, Result};

use crate::secrets::assert_hidden;
use crate::subject::Subject;
use crate::tools::{Proven as _, api};

/// Makes one call at the server at `url`.
fn call<S: Subject, E: Endpoint>(
    subject: &impl Fn(Api) -> S,
    url: &str,
    endpoint: E,
) -> Result<E::Output>
where
    E::Output: Debug,
{
    run(subject, &api(url).proven(), endpoint)
}

/// Makes one call of a core.
fn run<S: Subject, E: Endpoint>(
    subject: &impl Fn(Api) -> S,
    api: &Api,
    endpoint: E,
) -> Result<E::Output>
where
    E::Output: Debug,
{
    let exchange = api.call(endpoint)?;
    subject(api.clone()).drive(exchange).inspect(assert_hidden)
}

/// Returns the page whose tables the cases try; a published crate comes without it.
#[cfg(test)]
pub(crate) fn page_of_networks() -> Option<String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/networks.md");
    std::fs::read_to_string(path).ok()
}
