//! What a client is built with: settings are checked, variables are named, nothing shows the key.

use std::collections::HashMap;
use std::io;
use std::path::Path;

use http::{HeaderName, HeaderValue};
use sim_core::transport::{Bare, Exchange as _};
use sim_core::v1::GetUsageLimits;
use sim_core::{Api, ClientBuilder, Credentials, Generation, Profile};

fn builder() -> ClientBuilder<Bare> {
    Api::builder([1; 32]).generation(Generation::V1)
}

fn refused(builder: ClientBuilder<Bare>) -> String {
    let error = builder.build().expect_err("it is refused");
    assert_eq!(error.code(), "INVALID_REQUEST");
    error.message().to_owned()
}

fn variables(pairs: &[(&str, &str)]) -> sim_core::Result<ClientBuilder<Bare>> {
    let pairs: HashMap<_, _> =
        pairs.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    builder().variables(|name| Ok::<_, String>(pairs.get(name).cloned()))
}

#[test]
fn the_hosted_service_is_the_default_and_the_apex_becomes_it() {
    for builder in [builder(), builder().base_url("https://sim.ai/")] {
        assert_eq!(builder.build().expect("a core").base_url(), "https://www.sim.ai");
    }
}

#[test]
fn a_missing_key_is_named_by_its_variable() {
    for pairs in [&[][..], &[("SIM_API_KEY", "")], &[("SIM_BASE_URL", "http://localhost")]] {
        let builder = variables(pairs).expect("what is there is taken");
        let error = builder.clone().require_key().expect_err("no key");
        assert!(error.message().contains("SIM_API_KEY"), "{error}");
        let call = builder.build().expect("a core").call(GetUsageLimits::new());
        assert_eq!(call.expect_err("no key").message(), error.message());
        let other = variables(pairs).expect("a builder").api_key("k").require_key();
        other
            .expect("a builder")
            .build()
            .expect("a core")
            .call(GetUsageLimits::new())
            .expect("a call");
    }
}

#[test]
fn the_base_url_comes_from_its_variable_or_the_older_one() {
    let url = |pairs: &[(&str, &str)]| {
        let pairs = [&[("SIM_API_KEY", "k")], pairs].concat();
        variables(&pairs).and_then(ClientBuilder::build).expect("a core").base_url().to_owned()
    };
    assert_eq!(url(&[]), "https://www.sim.ai");
    assert_eq!(url(&[("SIM_ENDPOINT", "http://localhost:1")]), "http://localhost:1");
    let both = [("SIM_ENDPOINT", "http://localhost:1"), ("SIM_BASE_URL", "http://localhost:2")];
    assert_eq!(url(&both), "http://localhost:2");
}

#[test]
fn a_variable_that_cannot_be_read_leads_to_no_other_server() {
    for broken in ["SIM_API_KEY", "SIM_BASE_URL", "SIM_ENDPOINT"] {
        let read = |name: &str| match name {
            _ if name == broken => Err(format!("{name} is not UTF-8")),
            "SIM_API_KEY" => Ok(Some("k".to_owned())),
            _ => Ok(None),
        };
        let error = builder().variables(read).expect_err("it cannot be read");
        assert!(error.message().contains(broken), "{error}");
    }
}

#[test]
fn white_space_around_a_variable_is_no_part_of_it() {
    let pairs = [
        ("SIM_API_KEY", "k\n"),
        ("SIM_BASE_URL", " \n"),
        ("SIM_ENDPOINT", "http://localhost:1\r\n"),
    ];
    let api = variables(&pairs).and_then(ClientBuilder::build).expect("a core");
    assert_eq!(api.base_url(), "http://localhost:1");
}

#[test]
fn a_key_is_not_sent_in_the_clear_unless_that_is_allowed() {
    let exposed = || builder().base_url("http://sim.example").api_key("k");
    assert!(refused(exposed()).contains("https://"));
    assert!(exposed().allow_insecure_http().build().is_ok());
    assert!(
        exposed().credentials(Credentials::None).build().is_ok(),
        "without a key nothing is exposed"
    );
    assert!(builder().base_url("http://localhost").api_key("k").build().is_ok());
}

#[test]
fn what_cannot_be_sent_is_refused_when_the_client_is_built() {
    assert!(refused(builder().api_key("k\n")).contains("newline"));
    assert!(refused(builder().user_agent("a\nb")).contains("user agent"));
    assert!(refused(builder().base_url("ftp://x")).contains("base URL"));
    let (name, value) = (HeaderName::from_static("x-api-key"), HeaderValue::from_static("x"));
    assert!(refused(builder().header(name, value)).contains("x-api-key"));
}

#[test]
fn no_debug_form_shows_the_key() {
    let builder = builder().api_key("MARKER");
    let shown = format!("{builder:?} {:?}", builder.clone().build().expect("a core"));
    assert!(!shown.contains("MARKER"), "{shown}");
}

