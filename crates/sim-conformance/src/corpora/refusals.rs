//! Bodies of refusals that are not what the API documents, and some that are, oddly.

/// What a body is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Is {
    /// No JSON: somebody else's words, or cut.
    NoJson,
    /// JSON, and no refusal of the API's.
    NoRefusal,
    /// A refusal that lost its words and is known by its code: it proves nothing about a run.
    CodeAlone(String),
    /// A refusal: its code, if it has one that says something, and its message as it is shown.
    Refusal(Option<String>, String),
    /// A refusal with something beside it that the API does not add: a workflow may have written it.
    Beside(Option<String>, String),
    /// A run of the first generation that failed, and why.
    FailedRun(String),
}

const NO_JSON: &[&[u8]] = &[
    // Nothing, or nearly.
    b"",
    b" ",
    b"\n",
    b"\r\n\r\n",
    b"\t",
    b"\0",
    b"\0\0\0\0",
    // Somebody else's words.
    b"Internal Server Error",
    b"upstream connect error or disconnect/reset before headers. reset reason: overflow",
    b"error code: 1020",
    b"no healthy upstream",
    b"<html><body><h1>502 Bad Gateway</h1></body></html>",
    b"<!DOCTYPE html><title>Just a moment...</title>",
    b"  \n<html>",
    b"<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>",
    b"<",
    b"HTTP/1.1 500 X\r\n\r\n",
    b"---\nerror: m\n",
    b"error=m&code=C",
    b"error,code\nm,C\n",
    b"data: {\"error\":\"m\"}\n\n",
    b"undefined",
    b"[object Object]",
    b"Traceback (most recent call last):\n  File \"x\", line 1",
    // Nearly JSON.
    b"{",
    b"}",
    b"[",
    b"]",
    b"\"",
    b"'",
    b"{}{}",
    b"{} x",
    b"{},",
    b"{}\0",
    b"\0{}",
    b"{'error':'m'}",
    b"{error:\"m\"}",
    b"{\"error\":\"m\",}",
    b"{\"error\":}",
    b"{\"error\" \"m\"}",
    b"{\"error\":\"m\" \"code\":\"C\"}",
    b"{\"error\":\"m\"]",
    b"[1,]",
    b"[1 2]",
    b"nul",
    b"nulll",
    b"True",
    b"None",
    b"NaN",
    b"-Infinity",
    b"-",
    b"+1",
    b"01",
    b"1.",
    b".5",
    b"1e",
    b"0x10",
    b"1_000",
    b"\"\\x\"",
    b"\"\\u12\"",
    b"// x\n{}",
    b"/* x */{}",
    b"{}// x",
    b")]}',\n{}",
    b"while(1);{}",
    b"callback({})",
    // Other encodings than UTF-8, and none.
    b"\xff\xfe{\0}\0",
    b"\xfe\xff\0{\0}",
    b"{\"error\":\"\xff\"}",
    b"{\"error\":\"\xc3\"}",
    b"{\"error\":\"\xc0\xaf\"}",
    b"{\"error\":\"\xed\xa0\x80\"}",
    b"{\"error\":\"\xf4\x90\x80\x80\"}",
    b"{\"error\":\"m\",\"\xff\":1}",
    b"\xe4\xf6\xfc",
    b"\x1f\x8b\x08\0\0\0\0\0\0\xff\xab\xae\x05\0\x43\xbf\xa6\xa3\x02\0\0\0",
    b"\x28\xb5\x2f\xfd\x20\x02\x11\0\0{}",
    b"PK\x03\x04",
    b"\x82\xa5error\xa1m",
    b"\x80\x04\x95",
];

const NO_REFUSAL: &[&str] = &[
    "null",
    "true",
    "false",
    "0",
    "-0",
    "1.5e3",
    "123456789012345678901234567890",
    "\"\"",
    "\"m\"",
    "[]",
    "[{}]",
    "[\"error\"]",
    r#"[{"error":"m"}]"#,
    "{}",
    " {} ",
    r#"{"":""}"#,
    r#"{"error":null}"#,
    r#"{"error":true}"#,
    r#"{"error":false}"#,
    r#"{"error":0}"#,
    r#"{"error":[]}"#,
    r#"{"error":["m"]}"#,
    r#"{"error":[{"message":"m"}]}"#,
    r#"{"error":{}}"#,
    r#"{"error":{"message":null}}"#,
    r#"{"error":{"message":1}}"#,
    r#"{"error":{"message":{}}}"#,
    r#"{"error":{"message":["m"]}}"#,
    r#"{"error":{"Message":"m"}}"#,
    r#"{"error":{"error":"m"}}"#,
    r#"{"error\u0000":"m"}"#,
    r#"{"Error":"m"}"#,
    r#"{"ERROR":"m"}"#,
    r#"{"errors":["m"]}"#,
    r#"{"message":"m"}"#,
    r#"{"message":"m","code":"C"}"#,
    r#"{"detail":"m"}"#,
    r#"{"status":500}"#,
    r#"{"success":false}"#,
    r#"{"success":null}"#,
    r#"{"success":"false"}"#,
    r#"{"data":null}"#,
    r#"{"error":"m","error":null}"#,
    r#"{"type":"about:blank","title":"Bad","status":500}"#,
];

