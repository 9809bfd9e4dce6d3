//! One upload: what was declared, what has arrived, and what may still happen to it.

use std::collections::BTreeMap;

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};

use super::content::Content;
use crate::ids;
use crate::store::Kept;

/// The largest number of parts.
pub(crate) const PARTS: u64 = 640;

/// The type of a part, whatever the whole is.
pub(crate) const PART: &str = "application/octet-stream";

/// How long an upload and the address of a part live.
const LIFE: SignedDuration = SignedDuration::from_hours(24);
const ADDRESS: SignedDuration = SignedDuration::from_hours(1);

/// An upload that becomes a file.
#[derive(Debug)]
pub(crate) struct Upload {
    pub(crate) id: String,
    /// Proves who began it.
    pub(crate) token: String,
    /// The position of the key that began it.
    pub(crate) owner: usize,
    pub(crate) name: String,
    pub(crate) folder: String,
    pub(crate) content_type: String,
    pub(crate) size: u64,
    /// The size of each part but the last; `None` if all bytes come at once.
    pub(crate) part_size: Option<u64>,
    pub(crate) expires_at: Timestamp,
    pub(crate) progress: Progress,
    /// When the addresses of the parts stop working.
    addresses: BTreeMap<u64, Timestamp>,
    /// What has arrived, by the number of the part; 1 is all bytes at once.
    arrived: BTreeMap<u64, Bytes>,
}

/// How far an upload is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Progress {
    Uploading,
    /// It is the file with this id.
    Completed(String),
    Aborted,
}

/// Why an upload does not take a request.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// 400, with this message.
    Wrong(String),
    /// 403: the address or its token is not good.
    Token,
    /// 409, with this message.
    Conflict(String),
    /// 500: storage that has the bytes does not take them again.
    Again,
}

impl Upload {
    pub(crate) fn new(
        owner: usize,
        name: String,
        folder: String,
        content_type: String,
        size: u64,
        part_size: u64,
    ) -> Self {
        Self {
            id: ids::uuid(),
            token: ids::letters(43),
            owner,
            name,
            folder,
            content_type,
            size,
            part_size: (size > part_size).then_some(part_size),
            expires_at: Timestamp::now() + LIFE,
            progress: Progress::Uploading,
            addresses: BTreeMap::new(),
            arrived: BTreeMap::new(),
        }
    }

    /// Returns the number of parts; 1 if all bytes come at once.
    pub(crate) fn parts(&self) -> u64 {
        self.part_size.map_or(1, |size| self.size.div_ceil(size))
    }

    pub(crate) fn word(&self) -> &'static str {
        match self.progress {
            Progress::Uploading => "uploading",
            Progress::Completed(_) => "completed",
            Progress::Aborted => "aborted",
        }
    }

    /// Refuses what an upload takes only while it goes on.
    pub(crate) fn check_open(&self) -> Result<(), Refused> {
        match self.progress {
            Progress::Uploading if self.expires_at > Timestamp::now() => Ok(()),
            Progress::Uploading => Err(Refused::Conflict("Upload session has expired".to_owned())),
            _ => Err(Refused::Conflict(format!("Upload session is {}", self.word()))),
        }
    }

    /// Lets the addresses of these parts work for an hour. Returns until when.
    pub(crate) fn address(&mut self, numbers: &[u64]) -> Timestamp {
        let until = Timestamp::now() + ADDRESS;
        self.addresses.extend(numbers.iter().map(|number| (*number, until)));
        until
    }

    /// Makes all addresses of parts stop working.
    pub(crate) fn expire_addresses(&mut self) {
        self.addresses.clear();
    }

    /// Takes all bytes at once.
    pub(crate) fn take_whole(
        &mut self,
        token: &str,
        of: &str,
        bytes: Bytes,
    ) -> Result<(), Refused> {
        if token != self.token {
            return Err(Refused::Token);
        }
        self.check_open()?;
        if self.part_size.is_some() {
            let message = "Upload session requires multipart upload";
            return Err(Refused::Conflict(message.to_owned()));
        }
        self.check_type(of)?;
        if bytes.len() as u64 != self.size {
            let message = format!("Upload must contain exactly {} bytes", self.size);
            return Err(Refused::Wrong(message));
        }
        if self.arrived.contains_key(&1) {
            return Err(Refused::Again);
        }
        self.arrived.insert(1, bytes);
        Ok(())
    }

    /// Takes a part, also a second time.
    pub(crate) fn take_part(
        &mut self,
        number: u64,
        token: &str,
        of: &str,
        bytes: Bytes,
    ) -> Result<(), Refused> {
        if token != self.token {
            return Err(Refused::Token);
        }
        self.check_open()?;
        let Some(part_size) = self.part_size else {
            let message = "Upload session does not accept multipart uploads";
            return Err(Refused::Conflict(message.to_owned()));
        };
        let until = self.addresses.get(&number);
        if until.is_none_or(|until| *until <= Timestamp::now()) {
            return Err(Refused::Token);
        }
        if of != PART {
            return Err(Refused::Wrong(format!("Content-Type must be {PART}")));
        }
        let before = (number - 1) * part_size;
        let size = part_size.min(self.size - before);
        if bytes.len() as u64 != size {
            let message = format!("Part {number} must contain exactly {size} bytes");
            return Err(Refused::Wrong(message));
        }
        self.arrived.insert(number, bytes);
        Ok(())
    }

    fn check_type(&self, found: &str) -> Result<(), Refused> {
        if found == self.content_type {
            return Ok(());
        }
        Err(Refused::Wrong(format!("Content-Type must be {}", self.content_type)))
    }

    /// Returns the content once all of it has arrived.
    pub(crate) fn whole(&self) -> Result<Content, Refused> {
        self.check_open()?;
        let (arrived, wanted) = (self.arrived.len() as u64, self.parts());
        if arrived == wanted {
            return Ok(self.arrived.values().cloned().collect());
        }
        Err(Refused::Conflict(match self.part_size {
            None => "Uploaded object not found".to_owned(),
            Some(_) => format!("Expected {wanted} uploaded parts; provider returned {arrived}"),
        }))
    }

    /// Forgets the bytes, once the upload is over.
    pub(crate) fn end(&mut self, progress: Progress) {
        self.progress = progress;
        self.arrived.clear();
    }
}

impl Kept for Upload {
    const WORD: &'static str = "Upload session";

    fn id(&self) -> &str {
        &self.id
    }
}