#[test]
fn what_a_proxy_and_headers_are_told_in_private_is_not_shown() {
    let own = || {
        let secret = HeaderValue::from_static("PRIVATE");
        builder().header(HeaderName::from_static("x-team"), secret)
    };
    for (proxy, shown) in [
        ("socks5://ada:PRIVATE@proxy:1080", "socks5://***@proxy:1080"),
        ("http://ada:PRI@VATE@proxy:1080/x", "http://***@proxy:1080/x"),
        ("ada:PRIVATE@proxy:1080", "***@proxy:1080"),
        ("PRIVATE://ada@proxy", "***@proxy"),
        ("http://proxy:1080", "http://proxy:1080"),
    ] {
        let form = format!("{:?}", own().proxy(proxy));
        assert!(form.contains(&format!("{shown:?}")) && form.contains("x-team"), "{form}");
        assert!(!form.contains("PRI") && !form.contains("VATE") && !form.contains("ada"), "{form}");
    }
    let form = format!("{:?}", builder().base_url("https://ada:PRIVATE@sim.example"));
    assert!(form.contains("https://***@sim.example") && !form.contains("PRIVATE"), "{form}");
    let form = format!("{:?}", builder().root_certificate(*b"PEM").root_certificate(*b"PEM"));
    assert!(form.contains("root_certificates: 2"), "{form}");
}

#[test]
fn a_call_without_a_key_is_refused_unless_having_none_was_chosen() {
    let error = builder().build().expect("a core").call(GetUsageLimits::new()).expect_err("no key");
    assert!(error.message().starts_with("no API key was set on the builder"), "{error}");
    let public = builder().credentials(Credentials::None).build().expect("a core");
    public.call(GetUsageLimits::new()).expect("a call");
}

/// The two files of the official client, and what its documentation says of them.
fn profile(name: &str) -> sim_core::Result<Profile> {
    let config = "\
        # comment\n[default]\nendpoint = \nworkspace = ws-1\n\
        [profile dev]\n endpoint=http://localhost:3000/sim \nendpoint = \"quoted\" # not a comment\nunknown = x\n\
        [profile dev]\nendpoint = http://second.example\n\
        [dev]\nendpoint = http://ignored.example\n\
        [profile lent]\nauth_profile = dev\nworkspace = ws-2\n\
        [profile itself]\nauth_profile = itself\n[profile chain]\nauth_profile = lent\n\
        [profile empty]\nauth_profile =\n[profile gone]\nauth_profile = nobody\n\
        [profile both]\nauth_profile = dev\nendpoint = http://own.example\n";
    let credentials = "[default]\napi_key = KEY-0\n; comment\n[dev]\napi_key = old\napi_key = KEY-1\n\
        [oauth]\naccess_token = t\n[none]\napi_key = \n";
    let variables = HashMap::from([
        ("HOME", "/home/ann".to_owned()),
        ("SIM_CREDENTIALS_FILE", "/etc/sim-keys".to_owned()),
    ]);
    let read = |path: &Path| match path.to_str() {
        Some("/home/ann/.sim/config") => Ok(config.to_owned()),
        Some("/etc/sim-keys") => Ok(credentials.to_owned()),
        _ => Err(io::ErrorKind::NotFound.into()),
    };
    Profile::read(name, |name| Ok::<_, String>(variables.get(name).cloned()), read)
}

#[test]
fn a_profile_is_read_as_the_official_client_reads_it() {
    let key = |profile: &Profile| {
        let api = builder().profile(profile).allow_insecure_http().build().expect("a core");
        let request = api.call(GetUsageLimits::new()).expect("a call").request();
        (
            request.headers()["x-api-key"].to_str().expect("text").to_owned(),
            api.base_url().to_owned(),
        )
    };
    let default = profile("default").expect("a profile");
    assert_eq!(key(&default), ("KEY-0".to_owned(), "https://www.sim.ai".to_owned()));
    assert_eq!(default.workspace.as_ref().map(sim_core::WorkspaceId::as_str), Some("ws-1"));
    assert!(!format!("{default:?}").contains("KEY"), "{default:?}");
    let dev = profile("dev").expect("a profile");
    assert_eq!(
        dev.endpoint.as_deref(),
        Some("\"quoted\" # not a comment"),
        "the last one, as it is"
    );
    let lent = profile("lent").expect("a profile");
    assert_eq!(
        (&lent.endpoint, lent.workspace.as_ref().map(sim_core::WorkspaceId::as_str)),
        (&dev.endpoint, Some("ws-2"))
    );
}

#[test]
fn a_profile_that_cannot_be_used_says_why_and_where() {
    for (name, why) in [
        ("nobody", "neither in /home/ann/.sim/config nor in /etc/sim-keys"),
        ("itself", "is itself"),
        ("chain", "has an auth_profile itself"),
        ("empty", "is empty"),
        ("gone", "does not exist"),
        ("both", "of its own"),
        ("oauth", "OAuth"),
        ("none", "no api_key in /etc/sim-keys"),
    ] {
        let error = profile(name).expect_err(name).to_string();
        assert!(error.contains(why) && error.contains(name) && !error.contains("KEY-"), "{error}");
    }
    let unreadable = |_: &Path| Err(io::ErrorKind::PermissionDenied.into());
    let variable =
        |name: &str| Ok::<_, String>((name == "SIM_CONFIG_DIR").then(|| "/etc/sim".to_owned()));
    let error = Profile::read("default", variable, unreadable).expect_err("it cannot be read");
    assert!(error.message().contains("/etc/sim/config: permission denied"), "{error}");
}

#[test]
fn a_profile_needs_no_more_than_its_key() {
    let read = |path: &Path| match path.to_str() {
        Some("/etc/sim/credentials") => Ok("[default]\napi_key = KEY-9\n".to_owned()),
        _ => Err(io::ErrorKind::NotFound.into()),
    };
    let variable =
        |name: &str| Ok::<_, String>((name == "SIM_CONFIG_DIR").then(|| "/etc/sim".to_owned()));
    let profile = Profile::read("default", variable, read).expect("a profile");
    assert_eq!((profile.endpoint, profile.workspace), (None, None));
}
