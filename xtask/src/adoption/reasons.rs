//! Why a client brings a crate that the bare transport does not bring.

const REASONS: [(&[&str], &str); 11] = [
    (&["simstudio", "sim-core", "sim-ureq", "sim-reqwest"], "the SDK"),
    (
        &["sim-net"],
        "the SDK: proxies, certificates, addresses and keep-alive, alike for both clients",
    ),
    (&["jiff", "jiff-core"], "points in time in the public interface"),
    (
        &["rand", "rand_core", "chacha20", "cpufeatures", "getrandom"],
        "run ids that nobody can guess, and delays that vary",
    ),
    (
        &["serde_derive", "syn", "quote", "proc-macro2", "unicode-ident"],
        "serde's derive: a program with types of its own has it too",
    ),
    (&["thiserror", "thiserror-impl"], "the texts of errors"),
    (&["simdutf8"], "the check of long texts in streams"),
    (&["dns-lookup"], "whether a name is unknown or cannot be looked up now: std does not tell"),
    (&["ipnet"], "networks in NO_PROXY"),
    (&["mio"], "connecting to several addresses in turn, and calls that can be cancelled"),
    (&["socket2"], "keep-alive, and the limits of a socket"),
];

/// Returns the reason for a crate, or `None` if none is given.
pub(super) fn of(name: &str) -> Option<&'static str> {
    let (_, reason) = REASONS.iter().find(|(names, _)| names.contains(&name))?;
    Some(reason)
}
