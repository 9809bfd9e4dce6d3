//! Rows 26, 30 and 32: callers that cancel, other callers, and callers that vanish.

use super::super::kind::Kind;
use super::super::stage::{At, Special, Stage, When};
use super::super::variant::{SIX, Variant, variant};
use super::refusals::{SPENT, explained};
use crate::reply::Reply;
use crate::subject::Lack;

pub(super) fn rows() -> Vec<Variant> {
    let alone = |special| move |kind: Kind| Stage::script([kind.good()]).special(special);
    let vanish = |_| Stage::at(At::Url(String::new())).special(Special::Vanish);
    let plain = SIX.into_iter().filter(|kind| *kind != Kind::Stream);
    let mut rows = cancels();
    rows.extend([
        variant(
            "30",
            "100 calls at once, one that stalls and one that is cancelled",
            alone(Special::Crowd),
        )
        .is(plain, "Ok", 100)
        .is([Kind::Stream], r#"Ok "Hello""#, 100),
        variant("32", "the caller vanishes", vanish)
            .is([Kind::Sync], "Ambiguous(Timeout(Total)), the run is cancelled", 1)
            .is([Kind::Stream], "\"Hello\", the run is cancelled", 1)
            .is([Kind::Queue], "Ok, the run is completed", 1),
    ]);
    rows
}

/// Row 26: whatever a call is at, it ends at once and names its run.
fn cancels() -> Vec<Variant> {
    let stalled = |bytes: &'static str, when| {
        move |_| Stage::script([Reply::stall(bytes)]).special(Special::Cancel(when))
    };
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";
    let length =
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{";
    let chunk = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n1\r\n{\r\n";
    let mut rows = vec![
        variant("26", "cancelled while it connects", |_| {
            Stage::hole().special(Special::Cancel(When::Connecting))
        })
        .cancelled(Kind::ALL, 0)
        .needs(Lack::CancelConnect),
        variant("26", "cancelled before the head", stalled("", When::Sent)).cancelled(Kind::ALL, 1),
        variant("26", "cancelled in the head", stalled(head, When::Sent)).cancelled(Kind::ALL, 1),
        variant("26", "cancelled in a body with a length", stalled(length, When::Head))
            .cancelled(Kind::ALL, 1),
        variant("26", "cancelled in a body of chunks", stalled(chunk, When::Head))
            .cancelled(Kind::ALL, 1),
    ];
    let nobody = |_| Stage::nobody().special(Special::Cancel(When::Again));
    rows.push(
        variant("26", "cancelled before another attempt", nobody)
            .cancelled(Kind::ALL.into_iter().filter(|kind| *kind != Kind::Once), 0),
    );
    let busy = |_| {
        let stage = explained(Stage::script([Reply::json(429, SPENT)]), SPENT.as_bytes());
        stage.special(Special::Cancel(When::Again))
    };
    rows.push(
        variant("26", "cancelled before another attempt, after a refusal", busy)
            // An execute first reads what became of its run.
            .cancelled([Kind::Read, Kind::Cancel, Kind::Wait], 1),
    );
    rows
}
