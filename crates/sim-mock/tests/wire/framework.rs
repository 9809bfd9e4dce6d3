//! Answers that come from no route.

use crate::client::{Call, greeter};

#[test]
fn an_unknown_path_is_an_html_404() {
    let answer = Call::get("/api/nonexistent").send(&greeter());
    assert_eq!(answer.status, 404);
    assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"));
    assert!(answer.body.starts_with("<!DOCTYPE html>"));
    assert_eq!(answer.header("x-request-id"), None);
}

#[test]
fn a_wrong_verb_is_an_empty_405() {
    let sim = greeter();
    let answer = Call::get("/api/workflows/greet/execute").send(&sim);
    answer.assert(405, "");
    assert_eq!((answer.header("allow"), answer.header("content-type")), (None, None));
    Call::post("/api/jobs/1").send(&sim).assert(405, "");
}

#[test]
fn a_slash_at_the_end_is_a_308_with_the_path_as_text() {
    let sim = greeter();
    let path = "/api/workflows/greet/execute";
    let answer = Call::post(format!("{path}/")).body("{}").send(&sim);
    answer.assert(308, path);
    assert_eq!(answer.header("location"), Some(path));
    assert_eq!(answer.header("refresh"), Some(&*format!("0;url={path}")));
    assert!(sim.runs().is_empty());
    let answer = Call::get("/api//jobs/1/?a=b").send(&sim);
    answer.assert(308, "/api/jobs/1?a=b");
}
