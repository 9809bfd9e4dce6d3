//! Uploads a file in parts, several at once, under a progress bar, goes on after a crash, and downloads it again:
//! `cargo run --example upload`.

use std::fs;
use std::path::Path;

use indicatif::{ProgressBar, ProgressStyle};
use sim_mock::Sim;
use simstudio::UploadSession;
use simstudio::file::FileSource;
use simstudio::files::{CreateFileUpload, DownloadFile, File};
use simstudio::serde_json;
use simstudio::transport::Source as _;
use simstudio::ureq::{Client, download_to, drive_parallel};

const WORKSPACE: &str = "workspace";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sim = Sim::builder().workspace(WORKSPACE).start()?;
    let client = Client::builder().base_url(sim.url()).api_key(sim.key()).build()?;
    let folder = std::env::temp_dir().join(format!("sim-upload-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let (source, session) = (folder.join("film.mp4"), folder.join("film.session"));
    fs::write(&source, vec![7; 40 * 1024 * 1024])?;

    let file = upload(&client, &source, &session)?;
    println!("uploaded as {}", file.name);
    let copy = folder.join("copy.mp4");
    let call = DownloadFile::new(file.id, WORKSPACE);
    download_to(&client, call, &mut fs::File::create(&copy)?)?;
    assert_eq!(fs::read(&source)?, fs::read(&copy)?);
    println!("downloaded {} bytes", fs::metadata(&copy)?.len());
    fs::remove_dir_all(folder)?;
    Ok(())
}

/// Uploads a film. A session that an earlier try left is gone on with.
fn upload(
    client: &Client,
    film: &Path,
    session: &Path,
) -> Result<File, Box<dyn std::error::Error>> {
    let source = FileSource::open(film)?;
    let create = CreateFileUpload::new(WORKSPACE, "film.mp4", "video/mp4", source.len());
    let mut upload = create.upload(client.api(), source)?;

    let bar = ProgressBar::new(0);
    bar.set_style(ProgressStyle::with_template("{bar:40} {bytes} of {total_bytes}, {eta} left")?);
    let shown = bar.clone();
    upload = upload.on_progress(move |done, total| {
        shown.set_length(total);
        shown.set_position(done);
    });

    let kept = session.to_owned();
    upload = upload.on_session(move |session| {
        let stored = serde_json::to_vec(session).map(|stored| fs::write(&kept, stored));
        if !matches!(stored, Ok(Ok(()))) {
            eprintln!("the session is not stored: a crash begins the upload anew");
        }
    });
    if let Ok(stored) = fs::read(session) {
        let stored: UploadSession = serde_json::from_slice(&stored)?;
        upload = upload.resume(stored)?;
    }

    let done = drive_parallel(client, upload.parallel(4))?;
    bar.finish();
    Ok(done.file.ok_or("the upload is no file yet")?)
}
