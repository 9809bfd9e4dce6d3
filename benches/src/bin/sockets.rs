//! The cost of the SDK for a stream: its events beside the same loop written by hand, on the same transport,
//! over loopback.
//!
//! The sides take turns, and each ratio is taken within a turn. The slower of server and client determines the
//! wall time of a stream, so the running time of the client's thread is measured too. With `--check` only
//! allocations are counted.

use std::alloc::System;
use std::error::Error;
use std::hint::black_box;
use std::io::Read as _;
use std::process::ExitCode;
use std::time::Instant;

use benches::figures::{float, median, ratio, trips};
use benches::server::{self, Script};
use benches::stream::Flat;
use serde_json::json;
use simstudio::sse::SseDecoder;
use simstudio::{ExecuteWorkflow, Generation, StreamWorkflow};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use tokio::runtime::{self, Runtime};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const FRAMES: usize = 100_000;
const REPETITIONS: usize = 15;
const KEY: &str = "sk-sim-bench";
const PATH: &str = "/api/workflows/wf-1/execute";
/// The highest ratio of a frame's time to the time by hand.
const GOAL: f64 = 1.05;
/// The highest number of allocations of a frame beyond those by hand. The transport's own number varies with
/// the frames that a read happens to return.
const ALLOCATION_GOAL: f64 = 0.1;

type Outcome<T = usize> = Result<T, Box<dyn Error + Send + Sync>>;

/// The use that the client makes of a frame.
#[derive(Debug, Clone, Copy)]
enum Use {
    /// The client borrows its text.
    Text,
    /// The client owns the event.
    Event,
}

