//! Row 33: each release of the server loses the answer to a start.

use sim_mock::Release;

use super::super::kind::Kind;
use super::super::stage::{At, Special, Stage};
use super::super::variant::{STARTS, Variant, variant};

pub(super) fn rows() -> Vec<Variant> {
    Release::ALL.into_iter().map(row).collect()
}

/// A plain start is ambiguous everywhere. One that promises a single run comes to its result where the server
/// honours the id that was sent, and nowhere is there a second run.
fn row(release: Release) -> Variant {
    let make = move |_| Stage::at(At::Url(String::new())).special(Special::Released(release));
    let row = variant("33", format!("an answer of {release} is lost"), make);
    let row = row.is(STARTS, "Ambiguous(Closed), 1 runs", 1);
    let once = if release.honours_run_ids() { "Ok, 1 runs" } else { "Ambiguous(Closed), 1 runs" };
    row.is([Kind::Once], once, 1)
}
