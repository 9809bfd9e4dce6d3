//! Recorded uploads as conversations over both transports: the exchange of the SDK is given the recorded answers, and
//! must ask what was asked. Each recorded refusal is given in its place, too.

mod course;
mod script;
mod session;

use std::collections::{BTreeMap, BTreeSet};

use sim_core::transport::Exchange;
use sim_core::{Api, Result};
use sim_platform::files::CreateFileUpload;
use sim_platform::knowledge::CreateDocumentUpload;
use sim_platform::tables::CreateTableImport;
use sim_platform::wire::Rebuild as _;

use super::record::Record;
use course::Course;
use script::{Ended, Script};
use session::{Ask, Asked, Kind, Session};

/// Returns the uploads whose addresses were recorded, for each of their parts.
fn sessions<'a>(all: &[Asked<'a>]) -> Vec<Session<'a>> {
    let sessions = all.iter().filter_map(|asked| Session::of(asked, all));
    let (known, unknown): (Vec<_>, Vec<_>) =
        sessions.partition(|session| Script::can_answer(session, all));
    eprintln!("of these uploads not all addresses were recorded: {unknown:?}");
    known
}

#[test]
fn recorded_uploads_are_conversations_of_the_sdk() {
    let Some(records) = Record::of_resources() else { return };
    let all: Vec<_> = records.iter().filter_map(Asked::of).collect();
    let mut seen = BTreeMap::<_, usize>::new();
    for session in sessions(&all) {
        let course = course::smooth(session.parts);
        let script = Script { session: &session, course, refusal: None, all: &all };
        if follow(&script).is_some() {
            *seen.entry((session.kind, session.parts > 0)).or_default() += 1;
        }
    }
    eprintln!("uploads, of each kind, in parts or not: {seen:?}");
    let of = |kind, in_parts| seen.get(&(kind, in_parts)).copied().unwrap_or_default();
    assert!(of(Kind::File, false) > 4 && of(Kind::File, true) > 1);
    assert!(of(Kind::Document, false) > 1 && of(Kind::Document, true) > 1);
    assert!(of(Kind::Import, false) > 5 && of(Kind::Import, true) > 0);
}

#[test]
fn recorded_refusals_end_an_upload_or_are_survived_in_their_place() {
    let Some(records) = Record::of_resources() else { return };
    let all: Vec<_> = records.iter().filter_map(Asked::of).collect();
    let sessions = sessions(&all);
    let (mut given, mut ends) = (BTreeSet::new(), BTreeMap::<_, usize>::new());
    let mut out_of_place = Vec::new();
    for refused in all.iter().filter(|asked| !asked.record.is_success()) {
        let Some((session, course)) = place(refused, &sessions) else {
            out_of_place.push(&*refused.record.name);
            continue;
        };
        let end = course.end;
        let script = Script { session, course, refusal: Some(*refused), all: &all };
        if follow(&script).is_some() {
            let status = refused.record.status().as_u16();
            given.insert((refused.ask, status));
            *ends.entry(format!("{end:?}")).or_default() += 1;
        } else {
            *ends.entry("refused before it is sent".to_owned()).or_default() += 1;
        }
    }
    eprintln!("refusals: {ends:?}; an upload does not come to these: {out_of_place:?}");
    for (ask, status) in [
        (Ask::Begin, 401),
        (Ask::Begin, 403),
        (Ask::Begin, 415),
        (Ask::Parts(1), 404),
        (Ask::Parts(1), 409),
        (Ask::Put(0), 400),
        (Ask::Put(0), 409),
        (Ask::Put(0), 500),
        (Ask::Complete, 404),
        (Ask::Complete, 409),
        (Ask::Abort, 404),
        (Ask::Abort, 409),
    ] {
        assert!(given.contains(&(ask, status)), "{ask:?} {status}");
    }
}

/// Finds an upload that may get a refusal, its own one first, and the course that it takes then.
fn place<'a, 's>(
    refused: &Asked<'a>,
    sessions: &'s [Session<'a>],
) -> Option<(&'s Session<'a>, Course)> {
    let status = refused.record.status().as_u16();
    let takes = |session: &'s Session<'a>| {
        let course = course::refused(session.parts, refused.ask, status)?;
        Some((session, course))
    };
    let own = sessions.iter().filter(|session| session.has(refused)).find_map(takes);
    let alike =
        sessions.iter().filter(|session| refused.kind.is_none_or(|kind| kind == session.kind));
    own.or_else(|| alike.filter_map(takes).min_by_key(|(session, _)| session.content.len()))
}

/// Follows a script over both transports; `None` if the SDK makes no such request.
fn follow(script: &Script<'_, '_>) -> Option<()> {
    let (wire, content) = (script.begins().wire(), script.content());
    let content = &content;
    match script.session.kind {
        Kind::File => {
            let create = CreateFileUpload::rebuild(&wire)?;
            let upload = |api: &Api| create.clone().upload(api, content.clone());
            told(script, upload, |upload| upload.id.to_string())
        }
        Kind::Document => {
            let create = CreateDocumentUpload::rebuild(&wire)?;
            let upload = |api: &Api| create.clone().upload(api, content.clone());
            told(script, upload, |upload| upload.id.to_string())
        }
        Kind::Import => {
            let create = CreateTableImport::rebuild(&wire)?;
            let upload = |api: &Api| create.clone().upload(api, content.clone());
            told(script, upload, |import| import.id.to_string())
        }
    }
}

fn told<X: Exchange>(
    script: &Script<'_, '_>,
    upload: impl Fn(&Api) -> Result<X>,
    id: impl Fn(X::Output) -> String,
) -> Option<()> {
    match script.follow(upload, id) {
        Ended::AsRecorded => Some(()),
        Ended::NotSent => None,
    }
}
