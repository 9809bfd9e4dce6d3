//! Many waits of one client and the buckets of the server: what is left is shared.

use std::time::Duration;

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use sim_core::transport::{Exchange as _, Step, Wait};
use sim_core::{Generation, RunHandle, WaitPolicy};

use super::durable::{self, Server, durable, new_handle};
use super::server::{conflict, lost};
use super::{execute, speaking};

/// A bucket of reads that is refilled once a minute.
struct Reads {
    capacity: u64,
    refill: u64,
    left: u64,
    refilled: Duration,
    /// Whether answers show this bucket. The one of an address shows only in refusals.
    shown: bool,
}

impl Reads {
    fn new(capacity: u64, refill: u64, shown: bool) -> Self {
        Self { capacity, refill, left: capacity, refilled: Duration::ZERO, shown }
    }

    /// Answers a read of a run at `now`. The run ends at `end`.
    fn answer(&mut self, run: &str, now: Duration, end: Duration) -> http::Response<Bytes> {
        let minute = Duration::from_secs(60);
        while now >= self.refilled + minute {
            self.refilled += minute;
            self.left = (self.left + self.refill).min(self.capacity);
        }
        let clock = |at: Duration| {
            let begin: Timestamp = "2026-11-23T18:00:00Z".parse().expect("a time");
            begin + SignedDuration::try_from(at).expect("a short time")
        };
        let status = if now >= end { "completed" } else { "running" };
        let until = (self.refilled + minute).saturating_sub(now);
        let date = clock(now).strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
        let answer = http::Response::builder().header("date", date);
        let refused = self.left == 0;
        self.left = self.left.saturating_sub(1);
        let (limit, left) =
            if self.shown || refused { (self.capacity, self.left) } else { (999_999, 999_990) };
        let answer = answer
            .header("x-ratelimit-limit", limit)
            .header("x-ratelimit-remaining", left)
            .header("x-ratelimit-reset", clock(self.refilled + minute).to_string());
        let answer = if refused {
            let body =
                json!({"error": {"code": "RATE_LIMITED", "message": "API rate limit exceeded"}});
            let wait = until.as_secs() + 1;
            answer.status(429).header("retry-after", wait).body(body.to_string())
        } else {
            let run = json!({"runId": run, "workflowId": "wf", "status": status, "output": 1});
            answer.status(200).body(json!({"data": run}).to_string())
        };
        answer.expect("an answer").map(Bytes::from)
    }
}

/// What the waits of one client did.
struct Seen {
    /// How often each wait was refused.
    refusals: Vec<u32>,
    /// By how much each wait noticed the end of its run too late.
    late: Vec<Duration>,
    reads: u64,
}

/// Lets one client wait for runs at the same time, each of which ends at its own time.
fn wait_for_all(reads: &mut Reads, ends: &[Duration]) -> Seen {
    let api = speaking(Generation::V2);
    let wait = |n| {
        let handle = RunHandle::new("wf", format!("run-{n}"));
        api.wait(handle, WaitPolicy::new()).expect("an exchange")
    };
    let mut open: Vec<(Duration, usize, Wait)> =
        (0..ends.len()).map(|n| (Duration::ZERO, n, wait(n))).collect();
    let zero = || vec![Duration::ZERO; ends.len()];
    let mut seen = Seen { refusals: vec![0; ends.len()], late: zero(), reads: 0 };
    while let Some(next) = (0..open.len()).min_by_key(|at| open[*at].0) {
        let (now, n, wait) = &mut open[next];
        let answer = reads.answer(&format!("run-{n}"), *now, ends[*n]);
        seen.refusals[*n] += u32::from(answer.status() == 429);
        seen.reads += 1;
        match wait.receive(Ok(answer), *now) {
            Step::Again(delay) => *now += delay,
            Step::Done(result) => {
                assert!(result.expect("a result").success);
                seen.late[*n] = now.saturating_sub(ends[*n]);
                open.swap_remove(next);
            }
        }
    }
    seen
}

fn spread(count: u32, most: Duration) -> Vec<Duration> {
    (1..=count).map(|n| most * n / count).collect()
}

