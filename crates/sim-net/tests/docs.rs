//! The tables of `docs/networks.md` are true: each row is tried.

use std::net::IpAddr;

use sim_net::keep_alive::KeepAlive;
use sim_net::proxy::{Proxy, ProxySettings};

/// The page; a published crate comes without it.
fn page() -> Option<String> {
    std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/networks.md")).ok()
}

/// The rows of the table whose first heading this is, each cell with its words in backticks and its whole text.
fn rows(page: &str, heading: &str) -> Vec<Vec<(Vec<String>, String)>> {
    let table = page.lines().skip_while(|line| !line.starts_with(&format!("| {heading} |")));
    let rows = table.take_while(|line| line.starts_with('|')).skip(2);
    let cell = |text: &str| {
        let code = text.split('`').skip(1).step_by(2).map(str::to_owned).collect();
        (code, text.trim().to_owned())
    };
    let rows: Vec<_> =
        rows.map(|row| row.trim_matches('|').split('|').map(cell).collect()).collect();
    assert!(!rows.is_empty(), "there is a table {heading:?}");
    rows
}

fn settings(variables: &[(&str, &str)]) -> ProxySettings {
    let variables: Vec<_> =
        variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    ProxySettings::from_variables(move |name| {
        let found = variables.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.into())
    })
}

#[test]
fn the_first_variable_that_is_not_empty_decides() {
    let Some(page) = page() else { return };
    let mut schemes = Vec::new();
    for row in rows(&page, "variable") {
        let ((names, _), (scheme, text)) = (&row[0], &row[1]);
        let [scheme] = &scheme[..] else { continue };
        assert!(text.starts_with("the proxy on the way to"), "{text}");
        for (index, name) in names.iter().enumerate() {
            let urls: Vec<_> = (0..names.len()).map(|other| format!("http://p{other}")).collect();
            let set = names.iter().zip(&urls).enumerate().map(|(other, (name, url))| {
                let value = if other < index { "" } else { url };
                (&name[..], value)
            });
            let set: Vec<_> = set.collect();
            let settings = settings(&set);
            let proxy = settings.proxy_for(scheme == "https", "sim.example", 1).expect("read");
            assert_eq!(proxy.map(Proxy::host), Some(&format!("p{index}")[..]), "{name}");
        }
        schemes.push(scheme.clone());
    }
    assert_eq!(schemes, ["https", "http"]);
}

#[test]
fn a_proxy_has_the_port_of_its_scheme() {
    let Some(page) = page() else { return };
    let rows = rows(&page, "scheme of a proxy's URL");
    assert_eq!(rows.len(), 6, "one for each scheme");
    for row in rows {
        let (scheme, port) = (&row[0].0[0], row[1].1.parse::<u16>().expect("a port"));
        let proxy: Proxy = format!("{scheme}://proxy.example").parse().expect("a proxy");
        assert_eq!((proxy.scheme().as_str(), proxy.port()), (&scheme[..], port));
    }
}

#[test]
fn an_entry_of_no_proxy_covers_what_its_row_says() {
    let Some(page) = page() else { return };
    for row in rows(&page, "entry") {
        for entry in &row[0].0 {
            let settings = settings(&[("ALL_PROXY", "http://proxy"), ("NO_PROXY", entry)]);
            for (cell, is_direct) in [(&row[1], true), (&row[2], false)] {
                for server in &cell.0 {
                    let (host, port) = match server.rsplit_once(':') {
                        _ if server.parse::<IpAddr>().is_ok() => (&server[..], 443),
                        Some((host, port)) => (host, port.parse().expect("a port")),
                        None => (&server[..], 443),
                    };
                    let proxy = settings.proxy_for(true, host, port).expect("read");
                    assert_eq!(proxy.is_none(), is_direct, "{entry} and {server}");
                }
            }
        }
    }
}

#[test]
fn keep_alive_has_the_numbers_of_the_page() {
    let Some(page) = page() else { return };
    let setting = KeepAlive::default();
    let (idle, interval) = (setting.idle().as_secs(), setting.interval().as_secs());
    assert_eq!(setting.probes(), 4, "the page says four");
    for part in [format!("after {idle} s of silence"), format!("{interval} s apart")] {
        assert!(page.contains(&part), "{part}");
    }
}
