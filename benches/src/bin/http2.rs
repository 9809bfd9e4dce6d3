//! A hundred calls at once behind one address, over HTTP/1.1 and over HTTP/2: how long they take, how many connections
//! they need, and what is lost where a proxy resets streams or a connection breaks. `docs/networks.md` has the figures.

use std::error::Error;
use std::iter::successors;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use h2::Reason;
use h2::server::SendResponse;
use reqwest::{Client, retry};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::sleep;

/// How many calls are made at once.
const CALLS: usize = 100;
/// How long the server works for each.
const WORK: Duration = Duration::from_millis(200);
const BODY: &[u8] = br#"{"success":true,"output":{}}"#;

/// What stands between the calls and their answers.
#[derive(Debug, Clone, Copy)]
enum Fault {
    None,
    /// Every tenth stream is reset, for this reason.
    Reset(Reason),
    /// One connection breaks while the server works.
    Break,
}

#[derive(Debug, Clone, Copy)]
struct Server {
    is_http2: bool,
    /// How many streams a connection may have at a time.
    streams: u32,
    fault: Fault,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let http1 = Server { is_http2: false, streams: 1, fault: Fault::None };
    let http2 = Server { is_http2: true, streams: 1000, fault: Fault::None };
    println!(
        "| {CALLS} calls of {WORK:?} at once | answered | lost | of these known as not sent | connections | time |"
    );
    println!("|---|---|---|---|---|---|");
    for (name, server) in [
        ("HTTP/1.1", http1),
        ("HTTP/2", http2),
        ("HTTP/2, 10 streams at a time", Server { streams: 10, ..http2 }),
        ("HTTP/1.1, one connection breaks", Server { fault: Fault::Break, ..http1 }),
        ("HTTP/2, one connection breaks", Server { fault: Fault::Break, ..http2 }),
        ("HTTP/2, every tenth stream is refused", with(http2, Reason::REFUSED_STREAM)),
        ("HTTP/2, every tenth stream is cancelled", with(http2, Reason::CANCEL)),
        ("HTTP/2, every tenth stream fails in the proxy", with(http2, Reason::INTERNAL_ERROR)),
    ] {
        println!("| {name} | {} |", measured(server).await?);
    }
    Ok(())
}

fn with(server: Server, reason: Reason) -> Server {
    Server { fault: Fault::Reset(reason), ..server }
}

async fn measured(server: Server) -> Result<String, Box<dyn Error>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    let connections = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&connections);
    let serving = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let number = counted.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(async move {
                // A client that goes ends its connection; that is its own matter.
                if server.is_http2 {
                    let _ = serve_http2(stream, server).await;
                } else {
                    let _ = serve_http1(stream, server, number).await;
                }
            });
        }
    });
    let client = Client::builder().no_proxy().retry(retry::never());
    let client = if server.is_http2 { client.http2_prior_knowledge() } else { client.http1_only() };
    let client = client.build()?;
    let began = Instant::now();
    let mut calls = JoinSet::new();
    for _ in 0..CALLS {
        let call = client.get(&url).send();
        calls.spawn(async move { call.await?.bytes().await });
    }
    let (mut answered, mut lost, mut not_sent) = (0, 0, 0);
    while let Some(call) = calls.join_next().await {
        match call? {
            Ok(_) => answered += 1,
            Err(error) => {
                lost += 1;
                not_sent += usize::from(is_known_as_not_sent(&error));
            }
        }
    }
    let took = began.elapsed().as_secs_f64();
    serving.abort();
    let connections = connections.load(Ordering::SeqCst);
    Ok(format!("{answered} | {lost} | {not_sent} | {connections} | {took:.2} s"))
}

/// Whether an error proves that no server worked for the request.
fn is_known_as_not_sent(error: &reqwest::Error) -> bool {
    let causes = successors(Some(error as &(dyn Error + 'static)), |&error| error.source());
    let mut errors = causes.filter_map(|cause| cause.downcast_ref::<h2::Error>());
    errors.any(|error| error.reason() == Some(Reason::REFUSED_STREAM)) || error.is_connect()
}

async fn serve_http1(
    mut stream: TcpStream,
    server: Server,
    number: usize,
) -> Result<(), Box<dyn Error>> {
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", BODY.len());
    loop {
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            request.push(stream.read_u8().await?);
        }
        sleep(WORK).await;
        if matches!(server.fault, Fault::Break) && number == 0 {
            return Ok(());
        }
        stream.write_all(&[head.as_bytes(), BODY].concat()).await?;
    }
}

async fn serve_http2(stream: TcpStream, server: Server) -> Result<(), Box<dyn Error>> {
    let mut builder = h2::server::Builder::new();
    let mut connection = builder.max_concurrent_streams(server.streams).handshake(stream).await?;
    let (mut number, mut works) = (0, JoinSet::new());
    let breaks = sleep(WORK / 2);
    tokio::pin!(breaks);
    loop {
        tokio::select! {
            accepted = connection.accept() => {
                let Some(accepted) = accepted else { return Ok(()) };
                works.spawn(answer(accepted?.1, server, number));
                number += 1;
            }
            () = &mut breaks, if matches!(server.fault, Fault::Break) => return Ok(()),
        }
    }
}

async fn answer(mut answer: SendResponse<Bytes>, server: Server, number: usize) {
    if let Fault::Reset(reason) = server.fault {
        if number % 10 == 0 {
            answer.send_reset(reason);
            return;
        }
    }
    sleep(WORK).await;
    if let Ok(mut body) = answer.send_response(http::Response::new(()), false) {
        let _ = body.send_data(Bytes::from_static(BODY), true);
    }
}
