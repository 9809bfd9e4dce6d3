//! The gate before the first byte of a request, modelled between the thread that sends and the one that cancels: every
//! order of their steps is tried.

#[path = "../src/net/gate.rs"]
mod gate;

use loom::sync::Arc;
use loom::sync::atomic::{AtomicBool, Ordering};
use loom::thread;

use gate::{Pass, pass};

/// How a request that is sent in two parts was reported: whether it counts as sent, and whether it was cancelled.
fn send(cancelled: &AtomicBool, wire: &AtomicBool) -> (bool, bool) {
    let mut sent = false;
    for _ in 0..2 {
        match pass(!sent, || cancelled.load(Ordering::Acquire), || None::<()>) {
            Pass::First => {
                sent = true;
                wire.store(true, Ordering::SeqCst);
            }
            Pass::Later => assert!(sent, "a later part left before the first"),
            Pass::Cancelled => return (sent, true),
            Pass::Over(()) => panic!("there is no limit"),
        }
    }
    (sent, false)
}

#[test]
fn what_is_reported_as_not_sent_never_leaves() {
    loom::model(|| {
        let cancelled = Arc::new(AtomicBool::new(false));
        let wire = Arc::new(AtomicBool::new(false));
        let cancels = {
            let (cancelled, wire) = (Arc::clone(&cancelled), Arc::clone(&wire));
            thread::spawn(move || {
                let before = wire.load(Ordering::SeqCst);
                cancelled.store(true, Ordering::Release);
                before
            })
        };
        let (sent, was_cancelled) = send(&cancelled, &wire);
        let left_before = cancels.join().expect("no panic");
        let left = wire.load(Ordering::SeqCst);
        assert_eq!(left, sent, "it left: {left}, and was reported as sent: {sent}");
        assert!(sent || was_cancelled, "nothing kept it");
        assert!(sent || !left_before, "it had left when it was cancelled");
    });
}

#[test]
fn what_was_cancelled_before_never_leaves() {
    loom::model(|| {
        let (cancelled, wire) = (AtomicBool::new(true), AtomicBool::new(false));
        assert_eq!(send(&cancelled, &wire), (false, true));
        assert!(!wire.load(Ordering::SeqCst));
    });
}

#[test]
fn a_limit_that_is_used_up_keeps_the_first_part_alone() {
    assert_eq!(pass(true, || false, || Some("total")), Pass::Over("total"));
    assert_eq!(pass(false, || false, || Some("total")), Pass::Later);
}
