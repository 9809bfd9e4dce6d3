//! Uploads in parts, several of them at once: what reaches the storage, and in which order nothing else may happen.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};
use sim_core::transport::{Exchange as _, Outcome, Parallel, Step, Turn};
use sim_core::{CancelToken, Error, Result};
use sim_platform::UploadSession;
use sim_platform::files::{CreateFileUpload, FileUpload, FileUploading};

use super::{Sent, api, lost, refusal, reply, whole};

const URL: &str = "https://store.example/put?n=";
const CREATE: &str = "POST https://sim.example/api/v2/files/uploads";
const ABORT: &str = "DELETE https://sim.example/api/v2/files/uploads/up-1?workspaceId=ws-1";

/// A server whose parts have 2 bytes.
#[derive(Default)]
struct Server {
    /// The bytes that are there, by the number of the part.
    parts: BTreeMap<u64, Bytes>,
    sent: Vec<String>,
    /// The faults of the next requests for these parts.
    faults: BTreeMap<u64, Vec<Outcome>>,
    sessions: usize,
}

impl Server {
    fn with(faults: impl IntoIterator<Item = (u64, Vec<Outcome>)>) -> Self {
        Self { faults: faults.into_iter().collect(), ..Self::default() }
    }

    fn session(&self, status: &str) -> Value {
        json!({"id": format!("up-{}", self.sessions), "status": status, "name": "a.txt", "size": 10})
    }

    fn answer(&mut self, sent: &Sent) -> Outcome {
        self.sent.push(sent.line.clone());
        if sent.line == CREATE {
            self.sessions += 1;
            self.parts.clear();
            let transfer = json!({"method": "multipart", "partSize": 2, "partCount": 5});
            let session = self.session("uploading");
            let begun = json!({"session": session, "uploadToken": "t.1", "transfer": transfer});
            return reply(201, &json!({ "data": begun }));
        }
        if let Some(number) = sent.line.strip_prefix("PUT ").and_then(|url| url.strip_prefix(URL)) {
            let number = number.parse().expect("a number");
            if let Some(fault) = self.faults.get_mut(&number).and_then(Vec::pop) {
                return fault;
            }
            self.parts.insert(number, sent.body.clone());
            return reply(204, &Value::Null);
        }
        if sent.line.contains("/parts?") {
            let asked: Value = serde_json::from_slice(&sent.body).expect("JSON");
            let numbers = asked["partNumbers"].as_array().expect("numbers").iter();
            let part = |n| json!({"partNumber": n, "url": format!("{URL}{n}"), "headers": {}});
            return reply(200, &json!({"data": {"parts": numbers.map(part).collect::<Vec<_>>()}}));
        }
        if sent.line.starts_with("DELETE ") {
            return reply(200, &json!({"data": self.session("aborted")}));
        }
        assert!(sent.line.contains("/complete?"), "{}", sent.line);
        if self.parts.len() < 5 {
            return refusal(409, "CONFLICT");
        }
        reply(200, &json!({"data": self.session("completed")}))
    }

    fn content(&self) -> Vec<u8> {
        self.parts.values().flat_map(|part| part.to_vec()).collect()
    }

    fn puts(&self) -> String {
        let puts = self.sent.iter().filter_map(|line| line.strip_prefix("PUT "));
        puts.map(|url| url.strip_prefix(URL).expect("a part")).collect()
    }
}

fn uploading() -> FileUploading {
    let create = CreateFileUpload::new("ws-1", "a.txt", "text/plain", 10);
    create.upload(&api(), Bytes::from("0123456789")).expect("an upload")
}

/// Drives requests in simulated time. Of those on their way, the last to be sent is answered first.
fn drive_parallel<P: Parallel>(mut requests: P, server: &mut Server) -> (Result<P::Output>, usize) {
    let (mut on_their_way, mut most, mut now) = (Vec::new(), 0, Duration::ZERO);
    for _ in 0..1000 {
        match requests.next(now) {
            Turn::Send(job) => {
                on_their_way.push(job);
                most = most.max(on_their_way.len());
                assert!(most <= requests.at_once());
                continue;
            }
            Turn::Wait(delay) if on_their_way.is_empty() => {
                now += delay;
                continue;
            }
            Turn::Over(result) => {
                assert!(on_their_way.is_empty(), "nothing is left behind");
                return (result, most);
            }
            Turn::Wait(_) | Turn::Busy => {}
        }
        let mut job = on_their_way.pop().expect("something is on its way");
        now += Duration::from_secs(1);
        if job.cancel_token().is_some_and(CancelToken::is_cancelled) {
            let _ = job.cancel(now);
        }
        let request = job.request();
        let line = format!("{} {}", request.method(), request.uri());
        let headers = request.headers().keys().map(|name| name.as_str().to_owned()).collect();
        let outcome = whole(request.into_body())
            .and_then(|body| server.answer(&Sent { line, headers, body, at: now }));
        assert!(matches!(job.receive(outcome, now), Step::Done(Ok(()))));
        requests.receive(job, now);
    }
    panic!("it never ends");
}

