//! The table of all runs and all reserved run ids.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard};
use std::time::Instant;

use jiff::Timestamp;
use serde_json::Value;
use tokio::sync::watch;

use super::record::{Record, Stage};
use crate::ids;
use crate::outcome::Outcome;
use crate::pauses::Pauses;
use crate::release::Release;
use crate::run::{Run, Status};
use crate::slots::Slot;
use crate::workflow::Block;

/// How far a run has come, for tasks that wait for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Progress {
    Waiting,
    Begun,
    Ended,
}

/// A run, its concurrency slot, and the channel to those who wait for it.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) record: Record,
    pub(super) began: Instant,
    pub(super) slot: Option<Slot>,
    pub(super) progress: watch::Sender<Progress>,
}

impl Entry {
    /// Records that the run ended, or that it waits.
    pub(super) fn end(&mut self, mut outcome: Outcome, outputs: Vec<(Block, Value)>) {
        if let (Outcome::Paused(pause), None) = (&outcome, &self.record.parent) {
            let pause = pause.clone().begin(Timestamp::now());
            self.record.pauses = Some(Pauses::new(pause.clone()));
            outcome = Outcome::Paused(pause);
        }
        self.record.duration = self.began.elapsed();
        self.record.ended_at = Some(Timestamp::now());
        self.record.stage = Stage::Done(outcome);
        self.record.outputs = outputs;
        // The slot is free before anyone learns of the end, so that a caller who has the answer can start the
        // next run.
        self.slot = None;
        self.progress.send_replace(Progress::Ended);
    }
}

#[derive(Debug, Default)]
pub(super) struct Table {
    pub(super) release: Release,
    pub(super) reserved_ids: HashSet<String>,
    pub(super) entries: Vec<Entry>,
    by_id: HashMap<String, usize>,
    /// The ids of runs and of attempts, by the random id of their job.
    jobs: HashMap<String, String>,
    /// The ids that somebody cancelled before a run had them.
    pub(super) cancelled_ids: HashSet<String>,
}

impl Table {
    pub(super) fn insert(&mut self, entry: Entry) {
        self.by_id.insert(entry.record.id.clone(), self.entries.len());
        self.entries.push(entry);
    }

    pub(super) fn entry(&mut self, id: &str) -> Option<&mut Entry> {
        let at = *self.by_id.get(id)?;
        self.entries.get_mut(at)
    }
}

/// All runs of the server.
#[derive(Debug)]
pub(crate) struct Runs(Mutex<Table>);

impl Runs {
    pub(crate) fn new(release: Release) -> Self {
        Self(Mutex::new(Table { release, ..Table::default() }))
    }

    /// Returns the release that the server behaves like now.
    pub(crate) fn release(&self) -> Release {
        self.table().release
    }

    pub(crate) fn set_release(&self, release: Release) {
        self.table().release = release;
    }

    /// Gives a run, or an attempt to resume one, a job with a random id.
    pub(crate) fn add_job(&self, run: &str) -> String {
        let job = ids::job();
        self.table().jobs.insert(job.clone(), run.to_owned());
        job
    }

    /// Returns the id of the run, or of the attempt, with this job.
    pub(crate) fn run_of_job(&self, job: &str) -> Option<String> {
        self.table().jobs.get(job).cloned()
    }

