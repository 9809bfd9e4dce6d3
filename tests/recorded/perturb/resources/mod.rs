//! The recordings of the resources around running workflows, with the same changes. Which values may cost an answer is
//! said in `strict`, from the documents of the API; everything else is a hint.

mod judge;
mod strict;

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use recorded::{Record, answer, shared};
use sim_core::transport::Step;
use sim_core::{Api, Generation, Result, RetryPolicy};
use sim_platform::catalog;
use sim_platform::wire::{Entry, Shown, Wire};

use crate::broken::Broken;
use crate::change::{self, Answer};
use crate::given::{cut, last_panic};
use crate::report::Report;
use crate::source::shape;

/// The most changes of the body of a recording: of the first of its shape, and of the others.
const MOST: [usize; 2] = [250, 4];

/// A recording, and the operation that reads it.
pub(crate) struct Resource {
    record: Record,
    entry: &'static Entry,
    wire: Wire,
    is_first: bool,
}

/// Returns the recordings whose names begin with one of `names`, or all of them if there is none.
pub(crate) fn all(names: &[String]) -> Vec<Resource> {
    let chosen =
        |name: &str| names.is_empty() || names.iter().any(|prefix| name.starts_with(prefix));
    let mut records = Vec::new();
    for (folder, start) in [("recordings", "v2-"), ("recordings-2", "v2-res-")] {
        if let Some(folder) = shared(folder) {
            records.extend(Record::all(&folder, |name| name.starts_with(start) && chosen(name)));
        }
    }
    let (mut shapes, mut all) = (HashSet::new(), Vec::new());
    for record in records {
        let path = record.target().split('?').next().unwrap_or_default();
        let wire = Wire::new(record.target(), record.sent_headers(), record.sent_body().to_owned());
        let mut of_route = catalog::of_route(record.method(), path).into_iter();
        let Some(entry) = of_route.find(|entry| entry.rebuild(&api(), &wire).is_some()) else {
            continue;
        };
        // The content of a file may be anything, so nothing is odd about it.
        if entry.declaration.name.starts_with("Download") && record.status == 200
            || ["DownloadFile", "DownloadRunFile"].contains(&entry.declaration.name)
        {
            continue;
        }
        let head = format!("{} {}", entry.declaration.name, record.status);
        let is_first = shapes.insert(head + &shape(&record.body));
        all.push(Resource { record, entry, wire, is_first });
    }
    all
}

fn api() -> Api {
    let api = Api::builder([7; 32]).generation(Generation::V2).base_url("http://localhost");
    let api = api.api_key("sk-sim-test").retry_policy(RetryPolicy::NEVER);
    api.build().expect("settings that a client accepts")
}

/// Makes every case of a recording, and judges it.
pub(crate) fn each(
    resource: &Resource,
    number: usize,
    broken: Option<Broken>,
    report: &mut Report,
) {
    let most = MOST[usize::from(!resource.is_first)];
    let answers = change::all(&resource.record, most, number);
    let recorded = resource.read(&answers[0]).ok().and_then(Result::ok);
    let name = resource.entry.declaration.name;
    for changed in &answers {
        if !report.is_new((name, resource.record.target(), changed.status, &changed.body)) {
            continue;
        }
        let told = broken.map_or_else(|| changed.clone(), |broken| broken.of_resource(changed));
        let given = resource.read(&told);
        let rules = match &given {
            Err(why) => vec![format!("every call ends, and nothing panics: {why}")],
            Ok(given) => {
                judge::broken_rules(&resource.record, name, changed, recorded.as_ref(), given)
            }
        };
        report.count(rules, name, || {
            let line = match &given {
                Ok(Ok(shown)) => shown.json.to_string(),
                Ok(Err(error)) => format!("error {error:#}"),
                Err(why) => why.clone(),
            };
            let Answer { what, status, .. } = changed;
            format!("{}, {what} (status {status}): {}", resource.record.name, cut(&line))
        });
    }
}

impl Resource {
    /// Reads an answer.
    ///
    /// # Errors
    /// If the call panics, or wants another request.
    fn read(&self, told: &Answer) -> std::result::Result<Result<Shown>, String> {
        let read = || {
            let mut call = self.entry.rebuild(&api(), &self.wire).expect("it was before").exchange;
            call.receive(answer(told.status, &told.headers, told.body.clone()), Duration::ZERO)
        };
        match catch_unwind(AssertUnwindSafe(read)) {
            Ok(Step::Done(given)) => Ok(given),
            Ok(Step::Again(_)) => Err("it is sent again".to_owned()),
            Err(_) => Err(format!("a panic: {}", last_panic())),
        }
    }
}
