//! A recorded upload: the request that began it, and what else was recorded about it.

use std::fmt;

use bytes::Bytes;
use serde_json::Value;

use crate::recorded::record::Record;

/// What is uploaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    File,
    Document,
    Import,
}

/// One request of an upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Ask {
    Begin,
    /// Asks for the addresses of the parts from this one on.
    Parts(u64),
    /// Sends the bytes of a part, or all of them with the number 0.
    Put(u64),
    Complete,
    Abort,
}

/// A recorded request of an upload.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) record: &'a Record,
    pub(super) ask: Ask,
    /// `None` for bytes, which go the same way for all kinds.
    pub(super) kind: Option<Kind>,
    /// The id of the upload; empty for the request that begins it.
    pub(super) session: &'a str,
}

impl<'a> Asked<'a> {
    /// Reads what a recorded request is about; `None` if it is no request of an upload.
    pub(super) fn of(record: &'a Record) -> Option<Self> {
        let (path, asked) =
            (record.path(), |ask, kind, session| Some(Self { record, ask, kind, session }));
        if let Some(rest) = path.strip_prefix("/api/v2/uploads/") {
            let (session, number) = rest.split_once("/parts/").unwrap_or((rest, "0"));
            let number = number.parse().ok().filter(|_| record.method() == "PUT")?;
            return asked(Ask::Put(number), None, session);
        }
        let ends = [
            ("/files/uploads", Kind::File),
            ("/documents/uploads", Kind::Document),
            ("/tables/imports", Kind::Import),
        ];
        let (rest, kind) = ends.into_iter().find_map(|(end, kind)| {
            Some((path.split_once(end)?.1.trim_start_matches('/'), kind))
        })?;
        let (session, last) = rest.split_once('/').unwrap_or((rest, ""));
        let ask = match (record.method(), session, last) {
            ("POST", "", _) => Ask::Begin,
            ("POST", _, "parts") => Ask::Parts(1),
            ("POST", _, "complete") => Ask::Complete,
            ("DELETE", _, "") => Ask::Abort,
            _ => return None,
        };
        asked(ask, Some(kind), session)
    }
}

/// A recorded upload whose bytes the server wanted.
pub(super) struct Session<'a> {
    pub(super) begin: &'a Record,
    pub(super) kind: Kind,
    pub(super) id: String,
    pub(super) token: String,
    pub(super) workspace: String,
    /// The number of parts; 0 if all bytes go at once.
    pub(super) parts: u64,
    part_size: usize,
    pub(super) content: Bytes,
}

impl<'a> Session<'a> {
    /// Reads the upload that a recorded request began; `None` if the server wanted no bytes.
    pub(super) fn of(asked: &Asked<'a>, all: &[Asked<'a>]) -> Option<Self> {
        let begin = asked.record;
        let (Ask::Begin, Some(kind), true) = (asked.ask, asked.kind, begin.is_success()) else {
            return None;
        };
        let (data, sent) = (begin.answered()["data"].take(), json(&begin.sent()));
        let id = data["session"]["id"].as_str()?.to_owned();
        let size = sent["size"].as_u64().or_else(|| sent["source"]["size"].as_u64())?;
        let (whole, size) = (data["transfer"]["method"] == "put", usize::try_from(size).ok()?);
        let part_size = data["transfer"]["partSize"].as_u64().and_then(|size| size.try_into().ok());
        let part_size = if whole { size } else { part_size? };
        let parts = if whole { 0 } else { size.div_ceil(part_size) as u64 };
        let mut session = Self {
            begin,
            kind,
            token: data["uploadToken"].as_str()?.to_owned(),
            workspace: sent["workspaceId"].as_str()?.to_owned(),
            parts,
            part_size,
            content: Bytes::new(),
            id,
        };
        session.content = session.filled(size, all);
        Some(session)
    }

    /// Returns content of this size. Where the bytes of a part were recorded, it has them.
    fn filled(&self, size: usize, all: &[Asked<'a>]) -> Bytes {
        let mut content = vec![b'x'; size];
        for asked in all.iter().filter(|asked| self.has(asked) && asked.record.is_success()) {
            let Ask::Put(number) = asked.ask else { continue };
            let place = self.place(number, size);
            if asked.record.sent().len() == place.len() {
                content[place].copy_from_slice(&asked.record.sent());
            }
        }
        content.into()
    }

    /// Returns the place of a part in content of a size.
    fn place(&self, number: u64, size: usize) -> std::ops::Range<usize> {
        let before = usize::try_from(number.saturating_sub(1)).expect("it is small");
        let start = before.saturating_mul(self.part_size).min(size);
        start..start.saturating_add(self.part_size).min(size)
    }

    /// Returns the bytes of a part, or all of them for 0.
    pub(super) fn bytes(&self, number: u64) -> Bytes {
        self.content.slice(self.place(number, self.content.len()))
    }

    /// Returns whether a recorded request is about this upload.
    pub(super) fn has(&self, asked: &Asked<'_>) -> bool {
        asked.session == self.id
    }

    /// Returns the path of the requests about this upload.
    pub(super) fn path(&self) -> String {
        format!("{}/{}", self.begin.path(), self.id)
    }
}

impl fmt::Debug for Session<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.begin.name)
    }
}

pub(super) fn json(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap_or_default()
}