    pub(super) fn table(&self) -> MutexGuard<'_, Table> {
        self.0.lock().expect("no code panics while it holds the runs")
    }

    /// Reserves a run id. Returns false if the id is used up already.
    pub(crate) fn reserve_id(&self, id: &str) -> bool {
        self.table().reserved_ids.insert(id.to_owned())
    }

    /// Releases a reserved id under which nothing was recorded.
    pub(crate) fn release_id(&self, id: &str) {
        self.table().reserved_ids.remove(id);
    }

    /// Records a run under the id that was reserved for it.
    pub(crate) fn open(&self, record: Record, slot: Option<Slot>) {
        let progress = if record.outcome().is_some() { Progress::Ended } else { Progress::Waiting };
        let progress = watch::Sender::new(progress);
        let mut table = self.table();
        let is_cancelled = table.cancelled_ids.remove(&record.id);
        let mut entry = Entry { record, began: Instant::now(), slot, progress };
        if is_cancelled {
            entry.end(Outcome::Cancelled, Vec::new());
        }
        table.insert(entry);
    }

    /// Records that a run begins. Returns its input, or `None` if it has ended already.
    pub(crate) fn begin(&self, id: &str) -> Option<Value> {
        let mut table = self.table();
        let entry = table.entry(id)?;
        if entry.record.outcome().is_some() {
            return None;
        }
        entry.began = Instant::now();
        entry.record.stage = Stage::Running;
        entry.record.started_at = Timestamp::now();
        entry.record.began = true;
        entry.progress.send_replace(Progress::Begun);
        let input = entry.record.input.clone();
        table.begin_attempt(id);
        Some(input)
    }

    /// Records that a run ends. Returns false if it had ended already. A paused run can still be cancelled.
    pub(crate) fn finish(&self, id: &str, outcome: Outcome) -> bool {
        self.finish_with(id, outcome, Vec::new())
    }

    /// Records that a run ends, with the outputs of its blocks. Returns false if it had ended already.
    pub(crate) fn finish_with(
        &self,
        id: &str,
        outcome: Outcome,
        outputs: Vec<(Block, Value)>,
    ) -> bool {
        let mut table = self.table();
        let Some(entry) = table.entry(id) else { return false };
        let cancels = matches!(outcome, Outcome::Cancelled);
        let is_attempt = entry.record.parent.is_some();
        match entry.record.status() {
            Status::Queued | Status::Running if is_attempt => {
                let outcome = table.complete_attempt(id, outcome, &outputs);
                if let Some(entry) = table.entry(id) {
                    entry.end(outcome, outputs);
                }
            }
            Status::Queued | Status::Running => entry.end(outcome, outputs),
            Status::Paused if cancels && !is_attempt && !entry.record.is_stuck() => {
                entry.record.stage = Stage::Done(outcome);
                table.cancel_attempts(id);
            }
            _ => return false,
        }
        true
    }

    /// Waits until the run has ended.
    pub(crate) async fn ended(&self, id: &str) {
        self.wait(id, Progress::Ended).await;
    }

    /// Waits until the run has begun, or ended without beginning.
    pub(crate) async fn begun(&self, id: &str) {
        self.wait(id, Progress::Begun).await;
    }

    async fn wait(&self, id: &str, what: Progress) {
        let progress = self.table().entry(id).map(|entry| entry.progress.subscribe());
        if let Some(mut progress) = progress {
            // Entries live as long as the table, so the sender still exists.
            let _ = progress.wait_for(|progress| *progress >= what).await;
        }
    }

    /// Cancels an id that no run has yet: the run that takes it ends before it begins.
    pub(crate) fn cancel_id(&self, id: &str) {
        self.table().cancelled_ids.insert(id.to_owned());
    }

    /// Records that a run with an answer that nobody carries out is cancelled: it never leaves that state.
    pub(crate) fn begin_cancel(&self, id: &str) {
        let mut table = self.table();
        let pauses = table.entry(id).and_then(|entry| entry.record.pauses.as_mut());
        if let Some(pauses) = pauses {
            pauses.cancelling = true;
        }
    }

    /// Returns the run with this id. An attempt to resume a run is gone once it has ended.
    pub(crate) fn readable(&self, id: &str) -> Option<Record> {
        self.get(id).filter(|record| record.parent.is_none() || record.outcome().is_none())
    }

    pub(crate) fn get(&self, id: &str) -> Option<Record> {
        self.table().entry(id).map(|entry| entry.record.clone())
    }

    /// Returns every run that has an entry in the log of its workflow, in order.
    pub(crate) fn logged(&self) -> Vec<Record> {
        let table = self.table();
        let records = table.entries.iter().map(|entry| &entry.record);
        records.filter(|record| record.is_logged()).cloned().collect()
    }

    /// Returns how many runs of a workflow have begun, and when the last one did.
    pub(crate) fn begun_count(&self, workflow: &str) -> (usize, Option<Timestamp>) {
        let table = self.table();
        let records = table.entries.iter().map(|entry| &entry.record);
        let begun = records.filter(|record| {
            record.workflow == workflow && record.began && record.parent.is_none()
        });
        let times: Vec<Timestamp> = begun.map(|record| record.started_at).collect();
        (times.len(), times.into_iter().max())
    }

    /// Returns the run with this id if it was started.
    pub(crate) fn started(&self, id: &str) -> Option<Run> {
        let mut table = self.table();
        let entry = table.entry(id).filter(|entry| entry.record.started)?;
        Some(entry.record.public())
    }

    /// Returns every run that was started, in order, without the attempts to resume one.
    pub(crate) fn all(&self) -> Vec<Run> {
        let table = self.table();
        let is_run = |record: &Record| record.started && record.parent.is_none();
        let started = table.entries.iter().filter(|entry| is_run(&entry.record));
        started.map(|entry| entry.record.public()).collect()
    }
}