fn main() -> Outcome<ExitCode> {
    let check = match std::env::args().nth(1).as_deref() {
        None => false,
        Some("--check") => true,
        Some(word) => return Err(format!("{word:?} means nothing here").into()),
    };
    println!(
        "{:<28} {:>8} {:>8} {:>9} {:>9} {:>7} {:>9} {:>9} {:>7}",
        "ours beside by hand",
        "allocs",
        "by hand",
        "wall ns",
        "by hand",
        "ratio",
        "cpu ns",
        "by hand",
        "ratio",
    );
    let mut met = true;
    for at_once in [1, 64] {
        let url = server::start(Script::Text { frames: FRAMES, at_once })?;
        let blocking = Blocking::new(&url)?;
        let asynchronous = Async::new(&url)?;
        for purpose in [Use::Text, Use::Event] {
            let name = |transport| format!("{transport}, {purpose:?}, {at_once} a write");
            let (ours, hand) = (|| blocking.ours(purpose), || blocking.by_hand(purpose));
            met &= compare(&name("ureq"), check, ours, hand)?;
            let (ours, hand) = (|| asynchronous.ours(purpose), || asynchronous.by_hand(purpose));
            met &= compare(&name("reqwest"), check, ours, hand)?;
        }
    }
    println!("goals: ratio {GOAL}, {ALLOCATION_GOAL} more allocations a frame");
    Ok(if check && !met { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn workflow() -> StreamWorkflow {
    ExecuteWorkflow::new("wf-1").input(json!({"city": "Oslo"})).stream().select(["a.content"])
}

fn body() -> Vec<u8> {
    br#"{"city":"Oslo","stream":true,"selectedOutputs":["a.content"]}"#.to_vec()
}

/// Handles a read, in the loop as one writes it by hand. Returns false once the stream is over.
fn read(
    decoder: &mut SseDecoder,
    mut bytes: &[u8],
    purpose: Use,
    seen: &mut usize,
) -> Outcome<bool> {
    while let Some(event) = decoder.next(&mut bytes) {
        let data = event?.data;
        let flat: Flat<'_> = serde_json::from_str(data)?;
        *seen += 1;
        match purpose {
            Use::Text => {
                black_box(&*flat.chunk);
            }
            Use::Event => {
                black_box((flat.block_id.into_owned(), flat.chunk.into_owned()));
            }
        }
        if flat.event == "final" {
            return Ok(false);
        }
    }
    Ok(true)
}

struct Blocking {
    sdk: simstudio::ureq::Client,
    agent: ureq::Agent,
    target: String,
}

impl Blocking {
    fn new(url: &str) -> Outcome<Self> {
        Ok(Self {
            sdk: simstudio::ureq::Client::builder()
                .generation(Generation::V1)
                .base_url(url)
                .api_key(KEY)
                .build()?,
            agent: ureq::Agent::config_builder().http_status_as_error(false).build().into(),
            target: format!("{url}{PATH}"),
        })
    }

    fn ours(&self, purpose: Use) -> Outcome {
        let mut events = self.sdk.stream(workflow())?;
        let mut seen = 0;
        match purpose {
            Use::Text => {
                while let Some(text) = events.next_text() {
                    black_box(text?);
                    seen += 1;
                }
                seen += usize::from(events.result().is_some());
            }
            Use::Event => {
                for event in events {
                    black_box(event?);
                    seen += 1;
                }
            }
        }
        Ok(seen)
    }

    fn by_hand(&self, purpose: Use) -> Outcome {
        let request = self.agent.post(&self.target).header("x-api-key", KEY);
        let response = request.content_type("application/json").send(&body()[..])?;
        let mut reader = response.into_body().into_reader();
        let (mut decoder, mut seen) = (SseDecoder::new(), 0);
        let mut buffer = vec![0; 4096];
        loop {
            let filled = reader.read(&mut buffer)?;
            if filled == 0 || !read(&mut decoder, &buffer[..filled], purpose, &mut seen)? {
                return Ok(seen);
            }
        }
    }
}

struct Async {
    sdk: simstudio::reqwest::Client,
    client: reqwest::Client,
    target: String,
    runtime: Runtime,
}

impl Async {
    fn new(url: &str) -> Outcome<Self> {
        Ok(Self {
            sdk: simstudio::reqwest::Client::builder()
                .generation(Generation::V1)
                .base_url(url)
                .api_key(KEY)
                .build()?,
            client: reqwest::Client::new(),
            target: format!("{url}{PATH}"),
            runtime: runtime::Builder::new_current_thread().enable_all().build()?,
        })
    }

    fn spawned(&self, task: impl Future<Output = Outcome> + Send + 'static) -> Outcome {
        self.runtime.block_on(async { tokio::spawn(task).await? })
    }

    fn ours(&self, purpose: Use) -> Outcome {
        let sdk = self.sdk.clone();
        self.spawned(async move {
            let mut events = sdk.stream(workflow()).await?;
            let mut seen = 0;
            match purpose {
                Use::Text => {
                    while let Some(text) = events.next_text().await {
                        black_box(text?);
                        seen += 1;
                    }
                    seen += usize::from(events.result().is_some());
                }
                Use::Event => {
                    while let Some(event) = events.next().await {
                        black_box(event?);
                        seen += 1;
                    }
                }
            }
            Ok(seen)
        })
    }

    fn by_hand(&self, purpose: Use) -> Outcome {
        let request = self.client.post(&self.target).header("x-api-key", KEY);
        let request = request.header("content-type", "application/json").body(body());
        self.spawned(async move {
            let mut response = request.send().await?;
            let (mut decoder, mut seen) = (SseDecoder::new(), 0);
            while let Some(chunk) = response.chunk().await? {
                if !read(&mut decoder, &chunk, purpose, &mut seen)? {
                    break;
                }
            }
            Ok(seen)
        })
    }
}

/// Measures both sides, prints the figures, and returns whether they meet the goal for allocations.
fn compare(
    name: &str,
    check: bool,
    ours: impl Fn() -> Outcome,
    hand: impl Fn() -> Outcome,
) -> Outcome<bool> {
    // The first stream grows the buffers.
    let [ours, hand]: [&dyn Fn() -> Outcome; 2] = [&ours, &hand];
    for side in [ours, hand] {
        // All frames except the end mark, which no client waits for.
        assert_eq!(side()?, FRAMES - 1, "{name}");
    }
    let (own, other) = (allocations(ours)?, allocations(hand)?);
    print!("{name:<28} {own:>8.3} {other:>8.3}");
    if !check {
        let mut sides = [(ours, Times::default()), (hand, Times::default())];
        for turn in 0..REPETITIONS {
            for n in [turn % 2, (turn + 1) % 2] {
                let (side, times) = &mut sides[n];
                times.add(*side)?;
            }
        }
        let [(_, ours), (_, hand)] = sides;
        for (ours, hand) in [(ours.wall, hand.wall), (ours.running, hand.running)] {
            let ratio = ratio(&ours, &hand);
            print!(" {:>9.1} {:>9.1} {ratio:>7.3}", median(ours), median(hand));
        }
    }
    println!();
    Ok(own <= other + ALLOCATION_GOAL)
}

/// Returns the allocations of a frame. The server makes none while it answers.
fn allocations(side: &dyn Fn() -> Outcome) -> Outcome<f64> {
    let region = Region::new(ALLOCATOR);
    side()?;
    Ok(float(trips(region.change())) / float(FRAMES))
}

/// The nanoseconds of a frame, one figure of each kind for every turn.
#[derive(Default)]
struct Times {
    wall: Vec<f64>,
    running: Vec<f64>,
}

impl Times {
    fn add(&mut self, side: &dyn Fn() -> Outcome) -> Outcome<()> {
        let (started, before) = (Instant::now(), running());
        side()?;
        self.running.push((running() - before) / float(FRAMES));
        self.wall.push(started.elapsed().as_secs_f64() * 1e9 / float(FRAMES));
        Ok(())
    }
}

/// Returns how many nanoseconds this thread was running, or NaN if the system does not report it.
fn running() -> f64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    told.split(' ').next().and_then(|nanos| nanos.parse().ok()).unwrap_or(f64::NAN)
}