/// `(body, code)`
const CODES_ALONE: &[(&str, &str)] = &[
    (r#"{"error":{"code":"C"}}"#, "C"),
    (r#"{"error":{"code":"C","message":null}}"#, "C"),
    (r#"{"error":{"code":"C","message":7}}"#, "C"),
    (r#"{"error":{"code":"C","message":["m"],"details":{"code":"D"}}}"#, "D"),
];

/// `(body, code, message)`
const REFUSALS: &[(&str, Option<&str>, &str)] = &[
    (r#"{"error":"m"}"#, None, "m"),
    (r#" {"error" : "m"} "#, None, "m"),
    (r#"{"error":""}"#, None, ""),
    (r#"{"error":" \n "}"#, None, ""),
    (r#"{"error":"a\r\n\tb"}"#, None, "a b"),
    (r#"{"error":"\u001b[31mred\u001b[0m"}"#, None, "[31mred [0m"),
    (r#"{"error":"a\u0000b\u0007c\u0008d\u007fe\u0085f\u009bg"}"#, None, "a b c d e f g"),
    (r#"{"error":"a\u2028b\u2029c\u00a0d"}"#, None, "a b c d"),
    (r#"{"error":"\ud83e\udd80 crab"}"#, None, "🦀 crab"),
    (r#"{"error":"<html>"}"#, None, "<html>"),
    (r#"{"error":"%s%n {0} ${x}"}"#, None, "%s%n {0} ${x}"),
    (r#"{"error":null,"error":"m"}"#, None, "m"),
    (r#"{"error":"m","code":"C"}"#, Some("C"), "m"),
    (r#"{"error":"m","code":null}"#, None, "m"),
    (r#"{"error":"m","code":7}"#, None, "m"),
    (r#"{"error":"m","code":[]}"#, None, "m"),
    (r#"{"error":"m","code":{}}"#, None, "m"),
    (r#"{"error":"m","code":""}"#, None, "m"),
    (r#"{"error":"m","code":" \n"}"#, None, "m"),
    (r#"{"error":"m","code":"A\nB\u001b[1m"}"#, Some("A B [1m"), "m"),
    (r#"{"error":"m","details":null}"#, None, "m"),
    (r#"{"error":"m","details":"text"}"#, None, "m"),
    (r#"{"error":"m","details":[1,2]}"#, None, "m"),
    (r#"{"error":"m","details":{"code":"D"}}"#, Some("D"), "m"),
    (r#"{"error":"m","code":"C","details":{"code":"D"}}"#, Some("D"), "m"),
    (r#"{"error":"m","code":"C","details":{"code":7}}"#, Some("C"), "m"),
    (r#"{"error":"m","code":"C","details":{"code":""}}"#, Some("C"), "m"),
    (r#"{"error":"m","message":"n"}"#, None, "m"),
    (r#"{"error":"m","requestId":7,"retryable":"x","retryAfter":"soon"}"#, None, "m"),
    (r#"{"error":{"message":"m"}}"#, None, "m"),
    (r#"{"error":{"message":""}}"#, None, ""),
    (r#"{"error":{"code":"C","message":"m"}}"#, Some("C"), "m"),
    (r#"{"error":{"code":null,"message":"m"}}"#, None, "m"),
    (r#"{"error":{"code":7,"message":"m"}}"#, None, "m"),
    (r#"{"error":{"code":"","message":"m"}}"#, None, "m"),
    (r#"{"error":{"code":"C","message":"m","details":null}}"#, Some("C"), "m"),
    (r#"{"error":{"code":"C","message":"m","details":[]}}"#, Some("C"), "m"),
    (r#"{"error":{"code":"C","message":"m","details":{"code":"D"}}}"#, Some("D"), "m"),
    (r#"{"error":{"code":"C","message":"m","details":{"code":null}}}"#, Some("C"), "m"),
    (r#"{"error":{"code":"C","message":"m","error":{"message":"n"}}}"#, Some("C"), "m"),
    (r#"{"error":{"code":"C","message":"m","more":{"x":[1]}}}"#, Some("C"), "m"),
    (r#"{"error":{"message":"m"},"code":"C"}"#, None, "m"),
];

const BESIDE: &[(&str, Option<&str>, &str)] = &[
    (r#"{"error":"m","mine":1}"#, None, "m"),
    (r#"{"error":"m","success":"no"}"#, None, "m"),
    (r#"{"error":{"message":"m"},"data":null}"#, None, "m"),
    (r#"{"error":"m","code":"C","":0}"#, Some("C"), "m"),
];

const FAILED_RUNS: &[(&str, &str)] = &[
    (r#"{"success":false,"error":"m"}"#, "m"),
    (r#"{"success":false,"error":"m","output":{}}"#, "m"),
    (r#"{"success":false,"error":"m","logs":7,"metadata":[]}"#, "m"),
];

/// Documented refusals, to be cut at every byte.
const WHOLE: [&str; 2] = [r#"{"error":"m","code":"C"}"#, r#"{"error":{"code":"C","message":"m"}}"#];

/// All of them.
pub(crate) fn all() -> Vec<(Vec<u8>, Is)> {
    let no_json = NO_JSON.iter().map(|body| (body.to_vec(), Is::NoJson));
    let no_refusal = NO_REFUSAL.iter().map(|body| (body.as_bytes().to_vec(), Is::NoRefusal));
    let codes_alone = CODES_ALONE
        .iter()
        .map(|(body, code)| (body.as_bytes().to_vec(), Is::CodeAlone((*code).to_owned())));
    let own = |code: Option<&str>| code.map(str::to_owned);
    let refusals = REFUSALS.iter().map(|(body, code, message)| {
        (body.as_bytes().to_vec(), Is::Refusal(own(*code), (*message).to_owned()))
    });
    let beside = BESIDE.iter().map(|(body, code, message)| {
        (body.as_bytes().to_vec(), Is::Beside(own(*code), (*message).to_owned()))
    });
    let failed = FAILED_RUNS
        .iter()
        .map(|(body, message)| (body.as_bytes().to_vec(), Is::FailedRun((*message).to_owned())));
    let cut = WHOLE.iter().flat_map(|whole| {
        (2..whole.len()).map(|length| (whole.as_bytes()[..length].to_vec(), Is::NoJson))
    });
    let control = (0..0x20u8)
        .map(|byte| (format!("{{\"error\":\"m{}\"}}", char::from(byte)).into_bytes(), Is::NoJson));
    let mut all: Vec<_> = no_json
        .chain(no_refusal)
        .chain(codes_alone)
        .chain(refusals)
        .chain(beside)
        .chain(failed)
        .chain(cut)
        .collect();
    all.extend(control.chain(deep_and_large()));
    all.sort_by(|one, other| one.0.cmp(&other.0));
    all.dedup();
    all
}

fn deep_and_large() -> Vec<(Vec<u8>, Is)> {
    let nested = |depth| format!("{}{}", "[".repeat(depth), "]".repeat(depth)).into_bytes();
    let long = "x".repeat(5000);
    let shown = format!("{}…", &long[..300]);
    let refusal = |code: Option<&String>| Is::Refusal(code.cloned(), "m".to_owned());
    vec![
        (nested(100), Is::NoRefusal),
        // Deeper than any reader follows.
        (nested(10_000), Is::NoJson),
        (vec![b'['; 100_000], Is::NoJson),
        (r#"{"error":"#.repeat(10_000).into_bytes(), Is::NoJson),
        (r#"{"error":{"message":"m","details":"#.repeat(5000).into_bytes(), Is::NoJson),
        (vec![b' '; 1 << 20], Is::NoJson),
        (vec![b'x'; 5 << 20], Is::NoJson),
        (format!("<html>{}", "x".repeat(5 << 20)).into_bytes(), Is::NoJson),
        (vec![0xff; 1 << 20], Is::NoJson),
        (format!(r#"{{"error":"{long}"}}"#).into_bytes(), Is::Refusal(None, shown.clone())),
        (format!(r#"{{"error":"m","code":"{long}"}}"#).into_bytes(), refusal(Some(&shown))),
        (format!(r#"{{"error":"m","details":"{long}"}}"#).into_bytes(), refusal(None)),
    ]
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    #[test]
    fn there_are_enough_and_none_twice() {
        let all = super::all();
        let different: HashSet<_> = all.iter().map(|(body, _)| body).collect();
        assert_eq!(different.len(), all.len(), "one body, two verdicts");
        assert!(all.len() >= 200, "{}", all.len());
    }
}
