//! Deployed chats: what visitors without a key send, and what they get. The right values are those that a real server
//! showed.

use serde_json::{Value, json};
use sim_mock::{Agent, Chat, Pause, Sim, Status, Workflow};

use crate::client::{Answer, Call, assert_keys};

const DONE: &str = "data: \"[DONE]\"\n\n";

fn sim(chat: Chat) -> Sim {
    let echo = Workflow::new("w", |input: Value| input).chat(chat);
    Sim::builder().workflow(echo).start().expect("a free port")
}

fn post(end: &str, body: &str) -> Call {
    Call::bare("POST", format!("/api/chat/{end}")).body(body.to_owned())
}

fn put(end: &str, body: &str) -> Call {
    Call::bare("PUT", format!("/api/chat/{end}")).body(body.to_owned())
}

fn refused(sim: &Sim, call: &Call, status: u16, error: &str, code: &str) {
    call.send(sim).assert(status, &format!("{{\"error\":\"{error}\",\"code\":\"{code}\"}}"));
}

/// The cookie that an answer sets, as a browser returns it.
fn cookie(answer: &Answer) -> String {
    let set = answer.header("set-cookie").expect("a cookie");
    let (pair, rest) = set.split_once("; ").expect("attributes");
    assert_eq!(rest, "Path=/; Max-Age=86400; Secure; HttpOnly; SameSite=lax");
    assert!(pair.starts_with("chat_auth_") && pair.ends_with("%3D%3D"), "{pair}");
    pair.to_owned()
}

