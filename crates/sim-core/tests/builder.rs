//! What a client is built with: settings are checked, variables are named, nothing shows the key.

use std::collections::HashMap;

use http::{HeaderName, HeaderValue};
use sim_core::transport::Bare;
use sim_core::{Api, ClientBuilder, Credentials, Generation};

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
        let error = variables(pairs).expect_err("no key");
        assert!(error.message().contains("SIM_API_KEY"), "{error}");
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
