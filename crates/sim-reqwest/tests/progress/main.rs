//! The progress of a request, modelled between the thread that sends and the one that gives up: every order of their
//! steps is tried.

mod once;
#[path = "../../src/net/progress.rs"]
mod progress;

use loom::sync::Arc;
use loom::sync::atomic::{AtomicBool, Ordering};
use loom::thread;
use sim_core::transport::Phase;

use progress::Progress;

#[test]
fn what_is_reported_as_not_sent_never_leaves() {
    loom::model(|| {
        let progress = Arc::new(Progress::default());
        let wire = Arc::new(AtomicBool::new(false));
        let sends = {
            let (progress, wire) = (Arc::clone(&progress), Arc::clone(&wire));
            thread::spawn(move || {
                // hyper asks more than once: whether a body is at its end, and for its data.
                let may = progress.leaves();
                if progress.leaves() {
                    wire.store(true, Ordering::SeqCst);
                }
                assert_eq!(may, progress.leaves(), "the decision changed");
            })
        };
        progress.give_up();
        let phase = progress.phase();
        assert_eq!(progress.is_given_up(), phase == Phase::NotSent);
        sends.join().expect("no panic");
        let left = wire.load(Ordering::SeqCst);
        assert_eq!(left, phase == Phase::Sent, "it left: {left}, and was reported as {phase:?}");
        assert_eq!(progress.left().is_some(), left);
    });
}
