//! Chats: where a password and a cookie go, and who sees them on the way. The server marks its cookie as `Secure` over
//! plain HTTP too.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::HeaderMap;
use http::header::COOKIE;
use sim_core::transport::{Bare, Exchange, ready};
use sim_core::{Api, Credentials, Endpoint, ErrorKind, Result};
use sim_platform::chat::{Chat, ChatSettings};

const COOKIE_OF_CHAT: &str = "chat_auth_1=aHVzaA%3D%3D";

fn builder(url: &str) -> sim_core::ClientBuilder<Bare> {
    Api::builder([1; 32]).base_url(url).credentials(Credentials::None)
}

/// Signs in at a server that sets its cookie.
fn sign_in(api: &Api, chat: &Chat) -> Result<ChatSettings> {
    let mut call = api.call(chat.sign_in("hush"))?;
    let set = format!("{COOKIE_OF_CHAT}; Path=/; Max-Age=86400; Secure; HttpOnly; SameSite=lax");
    let answer = http::Response::builder().header("set-cookie", set);
    let answer = answer.body(r#"{"id":"1","title":"T"}"#.into()).expect("an answer");
    match call.receive(Ok(answer), Duration::ZERO) {
        sim_core::transport::Step::Done(settings) => settings,
        sim_core::transport::Step::Again(_) => panic!("it is an answer"),
    }
}

/// The headers of a request as it leaves.
fn headers(request: http::Request<sim_core::transport::RequestBody>) -> HeaderMap {
    ready(request).expect("a request").into_parts().0.headers
}

fn of_message(api: &Api, chat: &Chat) -> HeaderMap {
    headers(api.stream(chat.message("hi")).expect("a call").request())
}

#[test]
fn a_cookie_goes_back_over_plain_http_and_to_no_other_server() -> Result<()> {
    let chat = Chat::new("a-chat");
    let own = builder("http://sim.intranet").allow_insecure_http().build()?;
    sign_in(&own, &chat)?;
    assert_eq!(of_message(&own, &chat)[COOKIE], COOKIE_OF_CHAT);
    assert_eq!(of_message(&own, &chat.clone())[COOKIE], COOKIE_OF_CHAT, "clones share it");
    assert!(!of_message(&own, &Chat::new("a-chat")).contains_key(COOKIE));
    for other in ["https://sim.intranet", "http://sim.intranet:81", "http://sim.other"] {
        let other = builder(other).allow_insecure_http().build()?;
        assert!(!of_message(&other, &chat).contains_key(COOKIE), "{other:?}");
    }
    Ok(())
}

#[test]
fn a_password_and_a_code_are_not_sent_where_somebody_could_read_them() -> Result<()> {
    let chat = Chat::new("a-chat");
    let refused = |api: &Api| {
        let errors = [
            api.call(chat.sign_in("hush")).map(drop),
            api.call(chat.check_code("a@b.example", "123456")).map(drop),
            api.stream(chat.message("hi").password("hush")).map(drop),
        ];
        errors.map(|result| result.err().map(|error| error.kind().clone()))
    };
    let open = builder("http://sim.intranet").build()?;
    assert_eq!(refused(&open), [const { Some(ErrorKind::Request) }; 3]);
    assert!(open.stream(chat.message("hi")).is_ok(), "there is no secret in it");
    let allowed = builder("http://sim.intranet").allow_insecure_http().build()?;
    for fits in
        [allowed, builder("https://sim.test").build()?, builder("http://localhost").build()?]
    {
        assert_eq!(refused(&fits), [const { None }; 3]);
    }
    Ok(())
}

#[test]
fn no_key_is_sent_and_no_interceptor_sees_the_cookie() -> Result<()> {
    let seen = Arc::new(Mutex::new(HeaderMap::new()));
    let shown = Arc::clone(&seen);
    let api = Api::builder([1; 32]).base_url("https://sim.test").api_key("sk-key");
    let api = api.interceptor(move |outgoing| {
        outgoing.headers().clone_into(&mut *shown.lock().expect("a lock"));
        Ok(())
    });
    let (api, chat) = (api.build()?, Chat::new("a-chat"));
    sign_in(&api, &chat)?;
    let sent = of_message(&api, &chat);
    assert_eq!(
        (sent.get("x-api-key"), &sent[COOKIE]),
        (None, &COOKIE_OF_CHAT.parse().expect("it"))
    );
    let seen = seen.lock().expect("a lock");
    assert!(seen.contains_key("accept") && !seen.contains_key(COOKIE), "{seen:?}");
    Ok(())
}

#[test]
fn the_settings_are_read_whatever_else_the_server_says() {
    let read = |body: &str| {
        let answer = http::Response::new(body.to_owned().into());
        let answer = sim_core::operation::Answer::new(answer, None);
        Chat::new("a-chat").settings().decode(&answer)
    };
    let settings = read(r#"{"id":"1","authType":"magic","description":7}"#).expect("settings");
    assert_eq!(settings.auth_type.expect("a word").as_str(), "magic");
    assert_eq!((settings.description, settings.output_configs.len()), (None, 0));
    assert!(read("{}").is_err(), "without an id it is no chat");
}
