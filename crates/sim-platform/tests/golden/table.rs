//! The table of requests, while it is filled.

use http::Request;
use jiff::Timestamp;
use sim_core::operation::RequestBody;
use sim_core::transport::Exchange as _;
use sim_core::{Api, Endpoint};

/// A request, and what it shows: the name of its type, and what is special about it.
pub(crate) struct Row {
    pub(crate) title: String,
    pub(crate) request: Request<Vec<u8>>,
}

/// The rows: each operation once with as little as it takes, and once with everything.
pub(crate) struct Table {
    pub(crate) api: Api,
    pub(crate) rows: Vec<Row>,
}

impl Table {
    pub(crate) fn one(&mut self, title: &str, endpoint: impl Endpoint) {
        let call = self.api.call(endpoint).unwrap_or_else(|error| panic!("{title}: {error}"));
        let bytes = |body: RequestBody| body.as_bytes().unwrap_or_default().to_vec();
        let request = call.request().map(bytes);
        self.rows.push(Row { title: title.to_owned(), request });
    }
}

pub(crate) fn time(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_795_458_384 + seconds).expect("a time")
}
