//! The throughput of an upload and a download through both clients, beside the same loops written by hand on the same
//! transports, over loopback. The sides take turns, and the fastest quarter of each counts: whatever else the machine does
//! only slows a turn, and the fastest alone is a matter of luck. The server is a process of its own, so that the
//! processor's time of a side is that of its client. It fails where the throughput of ours is below the goal.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use benches::apart::{self, Apart, SERVE};
use benches::calls::{KEY, Outcome};
use benches::figures::{float, median};
use benches::files::{Counter, SIZE, by_hand, server};
use cpu_time::ProcessTime;
use simstudio::file::FileSource;
use simstudio::files::{CreateFileUpload, DownloadFile};
use tokio::runtime::{self, Runtime};

/// The lowest throughput, as a share of that by hand.
const GOAL: f64 = 0.95;
const TURNS: usize = 100;
const MIB: f64 = 1024.0 * 1024.0;

fn main() -> Outcome<ExitCode> {
    match std::env::args().nth(1).as_deref() {
        None => {}
        Some(SERVE) => return apart::serve(&server::start()?).map(|()| ExitCode::SUCCESS),
        Some(word) => return Err(format!("{word:?} means nothing here").into()),
    }
    let server = Apart::start()?;
    let path = std::env::temp_dir().join(format!("sim-bench-files-{}", std::process::id()));
    fs::write(&path, vec![b'x'; usize::try_from(SIZE)?])?;
    let worst = measure(server.url(), &path);
    fs::remove_file(&path)?;
    drop(server);
    let worst = worst?;
    println!("bench files: worst share of the throughput by hand {worst:.3}, goal {GOAL}");
    Ok(if worst < GOAL { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Prints the table, and returns the lowest share.
fn measure(url: &str, path: &Path) -> Outcome<f64> {
    println!(
        "{:<18} {:>7} {:>8} {:>7} {:>8} {:>10}",
        "ours beside by hand", "MiB/s", "by hand", "share", "CPU, ms", "by hand"
    );
    let (blocking, on_tokio) = (Blocking::new(url, path)?, Async::new(url, path)?);
    let mut worst = f64::INFINITY;
    let rows: [(&str, Side<'_>, Side<'_>); 4] = [
        ("ureq, upload", &|| blocking.upload(), &|| blocking.hand.upload(path)),
        ("ureq, download", &|| blocking.download(), &|| whole(|to| blocking.hand.download(to))),
        ("reqwest, upload", &|| on_tokio.upload(), &|| {
            on_tokio.spawned(|hand, path| async move { hand.upload(&path).await })
        }),
        ("reqwest, download", &|| on_tokio.download(), &|| {
            on_tokio.spawned(|hand, _| async move {
                let mut counter = Counter::default();
                hand.download(&mut counter).await?;
                assert_eq!(counter.0, SIZE);
                Ok(())
            })
        }),
    ];
    for (name, ours, hand) in rows {
        worst = worst.min(compare(name, ours, hand)?);
    }
    Ok(worst)
}

/// Makes one transfer.
type Side<'a> = &'a dyn Fn() -> Outcome;

/// What the turns of one side took.
#[derive(Default)]
struct Turns {
    /// The seconds of each.
    seconds: Vec<f64>,
    /// The processor's time of each, in milliseconds.
    cpu: Vec<f64>,
}

impl Turns {
    fn take(&mut self, side: Side<'_>) -> Outcome {
        let (started, cpu) = (Instant::now(), ProcessTime::now());
        side()?;
        self.seconds.push(started.elapsed().as_secs_f64());
        self.cpu.push(cpu.elapsed().as_secs_f64() * 1e3);
        Ok(())
    }

    /// Returns the throughput of the fastest quarter of the turns, in MiB a second.
    fn speed(&self) -> f64 {
        let mut seconds = self.seconds.clone();
        seconds.sort_by(f64::total_cmp);
        seconds.truncate(TURNS / 4);
        let mib = float(seconds.len()) * f64::from(u32::try_from(SIZE).unwrap_or(u32::MAX)) / MIB;
        mib / seconds.iter().sum::<f64>()
    }
}

/// Measures both sides, prints the figures, and returns our share of the throughput by hand.
fn compare(name: &str, ours: Side<'_>, hand: Side<'_>) -> Outcome<f64> {
    // The first turn connects and grows the buffers.
    ours()?;
    hand()?;
    let mut turns = [Turns::default(), Turns::default()];
    for turn in 0..TURNS {
        for at in [turn % 2, (turn + 1) % 2] {
            turns[at].take([ours, hand][at])?;
        }
    }
    let [ours, hand] = turns;
    let share = ours.speed() / hand.speed();
    println!(
        "{name:<18} {:>8.0} {:>8.0} {share:>7.3} {:>8.1} {:>10.1}",
        ours.speed(),
        hand.speed(),
        median(ours.cpu),
        median(hand.cpu)
    );
    Ok(share)
}

/// Checks that all bytes arrive.
fn whole<T>(download: impl FnOnce(&mut Counter) -> Outcome<T>) -> Outcome {
    let mut counter = Counter::default();
    download(&mut counter)?;
    assert_eq!(counter.0, SIZE);
    Ok(())
}

fn create() -> CreateFileUpload {
    CreateFileUpload::new("ws-1", "a.bin", "application/x", SIZE)
}

struct Blocking {
    sdk: simstudio::ureq::Client,
    hand: by_hand::Blocking,
    path: PathBuf,
}

impl Blocking {
    fn new(url: &str, path: &Path) -> Outcome<Self> {
        let sdk = simstudio::ureq::Client::builder().base_url(url).api_key(KEY).build()?;
        Ok(Self { sdk, hand: by_hand::Blocking::new(url), path: path.to_owned() })
    }

    fn upload(&self) -> Outcome {
        let source = FileSource::open(&self.path)?;
        self.sdk.drive(create().upload(self.sdk.api(), source)?)?;
        Ok(())
    }

    fn download(&self) -> Outcome {
        let call = DownloadFile::new("file-1", "ws-1");
        whole(|to| Ok(simstudio::ureq::download_to(&self.sdk, call, to)?))
    }
}

struct Async {
    sdk: simstudio::reqwest::Client,
    hand: by_hand::Async,
    path: PathBuf,
    runtime: Runtime,
}

impl Async {
    fn new(url: &str, path: &Path) -> Outcome<Self> {
        let sdk = simstudio::reqwest::Client::builder().base_url(url).api_key(KEY).build()?;
        let runtime = runtime::Builder::new_multi_thread().enable_all().build()?;
        Ok(Self { sdk, hand: by_hand::Async::new(url)?, path: path.to_owned(), runtime })
    }

    /// Runs a transfer by hand as a task.
    fn spawned<T: Future<Output = Outcome> + Send + 'static>(
        &self,
        task: impl FnOnce(by_hand::Async, PathBuf) -> T,
    ) -> Outcome {
        let task = task(self.hand.clone(), self.path.clone());
        self.runtime.block_on(async { tokio::spawn(task).await? })
    }

    fn upload(&self) -> Outcome {
        let (sdk, source) = (self.sdk.clone(), FileSource::open(&self.path)?);
        let upload = create().upload(sdk.api(), source)?;
        let task = async move { Outcome::Ok(sdk.drive(upload).await.map(drop)?) };
        self.runtime.block_on(async { tokio::spawn(task).await? })
    }

    fn download(&self) -> Outcome {
        let sdk = self.sdk.clone();
        let task = async move {
            let mut counter = Counter::default();
            let call = DownloadFile::new("file-1", "ws-1");
            simstudio::reqwest::download_to(&sdk, call, &mut counter).await?;
            assert_eq!(counter.0, SIZE);
            Outcome::Ok(())
        };
        self.runtime.block_on(async { tokio::spawn(task).await? })
    }
}
