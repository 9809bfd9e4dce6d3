//! Many exchanges on one thread: each gets the result of its own run.

use std::cell::RefCell;
use std::time::Duration;

use serde_json::{Value, json};
use sim_core::{Api, ExecuteWorkflow, RunEvent};
use sim_mock::{Sim, Workflow};
use transports::{poll_loop::PollLoop, smol::Client};

/// The exchanges that go on at once. Each run takes so long that all of them do.
const CALLS: usize = 300;

fn server() -> (Sim, Api) {
    let echo = Workflow::new("echo", |input| json!({"echo": input["n"]}));
    let sim = Sim::builder().workflow(echo.takes(Duration::from_millis(500))).start();
    let sim = sim.expect("a server");
    let api = Api::builder([7; 32]).base_url(sim.url()).api_key(sim.key()).build().expect("a core");
    (sim, api)
}

fn execute(n: usize) -> ExecuteWorkflow {
    ExecuteWorkflow::new("echo").input(json!({"n": n}))
}

fn own(n: usize) -> Value {
    json!({"echo": n})
}

#[test]
fn a_loop_drives_calls_conversations_and_streams_at_once() {
    let (sim, api) = server();
    let outputs = RefCell::new(vec![Value::Null; CALLS]);
    let mut poll_loop = PollLoop::new().expect("a loop");
    for n in 0..CALLS {
        let outputs = &outputs;
        let keep = move |output: Value| outputs.borrow_mut()[n] = output;
        match n % 3 {
            0 => {
                let call = api.call(execute(n)).expect("a call");
                poll_loop.drive(call, move |result| keep(result.expect("a result").output));
            }
            1 => {
                let once = api.once(execute(n).once()).expect("a conversation");
                poll_loop.drive(once, move |result| keep(result.expect("a result").output));
            }
            _ => {
                let show = move |event: sim_core::Result<RunEvent<'_>>| {
                    if let RunEvent::Final(result) = event.expect("an event") {
                        keep(result.output.clone());
                    }
                    true
                };
                let done = |done: sim_core::Result<()>| done.expect("a stream");
                poll_loop.stream(&api, execute(n).stream(), show, done).expect("a stream");
            }
        }
    }
    poll_loop.drive_all().expect("it polls");
    drop(poll_loop);
    for (n, output) in outputs.into_inner().into_iter().enumerate() {
        assert_eq!(output, own(n));
    }
    assert_eq!(sim.runs().len(), CALLS);
}

#[test]
fn smol_drives_calls_on_one_thread() {
    let (sim, api) = server();
    let client = Client::new(api.clone());
    let executor = smol::LocalExecutor::new();
    let calls: Vec<_> = (0..CALLS)
        .map(|n| {
            let (client, call) = (&client, api.call(execute(n)).expect("a call"));
            executor.spawn(async move { client.drive(call).await.expect("a result").output })
        })
        .collect();
    smol::block_on(executor.run(async {
        for (n, call) in calls.into_iter().enumerate() {
            assert_eq!(call.await, own(n));
        }
    }));
    assert_eq!(sim.runs().len(), CALLS);
}
