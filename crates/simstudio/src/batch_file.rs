//! The memory of a batch in a file of JSON lines.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde_json::Value;
use sim_core::{BatchStore, RunHandle, Serialize, StoredOutcome, StoredRun};

/// A file of JSON lines that keeps the handles and the results of a batch. Give the same file to the batch after a
/// crash, and it goes on where it was.
///
/// Any number of programs on one machine can share a file: each line is appended as a whole, and of two handles for one
/// input the first line counts for all. A file system that does not append as a whole, as over a network, can serve one
/// program only. A line that a crash cut off is ignored.
///
/// What is written survives the end of the program. It survives a loss of power only with [`synced`](Self::synced).
///
/// ```no_run
/// use simstudio::BatchPlan;
/// use simstudio::batch_file::BatchFile;
///
/// # fn main() -> std::io::Result<()> {
/// let plan = BatchPlan::new("workflow-id", 0..1000).store(BatchFile::open("orders.jsonl")?);
/// # drop(plan);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct BatchFile {
    path: PathBuf,
    is_synced: bool,
    known: Mutex<Known>,
}

/// What was read of the file.
#[derive(Debug)]
struct Known {
    file: File,
    /// The number of bytes that were read.
    read: u64,
    entries: HashMap<u64, Entry>,
}

/// The entry of an input. Outputs stay in the file until they are wanted.
#[derive(Debug)]
struct Entry {
    handle: RunHandle,
    /// Where the line with the outcome begins, or `None` without one.
    outcome_at: Option<u64>,
}

impl BatchFile {
    /// Opens a file, or makes an empty one.
    ///
    /// # Errors
    /// If the file can be neither opened nor made, or if it holds something else than the memory of a batch.
    pub fn open(path: impl AsRef<Path>) -> io::Result<Self> {
        let path = path.as_ref().to_owned();
        let file = OpenOptions::new().read(true).append(true).create(true).open(&path)?;
        let mut known = Known { file, read: 0, entries: HashMap::new() };
        known.catch_up()?;
        Ok(Self { path, is_synced: false, known: Mutex::new(known) })
    }

    /// Waits after each line until the disk has it. That takes some milliseconds for each.
    #[must_use]
    pub fn synced(mut self) -> Self {
        self.is_synced = true;
        self
    }

    /// Returns the path of the file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Appends a line. The position stands first, by which a line that was cut off is known.
    fn append(
        &self,
        known: &mut Known,
        position: u64,
        name: &str,
        value: &impl Serialize,
    ) -> io::Result<()> {
        // A line that was cut off ends here, whoever wrote it.
        let mut bytes = if known.ends_in_a_line()? { Vec::new() } else { vec![b'\n'] };
        write!(bytes, "{{\"position\":{position},\"{name}\":")?;
        serde_json::to_writer(&mut bytes, value)?;
        bytes.extend_from_slice(b"}\n");
        known.file.write_all(&bytes)?;
        if self.is_synced { known.file.sync_data() } else { Ok(()) }
    }
}

impl Known {
    /// Reads what was appended since the last time, by whomever. The last line counts once it has its end.
    fn catch_up(&mut self) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(self.read))?;
        let mut lines = BufReader::new(&self.file);
        let mut line = Vec::new();
        while lines.read_until(b'\n', &mut line)? > 0 && line.ends_with(b"\n") {
            let at = self.read;
            self.read += line.len() as u64;
            match read_line(&line) {
                Line::Claim(position, handle) => {
                    let entry = Entry { handle, outcome_at: None };
                    self.entries.entry(position).or_insert(entry);
                }
                Line::Finish(position, _) => {
                    if let Some(entry) = self.entries.get_mut(&position) {
                        entry.outcome_at.get_or_insert(at);
                    }
                }
                Line::Torn => {}
                Line::Foreign => {
                    let message = "the file holds something else than the memory of a batch";
                    return Err(io::Error::new(io::ErrorKind::InvalidData, message));
                }
            }
            line.clear();
        }
        Ok(())
    }

    fn ends_in_a_line(&mut self) -> io::Result<bool> {
        let end = self.file.seek(SeekFrom::End(0))?;
        let Some(last) = end.checked_sub(1) else { return Ok(true) };
        self.file.seek(SeekFrom::Start(last))?;
        let mut byte = [0];
        self.file.read_exact(&mut byte)?;
        Ok(byte == *b"\n")
    }

    /// Returns the entry of an input as it stands.
    fn entry(&mut self, position: u64) -> io::Result<Option<StoredRun>> {
        let Some(entry) = self.entries.get(&position) else { return Ok(None) };
        let mut stored = StoredRun::new(entry.handle.clone());
        if let Some(at) = entry.outcome_at {
            self.file.seek(SeekFrom::Start(at))?;
            let mut line = Vec::new();
            BufReader::new(&self.file).read_until(b'\n', &mut line)?;
            if let Line::Finish(_, outcome) = read_line(&line) {
                stored.outcome = Some(outcome);
            }
        }
        Ok(Some(stored))
    }
}

/// What a line says.
enum Line {
    Claim(u64, RunHandle),
    Finish(u64, StoredOutcome),
    /// A crash cut it off.
    Torn,
    /// It is none of a batch.
    Foreign,
}

fn read_line(line: &[u8]) -> Line {
    let Ok(mut line) = serde_json::from_slice::<Value>(line) else {
        let is_part = line.starts_with(b"{\"position\":") || line.trim_ascii().is_empty();
        let begins_so = b"{\"position\":".starts_with(line.trim_ascii_end());
        return if is_part || begins_so { Line::Torn } else { Line::Foreign };
    };
    let Some(position) = line["position"].as_u64() else { return Line::Foreign };
    if let Ok(handle) = serde_json::from_value(line["handle"].take()) {
        return Line::Claim(position, handle);
    }
    match serde_json::from_value(line["outcome"].take()) {
        Ok(outcome) => Line::Finish(position, outcome),
        Err(_) => Line::Foreign,
    }
}

impl BatchStore for BatchFile {
    fn reserve(&self, position: u64, handle: &RunHandle) -> io::Result<StoredRun> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.catch_up()?;
        if let Some(entry) = known.entry(position)? {
            return Ok(entry);
        }
        self.append(&mut known, position, "handle", handle)?;
        // Another program may have been faster; the first line counts.
        known.catch_up()?;
        let lost = || io::Error::other("the line that was appended is not in the file");
        known.entry(position)?.ok_or_else(lost)
    }

    fn finish(&self, position: u64, outcome: &StoredOutcome) -> io::Result<()> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        self.append(&mut known, position, "outcome", outcome)
    }
}
