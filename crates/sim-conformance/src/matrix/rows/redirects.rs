//! Row 12: an answer that points elsewhere is never followed, and its target never asked.

use super::super::kind::Kind;
use super::super::stage::Stage;
use super::super::variant::{SIX, Variant, variant};
use crate::reply::Reply;
use crate::script::Script;

/// A target, given where the other host is.
type Target = fn(&str) -> Option<String>;

const TARGETS: [(&str, Target); 5] = [
    ("the same host", |_| Some("/api/elsewhere?token=SECRET".to_owned())),
    ("another host", |other| Some(format!("{other}/api?token=SECRET"))),
    ("another host without a scheme", |other| other.strip_prefix("http:").map(str::to_owned)),
    ("https", |other| Some(other.replace("http:", "https:"))),
    ("nowhere", |_| None),
];

pub(super) fn rows() -> Vec<Variant> {
    let statuses = [301, 302, 303, 307, 308];
    let pairs = statuses.into_iter().flat_map(|status| TARGETS.map(|target| (status, target)));
    let row = |(status, (name, target)): (u16, (&str, Target))| {
        let five = SIX.into_iter().filter(|kind| *kind != Kind::Wait);
        variant("12", format!("{status} to {name}"), move |kind| redirected(kind, status, target))
            .is(five, "Redirect", 1)
            .is([Kind::Retry, Kind::Once], "Redirect", 1)
            .is([Kind::Wait], "Ambiguous(Redirect)", 1)
    };
    pairs.map(row).collect()
}

fn redirected(kind: Kind, status: u16, target: Target) -> Stage {
    let decoy = Script::new([kind.good()]);
    let location = target(decoy.url()).map(|target| format!("location: {target}\r\n"));
    let location = location.unwrap_or_default();
    let reply = format!("HTTP/1.1 {status} X\r\n{location}content-length: 0\r\n\r\n");
    Stage { decoy: Some(decoy), ..Stage::script([Reply::keep_open(reply), kind.good()]) }
}
