//! The walk through a list, without I/O.

use serde_json::json;
use sim_core::transport::Pages;
use sim_core::{Cursor, Error, Operation, Page};
use sim_platform::files::GetFileShare;
use sim_platform::workflows::{ListWorkflows, Workflow};

use super::read;

fn page(names: &[&str], next: Option<&str>) -> Page<Workflow> {
    let item = |name: &&str| json!({"id": name, "name": name, "isDeployed": false});
    let items: Vec<_> = names.iter().map(item).collect();
    let body = json!({"data": items, "nextCursor": next});
    read(&ListWorkflows::new("ws"), 200, &body).expect("a page")
}

fn query(list: Option<ListWorkflows>) -> Option<String> {
    list.map(|list| list.query().expect("a query"))
}

fn list() -> ListWorkflows {
    ListWorkflows::new("ws").search("a b").limit(2)
}

#[test]
fn every_call_keeps_the_filters_and_only_null_is_the_end() {
    let mut pages = Pages::new(list());
    assert_eq!(query(pages.call()).as_deref(), Some("workspaceId=ws&search=a%20b&limit=2"));
    pages.receive(Ok(page(&["one"], Some("c/2")))).expect("a short page");
    assert_eq!(
        query(pages.call()).as_deref(),
        Some("workspaceId=ws&search=a%20b&limit=2&cursor=c%2F2")
    );
    pages.receive(Ok(page(&[], Some("c/3")))).expect("an empty page");
    assert_eq!(pages.cursor(), Some(&Cursor::from("c/3")));
    assert!(pages.call().is_some(), "an empty page is not the end");
    pages.receive(Ok(page(&["two", "three"], None))).expect("a full page");
    assert!(pages.call().is_none() && pages.cursor().is_none(), "a full page may be the last");
}

#[test]
fn a_walk_ends_with_an_error_and_goes_on_from_its_cursor() {
    let mut pages = Pages::new(list());
    pages.receive(Ok(page(&["one"], Some("c-2")))).expect("a page");
    pages.receive(Err(Error::request("lost"))).expect_err("the error itself");
    assert!(pages.call().is_none(), "nobody asks for ever");
    let kept = pages.cursor().expect("where it was").as_str().to_owned();
    let later = Pages::new(list().cursor(kept));
    assert_eq!(
        query(later.call()).as_deref(),
        Some("workspaceId=ws&search=a%20b&limit=2&cursor=c-2")
    );
}

#[test]
fn a_list_that_goes_round_is_an_error() {
    let mut pages = Pages::new(list());
    pages.receive(Ok(page(&["one"], Some("c")))).expect("a page");
    pages.receive(Ok(page(&["one"], Some("c")))).expect_err("the same page for ever");
    assert!(pages.call().is_none());
}

#[test]
fn a_list_that_goes_round_somewhere_is_an_error_before_long() {
    for (before, round) in [(0, 1), (0, 2), (0, 3), (1, 2), (5, 1), (7, 10), (100, 60)] {
        let mut pages = Pages::new(list());
        let name = |n: usize| if n < before { n } else { before + (n - before) % round };
        let mut asked = 0;
        while pages.call().is_some() {
            let next = format!("c-{}", name(asked));
            let read = pages.receive(Ok(page(&["one"], Some(&next))));
            asked += 1;
            assert!(read.is_ok() || read.is_err_and(|error| error.code() == "INVALID_RESPONSE"));
        }
        assert!(asked <= 3 * (before + round) + 2, "{asked} of {before} and {round}");
    }
    let mut pages = Pages::new(list());
    for n in 0..1000 {
        pages.receive(Ok(page(&["one"], Some(&format!("c-{n}"))))).expect("a long list");
    }
}

#[test]
fn an_odd_cursor_is_no_end_and_costs_no_item() {
    let read = |next| {
        let workflow = json!({"id": "two", "name": "two", "isDeployed": false});
        read(&list(), 200, &json!({"data": [workflow], "nextCursor": next})).expect("a page")
    };
    for (odd, sent) in [
        (json!(7), "7"),
        (json!(true), "true"),
        (json!({"at": "c"}), "%7B%22at%22%3A%22c%22%7D"),
        (json!(["c"]), "%5B%22c%22%5D"),
    ] {
        let mut pages = Pages::new(list());
        let page = pages.receive(Ok(read(odd))).expect("a page");
        assert_eq!(page.items.len(), 1);
        let next = query(pages.call()).expect("there may be more");
        assert_eq!(next, format!("workspaceId=ws&search=a%20b&limit=2&cursor={sent}"));
    }
    for end in [json!(null), json!("")] {
        assert_eq!(read(end).next_cursor, None);
    }
    let page = super::read(&list(), 200, &json!({"data": []})).expect("a page");
    assert_eq!(page.next_cursor, None);
}

#[test]
fn what_is_not_there_is_told_apart_from_an_answer_without_data() {
    let share = GetFileShare::new("file-1", "ws");
    assert_eq!(read(&share, 200, &json!({"data": null})).expect("no share"), None);
    let odd = json!({"error": {"code": "NOT_FOUND", "message": "File not found"}});
    let error = read(&share, 200, &odd).expect_err("it says nothing of a share");
    assert_eq!(error.code(), "INVALID_RESPONSE");
}
