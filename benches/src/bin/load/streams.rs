//! Open streams: memory while all are open, and the processor's time for a frame.

use std::error::Error;
use std::hint::black_box;
use std::io::Read as _;
use std::sync::{Arc, Barrier};
use std::time::Instant;
use std::{process, thread};

use benches::calls::{KEY, Outcome};
use benches::figures::float;
use benches::stream::Flat;
use cpu_time::ProcessTime;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use serde_json::json;
use simstudio::sse::SseDecoder;
use simstudio::{ExecuteWorkflow, Generation, StreamWorkflow};
use tokio::sync::Notify;

use super::server::FRAMES;
use super::work::{Side, Transport, memory, print_times};

const PATH: &str = "/api/workflows/wf-1/execute";
/// How many streams open at once: more would fill the queue of the server's listener.
const OPENING: usize = 100;

pub(crate) fn drive(transport: Transport, side: Side, url: &str, count: usize) -> Outcome {
    match (transport, side) {
        (Transport::Ureq, Side::Sdk) => blocking(count, blocking_sdk(url)?),
        (Transport::Ureq, Side::Hand) => blocking(count, blocking_by_hand(url)),
        (Transport::Reqwest, Side::Sdk) => asynchronous(count, sdk(url)?)?,
        (Transport::Reqwest, Side::Hand) => asynchronous(count, by_hand(url))?,
    }
    Ok(())
}

fn workflow() -> StreamWorkflow {
    ExecuteWorkflow::new("wf-1").input(json!({"city": "Oslo"})).stream().select(["a.content"])
}

fn body() -> Vec<u8> {
    br#"{"city":"Oslo","stream":true,"selectedOutputs":["a.content"]}"#.to_vec()
}

/// Reads the events of a read by hand. Returns false once the stream is over.
fn read(decoder: &mut SseDecoder, mut bytes: &[u8], seen: &mut usize) -> Outcome<bool> {
    while let Some(event) = decoder.next(&mut bytes) {
        let flat: Flat<'_> = serde_json::from_str(event?.data)?;
        *seen += 1;
        if flat.event == "final" {
            return Ok(false);
        }
        black_box((flat.block_id.into_owned(), flat.chunk.into_owned()));
    }
    Ok(true)
}

/// Opens streams with a thread each, and prints what they take. A stream calls what it is given behind its first event.
fn blocking(count: usize, stream: impl Fn(&dyn Fn()) -> Outcome<usize> + Sync) {
    let before = memory();
    let barrier = Barrier::new(count + 1);
    let seen = thread::scope(|scope| {
        let (stream, barrier) = (&stream, &barrier);
        let threads: Vec<_> = (0..count)
            .map(|_| {
                scope.spawn(move || {
                    let seen = stream(&|| {
                        // All are open, and their memory is seen.
                        barrier.wait();
                        barrier.wait();
                    });
                    // The others wait for this one.
                    seen.unwrap_or_else(|error| abort(&*error))
                })
            })
            .collect();
        barrier.wait();
        println!("{}", (memory() - before) / float(count));
        let start = (ProcessTime::now(), Instant::now());
        barrier.wait();
        let seen = threads.into_iter().map(|thread| thread.join().expect("no panic"));
        let seen = seen.sum::<usize>();
        print_times(start, float(count * FRAMES));
        seen
    });
    assert_eq!(seen, count * (FRAMES - 1), "no event is lost");
}

/// Ends this process, whose streams wait for each other.
fn abort(error: &dyn Error) -> ! {
    eprintln!("{error}");
    process::exit(1)
}

fn blocking_sdk(url: &str) -> Outcome<impl Fn(&dyn Fn()) -> Outcome<usize> + Sync> {
    let client = simstudio::ureq::Client::builder()
        .generation(Generation::V1)
        .base_url(url)
        .api_key(KEY)
        .build()?;
    Ok(move |is_open: &dyn Fn()| {
        let mut events = client.stream(workflow())?;
        black_box(events.next().ok_or("no event")??);
        is_open();
        let mut seen = 1;
        for event in events {
            black_box(event?);
            seen += 1;
        }
        Ok(seen)
    })
}

