//! The check that the list of cases is complete.

/// Each family with the source of its cases.
macro_rules! sources {
    ($($family:ident)*) => {
        [$((
            stringify!($family),
            include_str!(concat!("../src/cases/", stringify!($family), ".rs")),
        )),*]
    };
}

/// A case that nobody lists would never run.
#[test]
fn every_case_is_listed_and_every_listed_case_exists() {
    let listed = include_str!("../src/suite.rs");
    // The guide is not in the package.
    let guide = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/conformance.md");
    let told = std::fs::read_to_string(guide).ok();
    let families = sources!(
        requests results rows reads pages errors retries wires matrix streams flows
        waits cancels generations pauses people releases bodies hooks options
        follow_ups bounds corpora strangers damage secrets limits networks
        proxies certificates batches webhooks servers
    );
    for (family, source) in families {
        let cases = source.lines().filter_map(|line| line.strip_prefix("pub fn ")?.split_once('<'));
        let mut count = 0;
        for (case, _) in cases {
            let line = format!("                {case}");
            let is_listed = [",\n", " needs "].map(|end| listed.contains(&(line.clone() + end)));
            assert!(is_listed.contains(&true), "{family}::{case}");
            count += 1;
        }
        assert!(count > 3, "{family}");
        let is_told = told.as_ref().is_none_or(|told| told.contains(&format!("\n## {family}\n")));
        assert!(is_told, "docs/conformance.md: {family}");
    }
}