fn upload(server: &mut Server, at_once: usize) -> (Result<FileUpload, Error>, usize) {
    drive_parallel(uploading().parallel(at_once), server)
}

#[test]
fn parts_go_at_once_and_all_of_them_before_the_completion() {
    for (at_once, most) in [(0, 1), (1, 1), (2, 2), (3, 3), (100, 5)] {
        let mut server = Server::default();
        let (result, on_their_way) = upload(&mut server, at_once);
        assert!(result.expect("an upload").status.is_over());
        assert_eq!((on_their_way, server.content()), (most, b"0123456789".to_vec()), "{at_once}");
        assert_eq!(server.puts().len(), 5);
    }
}

#[test]
fn a_part_that_is_lost_goes_again_and_no_other_does() {
    let lost_twice = vec![lost(), refusal(503, "SERVICE_UNAVAILABLE")];
    let mut server = Server::with([(3, lost_twice)]);
    assert!(upload(&mut server, 2).0.is_ok());
    let mut puts: Vec<_> = server.puts().chars().collect();
    puts.sort_unstable();
    assert_eq!(puts.into_iter().collect::<String>(), "1233345");
    assert_eq!(server.content(), b"0123456789");
}

#[test]
fn addresses_that_no_longer_work_are_asked_for_again_once_the_others_are_through() {
    let expired = || vec![refusal(403, "FORBIDDEN")];
    let mut server = Server::with([(2, expired()), (4, expired())]);
    assert!(upload(&mut server, 2).0.is_ok());
    assert_eq!(server.content(), b"0123456789");
    let asked = server.sent.iter().filter(|line| line.contains("/parts?")).count();
    assert_eq!((asked, server.puts().len()), (2, 7));
}

#[test]
fn a_part_that_is_refused_ends_the_upload_once_the_others_have_arrived() {
    let mut server = Server::with([(2, vec![refusal(400, "BAD_REQUEST")])]);
    let error = upload(&mut server, 2).0.expect_err("a refusal");
    assert_eq!(error.code(), "BAD_REQUEST");
    assert_eq!(server.sent.last().map(String::as_str), Some(ABORT));
    assert!(server.puts().len() <= 3, "nothing more is sent: {}", server.puts());
}

#[test]
fn an_upload_in_parts_whose_bytes_are_lost_is_begun_anew() {
    let mut server = Server::with([(5, vec![lost(), lost(), lost()])]);
    let (result, _) = upload(&mut server, 3);
    assert_eq!(result.expect("the second one goes well").id.as_str(), "up-2");
    assert_eq!((server.sessions, server.content()), (2, b"0123456789".to_vec()));
    assert!(server.sent.contains(&ABORT.to_owned()));
}

#[test]
fn a_stored_session_counts_the_parts_without_a_gap_and_is_gone_on_with() {
    let stored: Arc<Mutex<Vec<UploadSession>>> = Arc::default();
    let store = Arc::clone(&stored);
    let keep = move |session: &UploadSession| store.lock().expect("a store").push(session.clone());
    let (mut server, mut crashed) = (Server::default(), Server::default());
    assert!(drive_parallel(uploading().on_session(keep).parallel(2), &mut server).0.is_ok());
    // Of two on their way the last one arrives first.
    let counts: Vec<_> = stored.lock().expect("a store").iter().map(|s| s.parts_done).collect();
    assert!(counts.is_sorted() && counts.last() == Some(&5), "{counts:?}");
    let distinct: BTreeSet<_> = counts.iter().collect();
    assert_eq!(distinct.len(), counts.len(), "it is stored when it has changed");
    for session in stored.lock().expect("a store").iter() {
        // Whatever was sent beyond the gap is sent again.
        let content = Bytes::from("0123456789");
        crashed.sessions = 1;
        let there = |n: &u64| *n <= session.parts_done;
        crashed.parts =
            server.parts.iter().filter(|(n, _)| there(n)).map(|(n, b)| (*n, b.clone())).collect();
        let create = CreateFileUpload::new("ws-1", "a.txt", "text/plain", 10);
        let upload = create.upload(&api(), content).expect("an upload");
        let upload = upload.resume(session.clone()).expect("it goes on").parallel(2);
        assert!(drive_parallel(upload, &mut crashed).0.is_ok(), "after {}", session.parts_done);
        assert_eq!(crashed.content(), b"0123456789");
    }
}

#[test]
fn the_progress_of_parts_at_once_never_goes_back_and_ends_with_all() {
    let seen: Arc<Mutex<Vec<u64>>> = Arc::default();
    let report = Arc::clone(&seen);
    let upload = uploading().on_progress(move |done, _| report.lock().expect("a list").push(done));
    let mut server = Server::with([(2, vec![lost()])]);
    assert!(drive_parallel(upload.parallel(3), &mut server).0.is_ok());
    let seen = seen.lock().expect("a list");
    assert!(seen.is_sorted() && seen.last() == Some(&10), "{seen:?}");
}