#[test]
fn an_open_chat_tells_its_settings_and_streams_its_answers() {
    let sim = sim(Chat::new("open").outputs(["b.content"]));
    let settings = Call::bare("GET", "/api/chat/open").send(&sim);
    let keys = ["id", "title", "description", "customizations", "authType", "outputConfigs"];
    assert_keys(&settings.body, &[&keys[..], &["includeThinking", "includeToolCalls"]].concat());
    assert_eq!(settings.json()["outputConfigs"], json!([{"blockId": "b", "path": "content"}]));
    let answer = post("open", r#"{"input":"hi","conversationId":"c","zzz":1}"#).send(&sim);
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/event-stream")));
    assert!(answer.body.contains(DONE), "{}", answer.body);
    assert_eq!(sim.runs()[0].input, json!({"input": "hi", "conversationId": "c"}));
    // A key, also a wrong one, and a password do not matter.
    let odd = post("open", r#"{"input":"   ","password":"x"}"#).header("x-api-key", "wrong");
    assert_eq!(odd.send(&sim).status, 200);
    assert_eq!(sim.runs()[1].input, json!({"input": "   ", "conversationId": null}));
    let alone = post("open", r#"{"password":"x"}"#).send(&sim);
    assert_eq!((alone.status, alone.header("set-cookie")), (200, None));
}

#[test]
fn what_is_no_message_is_refused_and_starts_nothing() {
    let sim = sim(Chat::new("open"));
    for (body, why) in [
        ("[1]", ": Invalid input: expected object, received array"),
        (r#"{"input":5}"#, "input: Invalid input: expected string, received number"),
        (r#"{"input":{"a":1}}"#, "input: Invalid input: expected string, received object"),
        (r#"{"input":"x","email":"nope"}"#, "email: Invalid email format"),
        (r#"{"input":"x","files":[{"name":""}]}"#, "files.0.name: File name is required"),
    ] {
        let error = format!("Invalid request body: {why}");
        refused(&sim, &post("open", body), 400, &error, "VALIDATION_ERROR");
    }
    let file = json!({"name": "a.txt", "type": "text/plain", "size": 5, "data": "data:,"});
    let many = json!({"input": "x", "files": vec![file; 16]}).to_string();
    let error = "Invalid request body: files: A maximum of 15 files is allowed";
    refused(&sim, &post("open", &many), 400, error, "VALIDATION_ERROR");
    for body in ["{}", r#"{"input":""}"#] {
        refused(&sim, &post("open", body), 400, "No input provided", "NO_INPUT_PROVIDED");
    }
    let unknown = post("no-such-chat", r#"{"input":"x"}"#);
    refused(&sim, &unknown, 404, "Chat not found", "CHAT_NOT_FOUND");
    sim.set_deployed("w", false);
    let call = post("open", r#"{"input":"x"}"#);
    refused(&sim, &call, 403, "Workflow is not deployed", "WORKFLOW_IS_NOT_DEPLOYED");
    assert_eq!(Call::bare("GET", "/api/chat/open").send(&sim).status, 200);
    assert!(sim.runs().is_empty());
}

#[test]
fn a_chat_that_is_off_is_unavailable() {
    let sim = sim(Chat::new("off").off());
    let error = "This chat is currently unavailable";
    let code = "THIS_CHAT_IS_CURRENTLY_UNAVAILABLE";
    refused(&sim, &post("off", r#"{"input":"x"}"#), 403, error, code);
    let call = post("off/otp", r#"{"email":"a@b.example"}"#);
    refused(&sim, &call, 404, "Chat not found", "CHAT_NOT_FOUND");
}

#[test]
fn a_password_gives_a_cookie_that_counts_byte_for_byte() {
    let sim = sim(Chat::new("closed").password("p"));
    let asks = ("auth_required_password", "AUTH_REQUIRED_PASSWORD");
    let message = post("closed", r#"{"input":"hi"}"#);
    refused(&sim, &message, 401, asks.0, asks.1);
    refused(&sim, &Call::bare("GET", "/api/chat/closed"), 401, asks.0, asks.1);
    for body in ["{}", r#"{"email":"a@b.example"}"#, r#"{"password":""}"#] {
        refused(&sim, &post("closed", body), 401, "Password is required", "PASSWORD_IS_REQUIRED");
    }
    for body in [r#"{"password":"wrong"}"#, r#"{"password":"wrong","input":"hi"}"#] {
        refused(&sim, &post("closed", body), 401, "Invalid password", "INVALID_PASSWORD");
    }
    let cookie = cookie(&post("closed", r#"{"password":"p"}"#).send(&sim));
    assert_eq!(message.clone().header("cookie", &cookie).send(&sim).status, 200);
    let among = format!("a=b; {cookie}; c=d");
    assert_eq!(message.clone().header("cookie", &among).send(&sim).status, 200);
    let decoded = cookie.replace("%3D", "=");
    refused(&sim, &message.clone().header("cookie", &decoded), 401, asks.0, asks.1);
    // With a cookie no password is looked at, and a message with the password needs no cookie.
    let wrong = post("closed", r#"{"input":"hi","password":"wrong"}"#);
    assert_eq!(wrong.header("cookie", &cookie).send(&sim).status, 200);
    let with = post("closed", r#"{"input":"hi","password":"p"}"#).send(&sim);
    assert_eq!((with.status, with.header("set-cookie")), (200, None));
    let empty = post("closed", "{}").header("cookie", &cookie);
    refused(&sim, &empty, 400, "No input provided", "NO_INPUT_PROVIDED");
}

#[test]
fn ten_passwords_are_tried_and_then_not_even_the_right_one_counts() {
    let sim = sim(Chat::new("closed").password("p"));
    for _ in 0..10 {
        assert_eq!(post("closed", r#"{"password":"wrong"}"#).send(&sim).status, 401);
    }
    let right = post("closed", r#"{"password":"p"}"#);
    let error = "Too many attempts. Please try again later.";
    refused(&sim, &right, 429, error, "TOO_MANY_ATTEMPTS._PLEASE_TRY_AGAIN_LATER.");
    assert_eq!(right.send(&sim).header("retry-after"), Some("900"));
    assert_eq!(post("closed", r#"{"input":"hi"}"#).send(&sim).status, 401);
}

#[test]
fn a_code_lets_its_address_in_once() {
    let sim = sim(Chat::new("mail").email(["ann@example.com", "@corp.example"]));
    let message = r#"{"input":"hi","email":"ann@example.com"}"#;
    let asks = ("auth_required_email", "AUTH_REQUIRED_EMAIL");
    refused(&sim, &post("mail", r#"{"input":"hi"}"#), 401, asks.0, asks.1);
    refused(&sim, &post("mail", "{}"), 401, "Email is required", "EMAIL_IS_REQUIRED");
    refused(&sim, &post("mail", message), 401, "otp_required", "OTP_REQUIRED");
    let bob = r#"{"email":"bob@else.example"}"#;
    refused(&sim, &post("mail", bob), 401, "Email not authorized", "EMAIL_NOT_AUTHORIZED");
    let (error, code) =
        ("Email not authorized for this chat", "EMAIL_NOT_AUTHORIZED_FOR_THIS_CHAT");
    refused(&sim, &post("mail/otp", bob), 403, error, code);
    let nope = post("mail/otp", r#"{"email":"nope"}"#);
    refused(&sim, &nope, 400, "Invalid email address", "INVALID_EMAIL_ADDRESS");
    post("mail/otp", "").send(&sim).assert(400, r#"{"error":"Request body must be valid JSON"}"#);

    let check = |email: &str, code: &str| {
        put("mail/otp", &json!({"email": email, "otp": code}).to_string())
    };
    let unknown = "No verification code found, request a new one";
    let no_code = "NO_VERIFICATION_CODE_FOUND,_REQUEST_A_NEW_ONE";
    refused(&sim, &check("ann@example.com", "123456"), 400, unknown, no_code);
    let short = check("ann@example.com", "123");
    refused(&sim, &short, 400, "OTP must be 6 digits", "OTP_MUST_BE_6_DIGITS");
    let sent = post("mail/otp", r#"{"email":"zoe@corp.example"}"#).send(&sim);
    sent.assert(200, r#"{"message":"Verification code sent"}"#);
    let code = sim.chat_code("mail", "zoe@corp.example").expect("a code");
    refused(&sim, &check("Zoe@corp.example", &code), 400, unknown, no_code);
    let cookie = cookie(&check("zoe@corp.example", &code).send(&sim));
    refused(&sim, &check("zoe@corp.example", &code), 400, unknown, no_code);
    let message = post("mail", r#"{"input":"hi"}"#).header("cookie", &cookie);
    assert_eq!(message.send(&sim).status, 200);
}

#[test]
fn a_wrong_code_spoils_the_right_one_and_codes_are_limited() {
    let sim = sim(Chat::new("mail").email(["ann@example.com"]));
    let ann = r#"{"email":"ann@example.com"}"#;
    assert_eq!(post("mail/otp", ann).send(&sim).status, 200);
    let right = sim.chat_code("mail", "ann@example.com").expect("a code");
    let wrong = if right == "000000" { "000001" } else { "000000" };
    for code in [wrong, &right] {
        let check = put("mail/otp", &json!({"email": "ann@example.com", "otp": code}).to_string());
        refused(&sim, &check, 400, "Invalid verification code", "INVALID_VERIFICATION_CODE");
    }
    for _ in 0..2 {
        assert_eq!(post("mail/otp", ann).send(&sim).status, 200);
    }
    for _ in 0..7 {
        let error = "Too many verification code requests. Please try again later.";
        let code = "TOO_MANY_VERIFICATION_CODE_REQUESTS._PLEASE_TRY_AGAIN_LATER.";
        refused(&sim, &post("mail/otp", ann), 429, error, code);
    }
    let error = "Too many requests. Please try again later.";
    let code = "TOO_MANY_REQUESTS._PLEASE_TRY_AGAIN_LATER.";
    refused(&sim, &post("mail/otp", ann), 429, error, code);
    assert_eq!(post("mail/otp", ann).send(&sim).header("retry-after"), Some("900"));
}

#[test]
fn a_chat_of_another_kind_has_no_codes_and_no_identity_provider() {
    let sim = sim(Chat::new("open"));
    let body = r#"{"email":"a@b.example"}"#;
    let error = "This chat does not use email authentication";
    let code = "THIS_CHAT_DOES_NOT_USE_EMAIL_AUTHENTICATION";
    refused(&sim, &post("open/otp", body), 400, error, code);
    let error = "Chat is not configured for SSO authentication";
    let code = "CHAT_IS_NOT_CONFIGURED_FOR_SSO_AUTHENTICATION";
    refused(&sim, &post("open/sso", body), 400, error, code);
    refused(&sim, &post("none/sso", body), 404, "Chat not found", "CHAT_NOT_FOUND");
}

#[test]
fn thinking_needs_the_chat_and_the_header_and_a_pause_names_its_run() {
    let agent = || Agent::new("a").thinks("hm").says("Hello");
    for (chat, sends, thinks) in [
        (Chat::new("c").thinking(), true, true),
        (Chat::new("c").thinking(), false, false),
        (Chat::new("c"), true, false),
    ] {
        let workflow = Workflow::new("w", move |_| agent()).chat(chat.outputs(["a.content"]));
        let sim = Sim::builder().workflow(workflow).start().expect("a free port");
        let call = post("c", r#"{"input":"x"}"#);
        let named = call.clone().header("x-sim-stream-protocol", "agent-events-v1");
        let answer = if sends { named } else { call }.send(&sim);
        assert_eq!(answer.body.contains("thinking"), thinks, "{}", answer.body);
        assert_eq!(answer.header("x-sim-stream-protocol").is_some(), sends);
    }
    let asks = Workflow::new("w", |_| Pause::new()).chat(Chat::new("c"));
    let sim = Sim::builder().workflow(asks).start().expect("a free port");
    let answer = post("c", r#"{"input":"x"}"#).send(&sim);
    let run = &sim.runs()[0];
    assert_eq!(run.status, Status::Paused);
    assert!(answer.body.contains(&format!("\"executionId\":\"{}\"", run.id)), "{}", answer.body);
}
