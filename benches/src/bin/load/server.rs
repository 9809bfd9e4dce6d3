//! The server, a process of its own: it opens each stream with one frame, and sends the others once it is told to.

use std::io::Read as _;
use std::{io, thread};

use benches::calls::{Outcome, server};
use benches::server::{HEAD, text};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;

/// The frames of a stream. The last is an end mark, which no client waits for.
pub(crate) const FRAMES: usize = 40;

/// How many connections may wait to be accepted: all clients connect at once.
const BACKLOG: u32 = 4096;

/// Serves until nobody can give a sign any more.
pub(crate) fn serve() -> Outcome {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let socket = TcpSocket::new_v4()?;
        socket.bind(([127, 0, 0, 1], 0).into())?;
        let listener = socket.listen(BACKLOG)?;
        println!("http://{}", listener.local_addr()?);
        let (sign, signs) = watch::channel(Stage::Opens);
        thread::spawn(move || {
            let mut input = io::stdin().lock();
            if matches!(input.read(&mut [0]), Ok(1)) {
                let _ = sign.send(Stage::GoesOn);
                let _ = input.read(&mut [0]);
            }
            let _ = sign.send(Stage::Ends);
        });
        let mut ends = signs.clone();
        tokio::select! {
            accepted = accept(&listener, &signs) => accepted,
            _ = ends.wait_for(|stage| *stage == Stage::Ends) => Ok(()),
        }
    })
}

/// What the server does with open streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Opens,
    GoesOn,
    Ends,
}

async fn accept(listener: &TcpListener, signs: &watch::Receiver<Stage>) -> Outcome {
    // Both live as long as the process.
    let (frames, ends) = text(FRAMES);
    let answers: &'static Answers =
        Box::leak(Box::new(Answers { call: server::answer(), frames, ends }));
    loop {
        let (connection, _) = listener.accept().await?;
        // A client that leaves ends only its own connection.
        tokio::spawn(answer(connection, answers, signs.clone()));
    }
}

/// What is answered.
#[derive(Debug)]
struct Answers {
    call: String,
    /// A stream in chunks of HTTP, and where each frame of it ends.
    frames: String,
    ends: Vec<usize>,
}

async fn answer(
    mut connection: TcpStream,
    answers: &Answers,
    mut signs: watch::Receiver<Stage>,
) -> io::Result<()> {
    connection.set_nodelay(true)?;
    let mut buffer = vec![0; 1024];
    let mut filled = 0;
    loop {
        let Some(length) = server::complete(&buffer[..filled]) else {
            match connection.read(&mut buffer[filled..]).await? {
                0 => return Ok(()),
                read => filled += read,
            }
            continue;
        };
        let is_stream = buffer[..length].windows(13).any(|part| part == br#""stream":true"#);
        if !is_stream {
            connection.write_all(answers.call.as_bytes()).await?;
            buffer.copy_within(length..filled, 0);
            filled -= length;
            continue;
        }
        connection.write_all(HEAD.as_bytes()).await?;
        let mut start = 0;
        for (at, end) in answers.ends.iter().enumerate() {
            connection.write_all(&answers.frames.as_bytes()[start..*end]).await?;
            start = *end;
            if at == 0 {
                let _ = signs.wait_for(|stage| *stage != Stage::Opens).await;
            }
            // The other streams have their frame first.
            tokio::task::yield_now().await;
        }
        return Ok(());
    }
}