#[test]
fn a_hundred_waits_share_three_hundred_reads_a_minute() {
    let minute = Duration::from_secs(60);
    for most in [minute / 20, minute, minute * 10] {
        let ends = spread(100, most);
        let mut shown = Reads::new(300, 300, true);
        let seen = wait_for_all(&mut shown, &ends);
        assert!(seen.refusals.iter().all(|refusals| *refusals == 0), "{:?}", seen.refusals);
        let mut of_operation = Reads::new(600, 300, true);
        let seen = wait_for_all(&mut of_operation, &ends);
        assert!(seen.refusals.iter().all(|refusals| *refusals == 0), "{:?}", seen.refusals);
        let mut of_address = Reads::new(600, 300, false);
        let seen = wait_for_all(&mut of_address, &ends);
        assert!(seen.refusals.iter().all(|refusals| *refusals <= 1), "{:?}", seen.refusals);
        let latest = seen.late.iter().max().expect("one");
        assert!(*latest <= minute * 3 / 2, "{latest:?}");
    }
}

#[test]
fn one_wait_on_the_smallest_plan_is_never_refused_and_sees_a_short_run_soon() {
    for (end, at_most) in [(30, 100), (2_000, 1_000), (3_600_000, 20_000)] {
        let mut reads = Reads::new(60, 30, true);
        let seen = wait_for_all(&mut reads, &[Duration::from_millis(end)]);
        assert_eq!(seen.refusals, [0]);
        assert!(seen.late[0] <= Duration::from_millis(at_most), "{:?}", seen.late);
    }
    let mut nearly_empty = Reads { left: 1, ..Reads::new(60, 30, true) };
    let seen = wait_for_all(&mut nearly_empty, &[Duration::from_secs(300)]);
    assert_eq!(seen.refusals, [0], "{} reads", seen.reads);
}

#[test]
fn many_waits_at_one_bucket_all_end() {
    let mut reads = Reads::new(600, 300, true);
    let seen = wait_for_all(&mut reads, &spread(350, Duration::from_secs(120)));
    let most = seen.refusals.iter().max().expect("one");
    assert!(*most <= 4, "{most} refusals; all begin at the same moment, with one read each");
}

#[test]
fn a_start_that_was_lost_is_looked_up_when_its_bucket_is_refilled() {
    let api = speaking(Generation::V2);
    let mut find = api.find("wf", "another").expect("an exchange");
    let mut empty = Reads { left: 0, ..Reads::new(60, 30, true) };
    let mut refused = || empty.answer("another", Duration::ZERO, Duration::MAX);
    while let Step::Again(_) = find.receive(Ok(refused()), Duration::ZERO) {}
    let deadline = Duration::from_secs(90);
    for (lost, waits) in [(lost(), true), (conflict(), true), (lost(), false)] {
        let plan = execute().once();
        let plan = if waits { plan } else { plan.deadline(deadline / 3) };
        let mut once = api.once(plan).expect("an exchange");
        let sent = once.sent_id().as_str().to_owned();
        match once.receive(super::v2::told(lost(&sent)), Duration::ZERO) {
            Step::Again(delay) if waits => {
                assert!((60..=120).contains(&delay.as_secs()), "{delay:?}");
                assert!(once.request().uri().path().ends_with(&sent));
            }
            Step::Done(Err(error)) if !waits => {
                assert!(error.is_ambiguous(), "there is no time for a look: {error}");
            }
            step => panic!("{step:?}"),
        }
    }
}

#[test]
fn each_start_that_a_limit_refuses_waits_longer_than_the_one_before() {
    let api = durable::speaking(Generation::V2);
    let mut server = Server::refusing(3);
    let mut exchange = durable(&api, &new_handle(&api, &mut server));
    let mut waits = Vec::new();
    while waits.len() < 3 {
        let answer = server.answer(&exchange.request());
        match exchange.receive(Ok(answer), waits.iter().sum()) {
            Step::Again(delay) if delay > Duration::from_millis(1) => waits.push(delay),
            Step::Again(_) => {}
            Step::Done(result) => panic!("{result:?}"),
        }
    }
    // 1, 2 and 4 seconds, by a quarter more or less.
    for (wait, about) in waits.iter().zip([1.0, 2.0, 4.0]) {
        assert!((about * 0.75..about * 1.25).contains(&wait.as_secs_f64()), "{waits:?}");
    }
}
