//! Faults on the way of an upload or a download: the content that arrives, and what the server keeps of what failed.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sim_mock::{Fault, Faults, Scope};
use simstudio::{CancelToken, ErrorKind};

use super::{PART, both, content, create, sim};

#[test]
fn content_arrives_as_it_is_whole_or_in_parts_one_after_the_other_or_at_once() {
    let sim = sim();
    for client in both(&sim) {
        for length in [0, 1, PART - 1, PART, PART + 1, 3 * PART, 7 * PART + 5] {
            let content = content(length);
            for at_once in [0, 1, 4] {
                let upload = client.upload(&content, at_once).expect("an upload");
                let file = upload.file.expect("a file");
                assert_eq!(sim.content(file.id.as_str()), Some(content.clone()), "{length}");
                let (head, downloaded) = client.download(file.id.as_str());
                assert_eq!(head.expect("a download").length, Some(length as u64));
                assert_eq!(downloaded, content, "{length}");
            }
        }
    }
    let plane = sim.requests();
    let plane = plane.iter().filter(|request| request.path().starts_with("/api/v2/uploads/"));
    assert!(plane.clone().count() > 30);
    assert!(plane.into_iter().all(|request| request.header("x-api-key").is_none()));
}

#[test]
fn faults_on_the_way_of_the_bytes_are_survived_and_the_content_is_right() {
    let in_parts = [Fault::CloseUnread, Fault::CutHead, Fault::GatewayPage, Fault::Overloaded(0)];
    // The storage has the bytes, and refuses them when they are sent again.
    let as_a_whole = [Fault::CloseAfterRead];
    for (length, at_once, faults) in [(4 * PART, 4, &in_parts[..]), (PART, 0, &as_a_whole)] {
        let sim = sim();
        for client in both(&sim) {
            let content = content(length);
            sim.set_faults(Faults::script(faults.iter().copied()).only(Scope::Bytes));
            let upload = client.upload(&content, at_once).expect("an upload");
            let file = upload.file.expect("a file");
            assert_eq!(sim.content(file.id.as_str()), Some(content.clone()));
            sim.set_faults(Faults::script([Fault::CutBody]).only(Scope::Bytes));
            let (head, downloaded) = client.download(file.id.as_str());
            assert!(head.is_ok() && downloaded == content, "{:?}", head.err());
        }
        assert!(sim.faults().values().sum::<usize>() >= 2 * (faults.len() + 1), "all happened");
        assert!(sim.uploads().iter().all(|upload| upload.status == "completed"));
    }
}

#[test]
fn addresses_that_expire_in_the_middle_are_asked_for_again() {
    for at_once in [0, 3] {
        let sim = Arc::new(sim());
        for client in both(&sim) {
            let (content, server) = (content(6 * PART), Arc::clone(&sim));
            let expired = AtomicU64::new(0);
            let upload = client.uploading(create(content.len()), content.clone());
            let upload = upload.expect("an upload").on_progress(move |done, _| {
                if done > 2 * PART as u64 && expired.fetch_add(1, Ordering::Relaxed) == 0 {
                    server.expire_addresses();
                }
            });
            let file = client.drive(upload, at_once).expect("an upload").file.expect("a file");
            assert_eq!(sim.content(file.id.as_str()), Some(content));
        }
        let asked = sim.requests().iter().filter(|r| r.path().ends_with("/parts")).count();
        assert!(asked >= 4, "each upload asked twice: {asked}");
    }
}

#[test]
fn an_upload_that_is_cancelled_in_the_middle_is_given_up_on_the_server() {
    for at_once in [0, 3] {
        let sim = sim();
        for client in both(&sim) {
            let (content, token) = (content(6 * PART), CancelToken::new());
            let cancel = token.clone();
            let create = create(content.len()).cancel(&token);
            let upload = client.uploading(create, content).expect("an upload");
            let upload = upload.on_progress(move |done, _| {
                if done > PART as u64 {
                    cancel.cancel();
                }
            });
            assert!(client.drive(upload, at_once).expect_err("cancelled").is_cancelled());
        }
        let ended: Vec<_> = sim.uploads().into_iter().map(|upload| upload.status).collect();
        assert_eq!(ended, ["aborted", "aborted"]);
        assert!(sim.files().is_empty());
    }
}

#[test]
fn a_deadline_ends_an_upload_to_storage_that_is_silent() {
    for at_once in [0, 3] {
        let sim = sim();
        for client in both(&sim) {
            let content = content(2 * PART);
            sim.set_faults(Faults::seeded(1).share(1.0).among([Fault::Stall]).only(Scope::Bytes));
            let create = create(content.len()).deadline(Duration::from_millis(300));
            let upload = client.uploading(create, content).expect("an upload");
            let error = client.drive(upload, at_once);
            assert!(error.expect_err("it is silent").is_timeout());
        }
        assert!(sim.uploads().iter().all(|upload| upload.status == "aborted"));
    }
}

#[test]
fn a_file_whose_bytes_are_gone_is_an_error_and_no_empty_file() {
    let sim = sim();
    let file = sim.add_file("a.txt", "hello");
    sim.lose_content(&file);
    for client in both(&sim) {
        let (head, downloaded) = client.download(&file);
        assert_eq!(head.expect_err("the bytes are gone").kind(), &ErrorKind::Closed);
        assert!(downloaded.is_empty());
    }
}
