//! Concurrent calls: each of the tasks or threads makes one call after the other.

use std::hint::black_box;
use std::thread;
use std::time::Instant;

use benches::calls::{KEY, Outcome, WORKFLOW, by_hand, input};
use benches::figures::float;
use cpu_time::ProcessTime;
use simstudio::Generation;

use super::work::{Side, Transport, print_times};

/// How many calls each task or thread makes.
const EACH: usize = 20;

pub(crate) fn drive(transport: Transport, side: Side, url: &str, count: usize) -> Outcome {
    // Of calls nothing is measured before they begin.
    println!("0");
    match (transport, side) {
        (Transport::Ureq, Side::Sdk) => {
            let client = simstudio::ureq::Client::builder()
                .generation(Generation::V1)
                .base_url(url)
                .api_key(KEY)
                .build()?;
            blocking(count, || {
                black_box(client.execute_workflow(WORKFLOW, input())?);
                Ok(())
            })
        }
        (Transport::Ureq, Side::Hand) => {
            let client = by_hand::Blocking::new(url);
            blocking(count, || {
                black_box(client.execute(WORKFLOW, &input())?);
                Ok(())
            })
        }
        (Transport::Reqwest, Side::Sdk) => {
            let client = simstudio::reqwest::Client::builder()
                .generation(Generation::V1)
                .base_url(url)
                .api_key(KEY)
                .build()?;
            asynchronous(count, move || {
                let client = client.clone();
                async move {
                    black_box(client.execute_workflow(WORKFLOW, input()).await?);
                    Ok(())
                }
            })
        }
        (Transport::Reqwest, Side::Hand) => {
            let client = by_hand::Async::new(url)?;
            asynchronous(count, move || {
                let client = client.clone();
                async move {
                    black_box(client.execute(WORKFLOW, &input()).await?);
                    Ok(())
                }
            })
        }
    }
}

fn blocking(count: usize, call: impl Fn() -> Outcome + Sync) -> Outcome {
    let start = (ProcessTime::now(), Instant::now());
    thread::scope(|scope| {
        let all = || (0..EACH).try_for_each(|_| call());
        let threads: Vec<_> = (0..count).map(|_| scope.spawn(all)).collect();
        threads.into_iter().try_for_each(|thread| thread.join().expect("no panic"))
    })?;
    print_times(start, float(count * EACH));
    Ok(())
}

fn asynchronous<F>(count: usize, call: impl Fn() -> F + Clone + Send + 'static) -> Outcome
where
    F: Future<Output = Outcome> + Send,
{
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let start = (ProcessTime::now(), Instant::now());
        let task = |_| {
            let call = call.clone();
            tokio::spawn(async move {
                for _ in 0..EACH {
                    call().await?;
                }
                Outcome::Ok(())
            })
        };
        let tasks: Vec<_> = (0..count).map(task).collect();
        for task in tasks {
            task.await??;
        }
        print_times(start, float(count * EACH));
        Ok(())
    })
}
