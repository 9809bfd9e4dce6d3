//! Lists in pages: lazy, in order, each page an ordinary call.

use http::HeaderValue;
use serde_json::{Value, json};
use sim_core::operation::Paginated;
use sim_core::{Api, Page, Result};
use sim_platform::workflows::{ListWorkflows, Workflow};

use crate::canned::Canned;
use crate::subject::Subject;
use crate::tools::{api, quick};

const JSON: &[(&str, &str)] = &[("content-type", "application/json")];

fn page(names: &[&str], next: Option<&str>) -> Value {
    let item = |name: &&str| json!({"id": name, "name": name, "isDeployed": true});
    json!({"data": names.iter().map(item).collect::<Vec<_>>(), "nextCursor": next})
}

/// Three pages: one, none and two workflows.
fn three_pages() -> Canned {
    let server = Canned::json(200, &page(&["one"], Some("c+2")));
    let server = server.then(200, JSON, page(&[], Some("c-3")).to_string());
    server.then(200, JSON, page(&["two", "three"], None).to_string())
}

fn pages<S: Subject, E: Paginated>(
    subject: &impl Fn(Api) -> S,
    server: &Canned,
    list: E,
    count: usize,
) -> Vec<Result<Page<E::Item>>> {
    let api = api(&server.url()).build().expect("a core");
    subject(api.clone()).pages(&api, list, count)
}

fn items<S: Subject, E: Paginated>(
    subject: &impl Fn(Api) -> S,
    server: &Canned,
    list: E,
    count: usize,
) -> Vec<Result<E::Item>> {
    let api = api(&server.url()).build().expect("a core");
    subject(api.clone()).items(&api, list, count)
}

fn names(items: impl IntoIterator<Item = Result<Workflow>>) -> Vec<String> {
    items.into_iter().map(|item| item.map_or_else(|e| e.code().to_owned(), |w| w.name)).collect()
}

fn queries(server: &Canned) -> Vec<String> {
    let requests = server.requests();
    requests.iter().map(|request| request.url.query().unwrap_or_default().to_owned()).collect()
}

fn list() -> ListWorkflows {
    ListWorkflows::new("ws 1").search("a&b")
}

pub fn every_item_of_every_page_in_order<S: Subject>(subject: &impl Fn(Api) -> S) {
    let server = three_pages();
    let items = items(subject, &server, list(), usize::MAX);
    assert_eq!(names(items), ["one", "two", "three"], "an empty page is not the end");
    let first = "workspaceId=ws%201&search=a%26b";
    let next = ["&cursor=c%2B2", "&cursor=c-3"].map(|cursor| format!("{first}{cursor}"));
    assert_eq!(queries(&server), [first, &*next[0], &*next[1]], "the filters stay");
}

pub fn pages_come_as_the_server_cut_them<S: Subject>(subject: &impl Fn(Api) -> S) {
    let server = three_pages();
    let pages = pages(subject, &server, list(), usize::MAX);
    let cut = pages.into_iter().map(|page| {
        let page = page.expect("a page");
        (page.items.len(), page.next_cursor.map(|cursor| cursor.as_str().to_owned()))
    });
    let (second, third) = (Some("c+2".to_owned()), Some("c-3".to_owned()));
    assert_eq!(cut.collect::<Vec<_>>(), [(1, second), (0, third), (2, None)]);
}

pub fn a_page_is_read_when_it_is_asked_for<S: Subject>(subject: &impl Fn(Api) -> S) {
    for (count, requests) in [(0, 0), (1, 1), (2, 3), (3, 3)] {
        let server = three_pages();
        assert_eq!(items(subject, &server, list(), count).len(), count);
        assert_eq!(server.requests().len(), requests, "for {count} items");
        let server = three_pages();
        assert_eq!(pages(subject, &server, list(), count).len(), count);
        assert_eq!(server.requests().len(), count, "for {count} pages");
    }
}

pub fn a_page_that_fails_is_repeated_like_any_read<S: Subject>(subject: &impl Fn(Api) -> S) {
    let server = Canned::json(200, &page(&["one"], Some("c")));
    let server = server.then(503, JSON, "{}").then(200, JSON, page(&["two"], None).to_string());
    let items = items(subject, &server, list(), usize::MAX);
    assert_eq!(names(items), ["one", "two"]);
    let queries = queries(&server);
    assert_eq!((queries.len(), &queries[1]), (3, &queries[2]), "the same page again");
}

pub fn an_error_ends_the_list<S: Subject>(subject: &impl Fn(Api) -> S) {
    let refusal = json!({"error": {"code": "FORBIDDEN", "message": "no"}}).to_string();
    let server = || {
        let server = Canned::json(200, &page(&["one"], Some("c")));
        server.then(403, JSON, &refusal)
    };
    let first = server();
    assert_eq!(names(items(subject, &first, list(), 9)), ["one", "FORBIDDEN"]);
    let second = server();
    let read = pages(subject, &second, list(), 9);
    assert_eq!(read.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false]);
    assert_eq!((first.requests().len(), second.requests().len()), (2, 2));
}

pub fn a_list_goes_on_from_a_cursor<S: Subject>(subject: &impl Fn(Api) -> S) {
    let server = Canned::json(200, &page(&["four"], None));
    let items = items(subject, &server, list().cursor("c-4").limit(7), usize::MAX);
    assert_eq!(names(items), ["four"]);
    assert_eq!(queries(&server), ["workspaceId=ws%201&search=a%26b&limit=7&cursor=c-4"]);
}

pub fn the_options_of_a_call_hold_for_every_page<S: Subject>(subject: &impl Fn(Api) -> S) {
    let server = three_pages();
    let name = http::HeaderName::from_static("x-trace");
    let list = list().header(name, HeaderValue::from_static("t")).retry(quick(0));
    let items = items(subject, &server, list, usize::MAX);
    assert_eq!(items.len(), 3);
    let traced = |request: &wiremock::Request| request.headers.get("x-trace").is_some();
    assert!(server.requests().iter().all(traced));
}
