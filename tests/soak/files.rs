//! A large file goes up and down again through both clients, while parts are refused, connections are cut, addresses
//! expire and the program is killed: the content is right, the server keeps nothing of what failed, and the memory of
//! the program does not grow with the file.

use std::collections::VecDeque;
use std::fs;
use std::time::Duration;

use sha2::{Digest as _, Sha256};
use sim_mock::{Fault, Faults, Scope, Sim};

use crate::file_program::{WORKSPACE, Work, hash_of, text};
use crate::memory;
use crate::scale::{number, tell};

const SEED: u64 = 28;
const MIB: u64 = 1024 * 1024;
/// The size of a part of the real server, in bytes.
const PART: u64 = 8 * MIB;
/// The most memory that a client may need over an idle one, in KiB.
const GROWTH: u64 = 32 * 1024;

/// The share of requests for bytes that get a fault.
const SHARE: f64 = 0.06;
const FAULTS: [Fault; 6] = [
    Fault::CloseUnread,
    Fault::CloseAfterRead,
    Fault::CutHead,
    Fault::CutBody,
    Fault::GatewayPage,
    Fault::Overloaded(0),
];

/// What happens once so many hundredths of the parts were sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Event {
    Kill,
    Expire,
    Cut,
}

const EVENTS: [(usize, Event); 5] = [
    (20, Event::Expire),
    (35, Event::Kill),
    (50, Event::Cut),
    (65, Event::Expire),
    (80, Event::Kill),
];

/// What one client made of it.
struct Outcome {
    faults: usize,
    /// The growth of memory, in KiB.
    growth: u64,
    right: usize,
}

fn soak(size: u64, transport: &'static str) -> Outcome {
    // A small file has as many parts as the faults need.
    let part = PART.min(size.div_ceil(16));
    let faults = Faults::seeded(SEED).share(SHARE).among(FAULTS).only(Scope::Bytes);
    let sim = Sim::builder().workspace(WORKSPACE).part_size(part).faults(faults);
    let sim = sim.start().expect("a server");
    let folder = std::env::temp_dir().join(format!("sim-files-{}-{transport}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    let (url, key) = (sim.url().to_owned(), sim.key().to_owned());
    let work = Work { folder: folder.clone(), size, url, key, transport };
    let parts = usize::try_from(size.div_ceil(part)).expect("it is small");
    let mut events = VecDeque::from(EVENTS);
    let (mut done, mut growth) = (0, 0);
    let mut program = work.start();
    let end = loop {
        if let Some(idle) = work.idle() {
            growth = growth.max(memory::most(program.id()).saturating_sub(idle));
        }
        if let Some(end) = program.try_wait().expect("it is a child") {
            break end;
        }
        let puts = sim.requests().iter().filter(|request| request.method == "PUT").count();
        let due = events.front().filter(|(part, _)| puts * 100 >= parts * part);
        if let Some((_, event)) = due.copied() {
            events.pop_front();
            done += 1;
            match event {
                Event::Expire => sim.expire_addresses(),
                Event::Cut => sim.restart().expect("the port is there"),
                Event::Kill => {
                    program.kill().expect("it is a child");
                    program.wait().expect("it is a child");
                    program = work.start();
                }
            }
        }
        // The faults do not hang on how exactly it looks.
        std::thread::sleep(Duration::from_millis(10));
    };
    assert!(end.success(), "the program ended: {end}");
    let expected = hash_of(size);
    let file = sim.files().pop().expect("a file");
    let mut kept = Sha256::new();
    kept.update(sim.content(&file.id).expect("its content"));
    let right = usize::from(text(kept) == expected)
        + usize::from(work.downloaded().as_deref() == Some(&*expected));
    let left = sim.uploads().into_iter().filter(|upload| upload.status == "uploading").count();
    assert_eq!(left, 0, "the server keeps nothing of what failed");
    fs::remove_dir_all(folder).expect("the folder is ours");
    Outcome { faults: done + sim.faults().values().sum::<usize>(), growth, right }
}

fn size_text(bytes: u64) -> String {
    match bytes {
        bytes if bytes % (1024 * MIB) == 0 => format!("{} GiB", bytes / 1024 / MIB),
        bytes if bytes % MIB == 0 => format!("{} MiB", bytes / MIB),
        bytes => format!("{bytes} bytes"),
    }
}

#[test]
fn a_large_file_goes_up_and_down_again() {
    let size = number("SIM_SOAK_SIZE", 4 * MIB);
    let outcomes = ["ureq", "reqwest"].map(|transport| soak(size, transport));
    let growth = outcomes.iter().map(|outcome| outcome.growth).max().unwrap_or_default();
    let right: usize = outcomes.iter().map(|outcome| outcome.right).sum();
    tell(&format!(
        "soak files: {}, {} faults, max RSS growth {} MiB, {right} of 4 hashes right",
        size_text(size),
        outcomes.iter().map(|outcome| outcome.faults).sum::<usize>(),
        growth.div_ceil(1024),
    ));
    assert_eq!(right, 4);
    assert!(growth <= GROWTH, "{growth} KiB");
}
