//! Lookups that end well, late, never and not at all.

use std::future::Future as _;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, Instant};

use sim_net::Limit;
use sim_net::resolve::{Lookup, ResolveError, ResolveErrorKind, Resolver};

type Found = Result<Vec<SocketAddr>, ResolveError>;

/// A resolver whose lookups wait for a result that the test sends, and tell the test when they begin.
fn by_hand() -> (Resolver, Receiver<String>, Sender<Found>) {
    let (began, begins) = channel();
    let (results, result) = channel();
    let (began, result) = (Mutex::new(began), Mutex::new(result));
    let resolver = Resolver::new(move |host| {
        began.lock().expect("a sender").send(host.to_owned()).expect("a listener");
        result.lock().expect("a receiver").recv().expect("a result")
    });
    (resolver, begins, results)
}

fn some(addresses: &[&str]) -> Vec<SocketAddr> {
    addresses.iter().map(|text| text.parse().expect("an address")).collect()
}

fn far() -> Limit<'static> {
    Limit::until(Instant::now() + Duration::from_secs(60))
}

#[test]
fn addresses_keep_their_order_and_get_the_port_once() {
    let resolver =
        Resolver::new(|_| Ok(some(&["[fd00::1]:0", "10.0.0.2:7", "10.0.0.1:0", "10.0.0.2:0"])));
    let expected = some(&["[fd00::1]:443", "10.0.0.2:443", "10.0.0.1:443"]);
    for limit in [Limit::none(), far()] {
        assert_eq!(resolver.resolve("sim.example", 443, &limit), Ok(expected.clone()));
    }
}

#[test]
fn a_name_without_any_address_is_not_found() {
    let resolver = Resolver::new(|_| Ok(Vec::new()));
    for limit in [Limit::none(), far()] {
        let error = resolver.resolve("sim.example", 443, &limit).expect_err("no address");
        assert_eq!(error.kind(), ResolveErrorKind::NotFound);
        assert_eq!(error.to_string(), "cannot look up sim.example: the name has no address");
    }
}

#[test]
fn an_error_has_the_name_that_was_meant_and_the_words_of_the_resolver() {
    let resolver = Resolver::new(|host| {
        let words = "Temporary failure in name resolution";
        Err(ResolveError::new(host, ResolveErrorKind::Temporary, words))
    });
    for limit in [Limit::none(), far()] {
        let error = resolver.resolve("proxy.example", 443, &limit).expect_err("no address");
        assert_eq!((error.host(), error.kind()), ("proxy.example", ResolveErrorKind::Temporary));
        let text = error.to_string();
        assert!(text.contains("proxy.example: Temporary failure in name resolution"), "{text}");
    }
}

#[test]
fn lookups_of_one_name_share_a_thread_also_after_some_gave_up() {
    let (resolver, begins, results) = by_hand();
    let past = Limit::until(Instant::now());
    let error = resolver.resolve("sim.example", 1, &past).expect_err("nobody answered");
    assert_eq!(error.kind(), ResolveErrorKind::TimedOut);
    assert_eq!(begins.recv().as_deref(), Ok("sim.example"));

    let (first, second) = (resolver.start("sim.example", 1), resolver.start("sim.example", 2));
    results.send(Ok(some(&["10.0.0.1:0"]))).expect("a lookup");
    let wait = |lookup: Result<Lookup, _>| lookup.and_then(|lookup| lookup.wait(&far()));
    assert_eq!(wait(first), Ok(some(&["10.0.0.1:1"])));
    assert_eq!(wait(second), Ok(some(&["10.0.0.1:2"])));
    assert!(begins.try_recv().is_err(), "one thread asked for all three");

    results.send(Ok(some(&["10.0.0.2:0"]))).expect("a lookup");
    assert_eq!(resolver.resolve("sim.example", 1, &far()), Ok(some(&["10.0.0.2:1"])));
    assert_eq!(begins.recv().as_deref(), Ok("sim.example"), "what is over is asked again");
}

#[test]
fn names_do_not_wait_for_each_other() {
    let (hung, hangs) = (AtomicBool::new(false), Mutex::new(()));
    let gate = Arc::new((hung, hangs));
    let held = Arc::clone(&gate);
    let guard = gate.1.lock().expect("a gate");
    let resolver = Resolver::new(move |host| {
        if host == "hangs.example" {
            held.0.store(true, Ordering::SeqCst);
            drop(held.1.lock());
        }
        Ok(some(&["10.0.0.1:0"]))
    });
    let hanging = resolver.start("hangs.example", 1).expect("a thread");
    assert_eq!(resolver.resolve("sim.example", 1, &far()), Ok(some(&["10.0.0.1:1"])));
    drop(guard);
    assert_eq!(hanging.wait(&far()), Ok(some(&["10.0.0.1:1"])));
    assert!(gate.0.load(Ordering::SeqCst));
}

#[test]
fn a_wait_ends_when_the_caller_cancels() {
    let (resolver, begins, _results) = by_hand();
    let asked = AtomicUsize::new(0);
    let is_cancelled = || asked.fetch_add(1, Ordering::SeqCst) > 1;
    let limit = Limit::none().unless(&is_cancelled);
    let error = resolver.resolve("sim.example", 1, &limit).expect_err("it is cancelled");
    assert_eq!(error.kind(), ResolveErrorKind::Cancelled);
    assert_eq!(begins.recv().as_deref(), Ok("sim.example"));
}

#[test]
fn a_lookup_that_breaks_off_leaves_nobody_waiting() {
    let resolver = Resolver::new(|_| std::panic::resume_unwind(Box::new("broken")));
    let error = resolver.resolve("sim.example", 1, &far()).expect_err("no address");
    assert_eq!(error.kind(), ResolveErrorKind::Other);
}

#[test]
fn a_lookup_wakes_each_task_that_awaits_it() {
    struct Count(Mutex<usize>, Condvar);
    impl Wake for Count {
        fn wake(self: Arc<Self>) {
            *self.0.lock().expect("a count") += 1;
            self.1.notify_all();
        }
    }
    let (resolver, begins, results) = by_hand();
    let count = Arc::new(Count(Mutex::new(0), Condvar::new()));
    let waker = Waker::from(Arc::clone(&count));
    let mut cx = Context::from_waker(&waker);
    let mut lookups = [resolver.start("sim.example", 1), resolver.start("sim.example", 2)]
        .map(|lookup| Box::pin(lookup.expect("a thread")));
    for lookup in &mut lookups {
        assert_eq!(lookup.as_mut().poll(&mut cx), Poll::Pending);
        assert_eq!(lookup.as_mut().poll(&mut cx), Poll::Pending);
    }
    // The test has two, and the lookup one however often it was asked.
    assert_eq!(Arc::strong_count(&count), 3, "one task is woken once");
    assert_eq!(begins.recv().as_deref(), Ok("sim.example"));
    results.send(Ok(some(&["10.0.0.1:0"]))).expect("a lookup");
    let woken = count.1.wait_while(count.0.lock().expect("a count"), |woken| *woken == 0);
    drop(woken.expect("a count"));
    for (lookup, expected) in lookups.iter_mut().zip(["10.0.0.1:1", "10.0.0.1:2"]) {
        assert_eq!(lookup.as_mut().poll(&mut cx), Poll::Ready(Ok(some(&[expected]))));
    }
}
