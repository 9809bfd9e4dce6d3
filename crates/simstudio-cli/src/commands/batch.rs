//! `batch`: runs a workflow for each row of a file.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use simstudio::batch_file::BatchFile;
use simstudio::serde_json::{Map, Value, from_str, json};
use simstudio::{BatchPlan, BatchRun, RunStatus};

use crate::exit::Exit;
use crate::failure::Outcome;
use crate::output::{Format, harmless, line};
use crate::settings::Settings;

/// Run a workflow for each row of a CSV or JSON-lines file
///
/// Each row runs once, whatever the network does. Handles and results are kept in a file beside the input, so that the
/// same command goes on where it was after a crash or Ctrl-C.
#[derive(Debug, Args)]
pub(crate) struct Batch {
    /// The file: CSV with a header, or a JSON value in each line
    file: PathBuf,
    /// The id of the workflow
    #[arg(long)]
    workflow: String,
    /// Where the handles and the results are kept; FILE.runs.jsonl if it is not given
    #[arg(long, value_name = "PATH")]
    store: Option<PathBuf>,
    /// The runs in progress at once
    #[arg(long, default_value_t = 16)]
    at_once: usize,
    /// Submit all rows, and leave the number of runs at once to the server's queue
    #[arg(long, conflicts_with = "at_once")]
    queued: bool,
    /// Print the results in the order of the rows
    #[arg(long)]
    ordered: bool,
}

impl Batch {
    pub(crate) fn run(self, settings: &Settings) -> Outcome {
        let client = settings.client()?;
        // A row that cannot be read is found before the first run starts.
        let rows = rows(&self.file)?.try_fold(0u64, |count, row| row.map(|_| count + 1))?;
        let failure = Arc::new(Mutex::new(None));
        let inputs = {
            let failure = Arc::clone(&failure);
            rows_of(&self.file, move |why| {
                *failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(why);
            })?
        };
        let store = self.store.unwrap_or_else(|| {
            let mut name = self.file.clone().into_os_string();
            name.push(".runs.jsonl");
            name.into()
        });
        let store = BatchFile::open(&store).map_err(|why| format!("{}: {why}", store.display()))?;
        let bar = ProgressBar::new(rows).with_style(style()?);
        let shown = bar.clone();
        let mut plan = BatchPlan::new(self.workflow.as_str(), inputs).store(store);
        plan = if self.queued { plan.queued() } else { plan.at_once(self.at_once) };
        if self.ordered {
            plan = plan.ordered();
        }
        plan = plan.on_progress(move |progress| {
            shown.set_position(progress.done());
            shown.set_message(format!("{} in progress", progress.in_progress()));
        });
        let mut exit = Exit::Done;
        for run in client.batch(plan)? {
            if !print(settings.format, &bar, &run)? {
                exit = Exit::Failed;
            }
        }
        bar.finish_and_clear();
        match failure.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some(why) => {
                Err(format!("{} changed while it was read: {why}", self.file.display()).into())
            }
            None => Ok(exit),
        }
    }
}

fn style() -> Outcome<ProgressStyle> {
    Ok(ProgressStyle::with_template("{bar:30} {pos}/{len} rows, {msg}, {eta} left")?)
}

/// Prints what came of a row, and returns whether its run completed.
fn print(format: Format, bar: &ProgressBar, run: &BatchRun) -> Outcome<bool> {
    let row = run.position + 1;
    let told = match &run.result {
        Ok(result) => json!({
            "row": row,
            "status": result.status,
            "runId": result.run_id,
            "output": result.output,
            "error": result.error.as_ref().map(|error| &error.message),
        }),
        Err(error) => json!({
            "row": row,
            "status": "error",
            "runId": error.run_id(),
            "output": null,
            "error": error.to_string(),
        }),
    };
    bar.suspend(|| match format {
        Format::Json | Format::Yaml => line(&told.to_string()),
        _ => {
            let word = |key: &str| match &told[key] {
                Value::Null => String::new(),
                Value::String(text) => harmless(text),
                other => harmless(&other.to_string()),
            };
            let end = if told["error"].is_null() { word("output") } else { word("error") };
            line(&format!("{row}\t{}\t{end}", word("status")))
        }
    })?;
    if let Some(error) = &run.not_stored {
        bar.suspend(|| eprintln!("row {row} was not stored: {error}"));
    }
    Ok(matches!(&run.result, Ok(result) if result.status == RunStatus::Completed))
}

/// The rows of a file, one after another.
type Rows = Box<dyn Iterator<Item = Outcome<Value>> + Send>;

/// Returns the rows; a row that cannot be read is told to `failed`, and is the last.
fn rows_of<F: Fn(String) + Send + 'static>(
    path: &Path,
    failed: F,
) -> Outcome<impl Iterator<Item = Value> + Send + use<F>> {
    Ok(rows(path)?.map_while(move |row| row.map_err(|why| failed(why.to_string())).ok()))
}

fn rows(path: &Path) -> Outcome<Rows> {
    let name = path.display().to_string();
    let file = File::open(path).map_err(|why| format!("{name}: {why}"))?;
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    match ending.as_deref() {
        Some("csv") => {
            let mut reader = csv::Reader::from_reader(file);
            let header = reader.headers().map_err(|why| format!("{name}: {why}"))?.clone();
            Ok(Box::new(reader.into_records().map(move |row| {
                let row = row.map_err(|why| format!("{name}: {why}"))?;
                let cells =
                    header.iter().zip(&row).map(|(key, cell)| (key.to_owned(), cell.into()));
                Ok(Value::Object(cells.collect::<Map<_, _>>()))
            })))
        }
        Some("jsonl" | "ndjson") => {
            let lines = BufReader::new(file).lines().enumerate();
            Ok(Box::new(lines.filter_map(move |(at, text)| match text {
                Ok(text) if text.trim().is_empty() => None,
                Ok(text) => {
                    Some(from_str(&text).map_err(|why| format!("{name}:{}: {why}", at + 1).into()))
                }
                Err(why) => Some(Err(format!("{name}: {why}").into())),
            })))
        }
        _ => Err(format!("{name}: the name ends neither in .csv nor in .jsonl").into()),
    }
}
