//! The suite of all transports, for the loop of one thread.

use std::cell::RefCell;

use sim_conformance::Lack;
use sim_core::transport::Exchange;
use sim_core::{Api, Result, RunEvent, StreamEndpoint};
use transports::poll_loop::PollLoop;

struct Loop(Api);

impl sim_conformance::Subject for Loop {
    const LACKS: &'static [Lack] =
        &[Lack::Settings, Lack::Tls, Lack::KeptConnections, Lack::LimitOnce];

    fn drive<X: Exchange>(&self, exchange: X) -> Result<X::Output> {
        let result = RefCell::new(None);
        let mut poll_loop = PollLoop::new().expect("a loop");
        poll_loop.drive(exchange, |done| _ = result.replace(Some(done)));
        poll_loop.drive_all().expect("it polls");
        drop(poll_loop);
        result.into_inner().expect("a loop ends with its exchanges")
    }

    fn stream<E: StreamEndpoint>(
        &self,
        endpoint: E,
        count: usize,
    ) -> Result<Vec<Result<RunEvent<'static>>>> {
        let (opened, seen) = (RefCell::new(Ok(())), RefCell::new(Vec::new()));
        let mut poll_loop = PollLoop::new().expect("a loop");
        let show = |event: Result<RunEvent<'_>>| {
            seen.borrow_mut().push(event.map(RunEvent::into_owned));
            seen.borrow().len() < count
        };
        poll_loop.stream(&self.0, endpoint, show, |done| _ = opened.replace(done))?;
        poll_loop.drive_all().expect("it polls");
        drop(poll_loop);
        opened.into_inner().map(|()| seen.into_inner())
    }
}

sim_conformance::suite!(Loop);
