//! A program without TLS is told which feature to add. Run with `--no-default-features`.

#![cfg(not(feature = "tls"))]

use sim_core::{ErrorKind, Raw};
use sim_ureq::Client;

#[test]
fn a_server_over_https_names_the_missing_feature() {
    let refused = Client::builder().api_key("sk-sim-1").build().expect_err("the hosted service");
    assert!(refused.message().contains("the feature `ureq` of simstudio"), "{refused}");
    assert!(refused.message().contains("https://www.sim.ai"), "{refused}");

    let plain = Client::builder().api_key("sk-sim-1").base_url("http://localhost:9");
    let mut client = plain.build().expect("a client without TLS");
    client.set_base_url("https://localhost:9").expect("a good base URL");
    let error = client.call(Raw::get("/x")).expect_err("no TLS");
    assert_eq!((error.kind(), error.may_have_started()), (&ErrorKind::Tls, false));
    assert!(format!("{error:?}").contains("the feature `ureq` of simstudio"), "{error:?}");
}