fn blocking_by_hand(url: &str) -> impl Fn(&dyn Fn()) -> Outcome<usize> + Sync {
    let agent = ureq::Agent::new_with_defaults();
    let target = format!("{url}{PATH}");
    move |is_open: &dyn Fn()| {
        let request = agent.post(&target).header("x-api-key", KEY);
        let response = request.content_type("application/json").send(&body()[..])?;
        let mut reader = response.into_body().into_reader();
        let (mut decoder, mut seen) = (SseDecoder::new(), 0);
        let mut buffer = vec![0; 4096];
        loop {
            let filled = reader.read(&mut buffer)?;
            let was = seen;
            if filled == 0 || !read(&mut decoder, &buffer[..filled], &mut seen)? {
                return Ok(seen);
            }
            if was == 0 {
                is_open();
            }
        }
    }
}

/// What the tasks of the streams share with whoever measures.
struct All {
    /// One permit for each that may be opening.
    opening: tokio::sync::Semaphore,
    /// One permit for each that is open.
    open: tokio::sync::Semaphore,
    goes_on: Notify,
}

impl All {
    /// Says that a stream is open, and waits until all are.
    async fn is_open(&self) {
        let goes_on = self.goes_on.notified();
        self.opening.add_permits(1);
        self.open.add_permits(1);
        goes_on.await;
    }
}

/// Opens streams with a task each, and prints what they take.
fn asynchronous<F>(count: usize, stream: impl Fn(Arc<All>) -> F) -> Outcome
where
    F: Future<Output = Outcome<usize>> + Send + 'static,
{
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let before = memory();
        let [opening, open] = [OPENING, 0].map(tokio::sync::Semaphore::new);
        let all = Arc::new(All { opening, open, goes_on: Notify::new() });
        let task = |_| {
            let stream = stream(Arc::clone(&all));
            tokio::spawn(async { stream.await.unwrap_or_else(|error| abort(&*error)) })
        };
        let tasks: Vec<_> = (0..count).map(task).collect();
        let _all_are_open = all.open.acquire_many(u32::try_from(count)?).await?;
        println!("{}", (memory() - before) / float(count));
        let start = (ProcessTime::now(), Instant::now());
        all.goes_on.notify_waiters();
        let mut seen = 0;
        for task in tasks {
            seen += task.await?;
        }
        print_times(start, float(count * FRAMES));
        assert_eq!(seen, count * (FRAMES - 1), "no event is lost");
        Ok(())
    })
}

fn sdk(url: &str) -> Outcome<impl Fn(Arc<All>) -> BoxFuture<'static, Outcome<usize>>> {
    let client = simstudio::reqwest::Client::builder()
        .generation(Generation::V1)
        .base_url(url)
        .api_key(KEY)
        .build()?;
    Ok(move |all: Arc<All>| {
        let client = client.clone();
        async move {
            all.opening.acquire().await?.forget();
            let mut events = client.stream(workflow()).await?;
            black_box(events.next().await.ok_or("no event")??);
            all.is_open().await;
            let mut seen = 1;
            while let Some(event) = events.next().await {
                black_box(event?);
                seen += 1;
            }
            Ok(seen)
        }
        .boxed()
    })
}

fn by_hand(url: &str) -> impl Fn(Arc<All>) -> BoxFuture<'static, Outcome<usize>> {
    let client = reqwest::Client::new();
    let target: Arc<str> = format!("{url}{PATH}").into();
    move |all| {
        let (client, target) = (client.clone(), Arc::clone(&target));
        async move {
            all.opening.acquire().await?.forget();
            let request = client.post(&*target).header("x-api-key", KEY);
            let request = request.header("content-type", "application/json").body(body());
            let mut response = request.send().await?;
            let (mut decoder, mut seen) = (SseDecoder::new(), 0);
            while let Some(chunk) = response.chunk().await? {
                let was = seen;
                if !read(&mut decoder, &chunk, &mut seen)? {
                    break;
                }
                if was == 0 {
                    all.is_open().await;
                }
            }
            Ok(seen)
        }
        .boxed()
    }
}
