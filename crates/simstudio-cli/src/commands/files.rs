//! `files`: the files of a workspace.

use std::fs;
use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};

use clap::Subcommand;
use indicatif::{ProgressBar, ProgressStyle};
use simstudio::Size;
use simstudio::file::FileSource;
use simstudio::files::{CreateFileUpload, DeleteFile, DownloadFile, GetFile, ListFiles};
use simstudio::serde_json::json;
use simstudio::transport::Source as _;

use crate::exit::Exit;
use crate::failure::Outcome;
use crate::listing::{Most, data};
use crate::output::{Column, line};
use crate::settings::Settings;

const COLUMNS: [Column; 5] = [
    ("id", "/id"),
    ("name", "/name"),
    ("size", "/size"),
    ("type", "/type"),
    ("uploaded", "/uploadedAt"),
];

/// Move files up and down
#[derive(Debug, Subcommand)]
pub(crate) enum Files {
    /// List the files of the workspace
    List {
        /// Only files with this text in their name
        #[arg(long)]
        search: Option<String>,
        #[command(flatten)]
        most: Most,
    },
    /// Read what is known of a file
    Describe {
        /// The id of the file
        file: String,
    },
    /// Upload a file and print its id
    #[command(visible_alias = "upload")]
    Up {
        /// The file
        path: PathBuf,
    },
    /// Download a file to a path, or to standard output
    #[command(visible_alias = "get")]
    Down {
        /// The id of the file
        file: String,
        /// Where it goes
        #[arg(short = 'o', long = "to", value_name = "PATH")]
        to: Option<PathBuf>,
        /// Replace a file that is there
        #[arg(long)]
        force: bool,
    },
    /// Delete a file
    Delete {
        /// The id of the file
        file: String,
        /// Delete it indeed
        #[arg(short, long)]
        yes: bool,
    },
}

impl Files {
    pub(crate) fn run(self, settings: &Settings) -> Outcome {
        let client = settings.client()?;
        let workspace = settings.workspace()?;
        match self {
            Self::List { search, most } => {
                let mut call = ListFiles::new(workspace);
                if let Some(text) = search {
                    call = call.search(text);
                }
                settings.format.list(&most.of(&client, &call)?, &COLUMNS)?;
            }
            Self::Describe { file } => {
                let file = data(&client, GetFile::new(file, workspace))?;
                settings.format.record(&file, &COLUMNS)?;
            }
            Self::Up { path } => {
                let source =
                    FileSource::open(&path).map_err(|why| format!("{}: {why}", path.display()))?;
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                let kind = mime_guess::from_path(&path).first_or_octet_stream();
                let size = source.len();
                let call = CreateFileUpload::new(workspace, name, kind.to_string(), Size(size));
                let bar = bar(size)?;
                let shown = bar.clone();
                let upload = call
                    .upload(client.api(), source)?
                    .on_progress(move |done, _| shown.set_position(done));
                let done = client.drive(upload)?;
                bar.finish_and_clear();
                match (&done.file, settings.format.is_structured()) {
                    (Some(file), false) => line(file.id.as_str())?,
                    (file, _) => settings.format.value(&json!({
                        "id": file.as_ref().map(|file| &file.id),
                        "name": file.as_ref().map(|file| &file.name),
                    }))?,
                }
            }
            Self::Down { file, to, force } => {
                let (content, mut body) =
                    client.open(DownloadFile::new(file, workspace).streamed())?;
                let bar = bar(content.length.unwrap_or(0))?;
                let mut body = bar.wrap_read(&mut body);
                match to {
                    Some(path) => save(&mut body, &path, force)?,
                    None if io::stdout().is_terminal() => {
                        return Err("the content would go to the terminal; use --to PATH".into());
                    }
                    None => {
                        io::copy(&mut body, &mut io::stdout().lock())?;
                    }
                }
                bar.finish_and_clear();
            }
            Self::Delete { yes: false, .. } => return Err("deleting needs --yes".into()),
            Self::Delete { file, .. } => {
                client.call(DeleteFile::new(file, workspace))?;
            }
        }
        Ok(Exit::Done)
    }
}

fn bar(size: u64) -> Outcome<ProgressBar> {
    let style = ProgressStyle::with_template(
        "{bar:30} {bytes}/{total_bytes}, {bytes_per_sec}, {eta} left",
    )?;
    Ok(ProgressBar::new(size).with_style(style))
}

/// Saves what a reader has as a file, which is there whole or not at all.
fn save(body: &mut impl io::Read, path: &Path, force: bool) -> Outcome<()> {
    let failed = |why: io::Error| format!("{}: {why}", path.display());
    if !force && fs::exists(path).map_err(failed)? {
        return Err(format!("{} is there already; --force replaces it", path.display()).into());
    }
    let mut name = path.file_name().ok_or("the path names no file")?.to_owned();
    name.push(format!(".{}", std::process::id()));
    let fresh = path.with_file_name(name);
    let mut file = fs::File::create_new(&fresh).map_err(failed)?;
    let done = io::copy(body, &mut file).and_then(|_| {
        file.sync_all()?;
        if force {
            fs::rename(&fresh, path)
        } else {
            fs::hard_link(&fresh, path).and_then(|()| fs::remove_file(&fresh))
        }
    });
    if done.is_err() {
        let _ = fs::remove_file(&fresh);
    }
    Ok(done.map_err(failed)?)
}
