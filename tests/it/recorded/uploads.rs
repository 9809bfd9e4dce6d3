//! Recorded uploads as conversations over both transports: the exchange of the SDK is given the recorded answers, and
//! must ask what was asked.

use std::path::Path;

use bytes::Bytes;
use http::Request;
use serde_json::Value;
use sim_conformance::Canned;
use sim_core::transport::Exchange;
use sim_core::{Api, Result};
use sim_platform::files::CreateFileUpload;
use sim_platform::knowledge::CreateDocumentUpload;
use sim_platform::tables::CreateTableImport;
use sim_platform::wire::Rebuild as _;

use super::record::Record;
use super::sockets::{Second, taken};
use crate::clients::Client;

#[test]
fn recorded_uploads_are_conversations_of_the_sdk() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/recordings-2");
    if !folder.is_dir() {
        eprintln!("skipped: the recordings are not here");
        return;
    }
    let records = Record::all(&folder, "v2-res-");
    let (mut files, mut documents, mut imports) = (0, 0, 0);
    for start in 0..records.len() {
        let Some(steps) = steps(&records[start..]) else { continue };
        let (wire, content) = (steps[0].wire(), steps[1].sent());
        if let Some(create) =
            CreateFileUpload::rebuild(&wire).filter(|_| is_at(steps[0], "/files/uploads"))
        {
            follow(|api| create.clone().upload(api, content.clone()), &steps);
            files += 1;
        } else if is_at(steps[0], "/uploads") {
            let create = CreateDocumentUpload::rebuild(&wire).expect("an upload");
            follow(|api| create.clone().upload(api, content.clone()), &steps);
            documents += 1;
        } else {
            let create = CreateTableImport::rebuild(&wire).expect("an import");
            follow(|api| create.clone().upload(api, content.clone()), &steps);
            imports += 1;
        }
    }
    eprintln!("{files} uploads of files, {documents} of documents, {imports} of imports");
    assert!(files > 1 && documents > 0 && imports > 5);
}

fn is_at(record: &Record, end: &str) -> bool {
    record.path().ends_with(end)
}

/// The three steps of an upload in one request that went well: it begins, the bytes go, it is completed. Others may
/// have been tried in between.
fn steps(records: &[Record]) -> Option<[&Record; 3]> {
    let (begin, later) = records.split_first()?;
    let data = begin.answered()["data"].take();
    let (session, transfer) = (&data["session"], &data["transfer"]);
    let begins = begin.method() == "POST" && begin.is_success() && transfer["method"] == "put";
    let (id, url) = begins.then_some((session["id"].as_str()?, transfer["url"].as_str()?))?;
    let size = session["size"].as_u64().or_else(|| session["source"]["size"].as_u64());
    let goes = |record: &&Record| {
        let whole = size == u64::try_from(record.sent().len()).ok();
        whole && record.method() == "PUT" && url.contains(record.path())
    };
    let ends = |record: &&Record| is_at(record, &format!("/{id}/complete"));
    let put = later.iter().filter(|record| record.is_success()).find(goes)?;
    let complete = later.iter().filter(|record| record.is_success()).find(ends)?;
    Some([begin, put, complete])
}

/// Gives the recorded answers over both transports, and compares what is sent with what was.
fn follow<X: Exchange>(upload: impl Fn(&Api) -> Result<X>, steps: &[&Record; 3]) {
    let name = &steps[0].name;
    let mut server = Canned::start();
    let url = server.url();
    for record in steps.iter().chain(steps) {
        let answer = moved(record.answer(), &url);
        server = server.then(record.status().as_u16(), &record.headers(), answer);
    }
    for client in Client::both(&url, &Second) {
        let exchange = upload(client.api()).unwrap_or_else(|error| panic!("{name}: {error}"));
        let done = client.drive(exchange);
        assert!(done.is_ok(), "{name} on {}: {:?}", client.name(), done.err());
    }
    let requests = taken(&server);
    assert_eq!(requests.len(), 6, "{name}");
    for (record, request) in steps.iter().cycle().zip(&requests) {
        assert!(sends(record, request), "{name}: {request:?} is not {}", record.name);
    }
}

/// Moves the address that takes the bytes to another server.
fn moved(answer: Vec<u8>, to: &str) -> Vec<u8> {
    let Ok(mut json) = serde_json::from_slice::<Value>(&answer) else { return answer };
    let Some(Value::String(url)) = json.pointer_mut("/data/transfer/url") else { return answer };
    let (_, rest) = url.split_once("://").expect("an address");
    *url = format!("{to}/{}", rest.split_once('/').expect("a path").1);
    json.to_string().into_bytes()
}

fn sends(record: &Record, request: &Request<Bytes>) -> bool {
    if record.method() == "PUT" {
        let same = |name: &str| {
            let ours = request.headers().get(name).and_then(|value| value.to_str().ok());
            ours == record.wire().headers.get(name).map(String::as_str)
        };
        return request.method() == "PUT"
            && request.uri().path() == record.path()
            && request.body() == &record.sent()
            && !request.headers().contains_key("x-api-key")
            && same("content-type")
            && same("upload-token");
    }
    record.is_what(request)
}
