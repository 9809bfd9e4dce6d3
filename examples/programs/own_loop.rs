//! A program that brings its own network: one thread that drives conversations of the core over plain sockets.

use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Instant;

use simstudio::bytes::Bytes;
use simstudio::http::{HeaderName, HeaderValue, Request, Response};
use simstudio::transport::{
    Exchange, Outcome, Phase, RequestBody, Step, TransportError, TransportErrorKind, ready,
};
use simstudio::{Api, Result};

/// Drives a conversation to its end.
fn drive<X: Exchange>(mut exchange: X) -> Result<X::Output> {
    let started = Instant::now();
    loop {
        let outcome = ready(exchange.request()).and_then(send);
        match exchange.receive(outcome, started.elapsed()) {
            Step::Done(result) => return result,
            Step::Again(delay) => std::thread::sleep(delay),
        }
    }
}

/// Sends one request on a connection of its own. Only the phase of a failure is a judgement: was anything sent?
fn send(request: Request<RequestBody>) -> Outcome {
    let failed = |phase| {
        move |error: io::Error| {
            let kind =
                TransportErrorKind::of_io(error.kind()).unwrap_or(TransportErrorKind::Connect);
            TransportError::new(kind, phase).with_source(error)
        }
    };
    let (head, body) = request.into_parts();
    let server = head.uri.authority().map(ToString::to_string).unwrap_or_default();
    let target = head.uri.path_and_query().map_or("/", |target| target.as_str());
    let line = format!("{} {target} HTTP/1.1", head.method);
    let own = [format!("host: {server}"), "connection: close".to_owned()];
    let length = format!("content-length: {}", body.len());
    let headers = head.headers.iter();
    let headers = headers
        .map(|(name, value)| format!("{name}: {}", String::from_utf8_lossy(value.as_bytes())));
    let lines = std::iter::once(line).chain(own).chain(headers).chain([length]);
    let sent = lines.collect::<Vec<_>>().join("\r\n") + "\r\n\r\n";
    let mut stream = TcpStream::connect(server).map_err(failed(Phase::NotSent))?;
    let mut content = sent.into_bytes();
    body.into_reader().read_to_end(&mut content).map_err(failed(Phase::NotSent))?;
    stream.write_all(&content).map_err(failed(Phase::Sent))?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).map_err(failed(Phase::Sent))?;
    read(&answer).ok_or_else(|| TransportError::new(TransportErrorKind::Protocol, Phase::Sent))
}

/// Reads a whole answer whose body has a length.
fn read(answer: &[u8]) -> Option<Response<Bytes>> {
    let end = answer.windows(4).position(|end| end == b"\r\n\r\n")?;
    let mut lines = std::str::from_utf8(&answer[..end]).ok()?.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?;
    let mut response = Response::builder().status(status);
    for (name, value) in lines.filter_map(|line| line.split_once(':')) {
        let name: HeaderName = name.parse().ok()?;
        response = response.header(name, value.trim().parse::<HeaderValue>().ok()?);
    }
    response.body(Bytes::copy_from_slice(&answer[end + 4..])).ok()
}

/// Runs a workflow once, whatever the network does.
fn greet(api: &Api, name: &str) -> Result<simstudio::serde_json::Value> {
    let input = simstudio::serde_json::json!({"name": name});
    let plan = simstudio::ExecuteWorkflow::new("greet").input(input).once();
    Ok(drive(api.once(plan)?)?.into_result()?.output)
}

#[cfg(test)]
mod tests {
    use sim_mock::Sim;

    use super::*;

    #[test]
    fn a_run_happens_once_over_any_network() {
        let sim = Sim::demo().start().expect("a server");
        let api = Api::builder([7; 32]).base_url(sim.url()).api_key(sim.key()).build();
        let api = api.expect("a core");
        sim.fail_next(503, &[], "");
        let greeting = greet(&api, "Ann").expect("a greeting").to_string();
        assert!(greeting.contains("Ann"), "{greeting}");
        assert_eq!(sim.runs().len(), 1);
    }
}
