//! Rows 1 to 4b and 34: nothing was sent, so everything may be tried again, unless another try would meet the same.

use std::time::Duration;

use super::super::kind::Kind;
use super::super::stage::{At, Stage};
use super::super::variant::{SIX, Variant, variant};
use crate::reply::Reply;
use crate::script::Script;
use crate::subject::Lack;
use crate::tls::TlsServer;

/// The start of a TLS record that says what the server chose.
const SERVER_HELLO: [u8; 16] =
    [0x16, 3, 3, 0, 0x7a, 2, 0, 0, 0x76, 3, 3, 0x5e, 0xc7, 0xe7, 0x5e, 0xc7];

fn alert(description: u8) -> [u8; 7] {
    [0x15, 3, 3, 0, 2, 2, description]
}

pub(super) fn rows() -> Vec<Variant> {
    vec![
        unreachable("1", "refused connection", "Connect", |_| Stage::nobody()),
        unreachable("2", "name that does not resolve", "Resolve", |_| {
            // The hyphen lets the system say so without asking on the network.
            Stage::at(At::Url("http://-no-such-host.invalid".to_owned()))
        }),
        unreachable("3", "connecting goes unanswered", "Timeout(Connect)", |_| Stage::hole()),
        unreachable("34", "nothing left of the total", "Timeout(Total)", |kind| {
            Stage::script([kind.good()]).limits(|limits| limits.total(Duration::ZERO))
        }),
        unreachable("34", "nothing left for connecting", "Timeout(Connect)", |kind| {
            Stage::script([kind.good()]).limits(|limits| limits.connect(Duration::ZERO))
        }),
        refused("certificate of a root that nobody trusts", |_| certified("localhost", 2100)),
        refused("certificate that has expired", |_| certified("localhost", 2021)),
        refused("certificate for another name", |_| certified("example.com", 2100)),
        refused("plain text where TLS is due", |_| {
            blind(Reply::stall("HTTP/1.1 400 Bad Request\r\n\r\n"))
        }),
        refused("TLS alert: handshake failure", |_| blind(Reply::stall(alert(40)))),
        refused("TLS alert: protocol version", |_| blind(Reply::stall(alert(70)))),
        unreachable("4b", "closed at the first bytes of TLS", "Connect", |_| {
            blind(Reply::close(""))
        })
        .needs(Lack::Tls),
        unreachable("4b", "reset at the first bytes of TLS", "Connect", |_| {
            blind(Reply::reset(""))
        })
        .needs(Lack::Tls),
        unreachable("4b", "closed within the answer of TLS", "Connect", |_| {
            blind(Reply::close(SERVER_HELLO))
        })
        .needs(Lack::Tls),
    ]
}

fn unreachable(
    row: &'static str,
    name: &'static str,
    word: &str,
    make: impl Fn(Kind) -> Stage + Send + Sync + 'static,
) -> Variant {
    let five = SIX.into_iter().filter(|kind| *kind != Kind::Wait);
    variant(row, name, make)
        .never_sent(five, word, 3)
        .never_sent([Kind::Retry, Kind::Once], word, 4)
        .never_sent([Kind::Wait], format!("Ambiguous({word})"), 15)
}

/// Asked again, the server would say the same.
fn refused(name: &'static str, make: impl Fn(Kind) -> Stage + Send + Sync + 'static) -> Variant {
    let others = Kind::ALL.into_iter().filter(|kind| *kind != Kind::Wait);
    variant("4", name, make).never_sent(others, "Tls", 1).never_sent(
        [Kind::Wait],
        "Ambiguous(Tls)",
        1,
    )
}

fn certified(name: &str, to: i32) -> Stage {
    let answer = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}";
    Stage::at(At::Tls(TlsServer::start(name, 2020, to, answer)))
}

fn blind(reply: Reply) -> Stage {
    Stage::at(At::Script(Script::blind(reply)))
}
