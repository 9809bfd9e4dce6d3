//! The memory of an open stream while nothing comes: the SDK beside the same transport by hand.
//!
//! Each stream has received its head and one event, and waits for the next. The figures are the bytes that were
//! allocated and not freed; the server allocates none. With `--check` the program fails if it misses a goal. No
//! load on the machine changes these figures.

use std::alloc::System;
use std::error::Error;
use std::io::Read as _;
use std::process::ExitCode;

use benches::figures::{float, kept};
use benches::server::{self, Script};
use futures_util::FutureExt as _;
use serde_json::json;
use simstudio::{ExecuteWorkflow, Generation, StreamWorkflow};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const STREAMS: usize = 1000;
const KEY: &str = "sk-sim-bench";
const PATH: &str = "/api/workflows/wf-1/execute";
/// The highest ratio of a stream's memory to the memory by hand, on reqwest.
const REQWEST_GOAL: f64 = 1.05;
/// The highest memory of a stream on ureq, in KiB.
const UREQ_GOAL: f64 = 70.0;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<ExitCode> {
    let check = match std::env::args().nth(1).as_deref() {
        None => false,
        Some("--check") => true,
        Some(word) => return Err(format!("{word:?} means nothing here").into()),
    };
    println!("{:<10} {:>14} {:>14} {:>8} {:>14}", "KiB/stream", "ours", "by hand", "ratio", "goal");
    let [ours, hand] = [held(blocking_ours)?, held(blocking_by_hand)?];
    let mut met = ours <= UREQ_GOAL;
    println!("{:<10} {ours:>14.2} {hand:>14.2} {:>8.3} {UREQ_GOAL:>10} KiB", "ureq", ours / hand);
    let [ours, hand] = [held(async_ours)?, held(async_by_hand)?];
    met &= ours <= hand * REQWEST_GOAL;
    println!("{:<10} {ours:>14.2} {hand:>14.2} {:>8.3} {REQWEST_GOAL:>14}", "reqwest", ours / hand);
    Ok(if check && !met { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Returns the memory of a stream of that side, in KiB. The first stream of a side pays for what all share.
fn held(side: fn(&str, &mut dyn FnMut()) -> Outcome<()>) -> Outcome<f64> {
    let url = server::start(Script::Silence(STREAMS + 1))?;
    let mut region = None;
    let mut bytes = 0;
    side(&url, &mut || match &region {
        None => region = Some(Region::new(ALLOCATOR)),
        Some(region) => bytes = kept(region.change()),
    })?;
    Ok(float(bytes) / float(STREAMS) / 1024.0)
}

fn workflow() -> StreamWorkflow {
    ExecuteWorkflow::new("wf-1").input(json!({"city": "Oslo"})).stream().select(["a.content"])
}

fn body() -> Vec<u8> {
    br#"{"city":"Oslo","stream":true,"selectedOutputs":["a.content"]}"#.to_vec()
}

fn blocking_ours(url: &str, look: &mut dyn FnMut()) -> Outcome<()> {
    let client = simstudio::ureq::Client::builder()
        .generation(Generation::V1)
        .base_url(url)
        .api_key(KEY)
        .build()?;
    open(look, || {
        let mut events = client.stream(workflow())?;
        events.next().ok_or("no event")??;
        Ok(events)
    })
}

fn blocking_by_hand(url: &str, look: &mut dyn FnMut()) -> Outcome<()> {
    let agent = ureq::Agent::new_with_defaults();
    let target = format!("{url}{PATH}");
    open(look, || {
        let request = agent.post(&target).header("x-api-key", KEY);
        let response = request.content_type("application/json").send(&body()[..])?;
        let mut reader = response.into_body().into_reader();
        let mut buffer = vec![0; 4096];
        let _ = reader.read(&mut buffer)?;
        Ok((reader, buffer))
    })
}

/// Opens one stream, and then the others.
fn open<T>(look: &mut dyn FnMut(), mut one: impl FnMut() -> Outcome<T>) -> Outcome<()> {
    let mut streams = Vec::with_capacity(STREAMS + 1);
    streams.push(one()?);
    look();
    for _ in 0..STREAMS {
        streams.push(one()?);
    }
    look();
    Ok(())
}

fn async_ours(url: &str, look: &mut dyn FnMut()) -> Outcome<()> {
    let client = simstudio::reqwest::Client::builder()
        .generation(Generation::V1)
        .base_url(url)
        .api_key(KEY)
        .build()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    open(look, || {
        runtime.block_on(async {
            let mut events = client.stream(workflow()).await?;
            events.next().await.ok_or("no event")??;
            let nothing = tokio::task::unconstrained(events.next()).now_or_never();
            assert!(nothing.is_none(), "{nothing:?}");
            Ok(events)
        })
    })
}

fn async_by_hand(url: &str, look: &mut dyn FnMut()) -> Outcome<()> {
    let client = reqwest::Client::new();
    let target = format!("{url}{PATH}");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    open(look, || {
        runtime.block_on(async {
            let request = client.post(&target).header("x-api-key", KEY);
            let request = request.header("content-type", "application/json").body(body());
            let mut response = request.send().await?;
            response.chunk().await?.ok_or("no event")?;
            let nothing = tokio::task::unconstrained(response.chunk()).now_or_never();
            assert!(nothing.is_none(), "{nothing:?}");
            Ok(response)
        })
    })
}
