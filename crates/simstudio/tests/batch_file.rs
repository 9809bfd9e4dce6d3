//! The memory of a batch in a file: what survives a crash, and what programs that share the file see of each other.
#![cfg(feature = "files")]

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::thread;

use simstudio::batch_file::BatchFile;
use simstudio::serde_json::{from_value, json};
use simstudio::{BatchStore as _, RunHandle, StoredOutcome};

fn file(name: &str) -> PathBuf {
    let file = std::env::temp_dir().join(format!("simstudio-{name}-{}.jsonl", std::process::id()));
    let _ = fs::remove_file(&file);
    file
}

fn open(path: &PathBuf) -> BatchFile {
    BatchFile::open(path).expect("a file")
}

fn outcome(n: u64) -> StoredOutcome {
    from_value(json!({"status": "completed", "output": {"n": n}, "run_id": "run"})).expect("JSON")
}

#[test]
fn the_first_handle_and_the_first_outcome_are_there_after_a_crash() {
    let path = file("again");
    let (mine, other) = (RunHandle::new("wf", "mine"), RunHandle::new("wf", "other"));
    {
        let store = open(&path);
        assert_eq!(store.reserve(7, &mine).expect("it is stored").handle, mine);
        assert_eq!(store.reserve(8, &other).expect("it is stored").outcome, None);
        store.finish(7, &outcome(1)).expect("it is stored");
        store.finish(7, &outcome(2)).expect("it is stored");
    }
    let store = open(&path).synced();
    let entry = store.reserve(7, &other).expect("it is there");
    assert_eq!((entry.handle, entry.outcome), (mine, Some(outcome(1))));
    assert_eq!(
        store.reserve(8, &RunHandle::new("wf", "third")).expect("it is there").handle,
        other
    );
    fs::remove_file(path).expect("the file is ours");
}

#[test]
fn a_line_that_a_crash_cut_off_costs_only_itself() {
    let path = file("torn");
    let handle = RunHandle::new("wf", "run");
    open(&path).reserve(0, &handle).expect("it is stored");
    let whole = fs::read(&path).expect("the file");
    for cut in 1..whole.len() {
        let mut torn = whole.clone();
        torn.extend_from_slice(&whole[..cut]);
        fs::write(&path, torn).expect("the file is ours");
        let store = open(&path);
        assert_eq!(
            store.reserve(0, &RunHandle::new("wf", "x")).expect("it is there").handle,
            handle
        );
        let next = RunHandle::new("wf", "next");
        assert_eq!(store.reserve(1, &next).expect("it is stored").handle, next, "{cut}");
        assert_eq!(open(&path).reserve(1, &handle).expect("it is there").handle, next, "{cut}");
    }
    fs::remove_file(path).expect("the file is ours");
}

#[test]
fn a_file_of_somebody_else_is_refused_and_stays_as_it_is() {
    let path = file("foreign");
    for content in ["name,count\n", "{\"a\":1}\n", "[1]\n", "{\"position\":1,\"other\":2}\n"] {
        fs::write(&path, content).expect("the file is ours");
        let error = BatchFile::open(&path).expect_err("it is no batch");
        assert!(error.to_string().contains("something else"), "{error}");
        assert_eq!(fs::read(&path).expect("the file"), content.as_bytes());
    }
    fs::remove_file(path).expect("the file is ours");
}

#[test]
fn programs_that_share_a_file_agree_on_each_handle() {
    let path = file("shared");
    let claims: Vec<Vec<RunHandle>> = thread::scope(|scope| {
        let claim = |program: usize| {
            // Each has the file open by itself, as another program has.
            let store = open(&path);
            let own = move |row: u64| RunHandle::new("wf", format!("{program}-{row}"));
            (0..200)
                .map(|row| store.reserve(row, &own(row)).expect("it is stored").handle)
                .collect()
        };
        let programs = [0, 1, 2, 3].map(|program| scope.spawn(move || claim(program)));
        programs.map(|program| program.join().expect("it ends well")).into_iter().collect()
    });
    assert!(claims.iter().all(|of| *of == claims[0]));
    let mut end = fs::OpenOptions::new().append(true).open(&path).expect("the file");
    end.write_all(b"\n").expect("the file is ours");
    assert_eq!(
        open(&path).reserve(0, &RunHandle::new("wf", "x")).expect("it is there").handle,
        claims[0][0]
    );
    fs::remove_file(path).expect("the file is ours");
}
