//! The programs: one hello-world for each transport, with the SDK and without.

use crate::shell::root;

/// One program: a manifest, and the source of its `main.rs`.
pub(super) struct Program {
    /// The name of its folder.
    pub(super) name: String,
    pub(super) manifest: String,
    pub(super) source: &'static str,
}

/// The same program over one transport, twice.
pub(super) struct Pair {
    pub(super) transport: &'static str,
    pub(super) bare: Program,
    pub(super) ours: Program,
}

/// Returns the programs of each transport. Both of a pair use ring, and trust what the system trusts.
pub(super) fn pairs() -> Vec<Pair> {
    let tokio =
        "tokio = { version = \"1\", default-features = false, features = [\"macros\", \"rt\"] }\n";
    let ours = |feature: &str| {
        let path = root().join("crates").join("simstudio");
        format!(
            "simstudio = {{ path = {:?}, features = [\"{feature}\"] }}\n",
            path.display().to_string()
        )
    };
    vec![
        Pair {
            transport: "ureq",
            bare: program("bare-ureq", BARE_UREQ, include_str!("bare_ureq.txt")),
            ours: program("ours-ureq", &ours("ureq"), include_str!("ours_ureq.txt")),
        },
        Pair {
            transport: "reqwest",
            bare: program(
                "bare-reqwest",
                &format!("{BARE_REQWEST}{tokio}"),
                include_str!("bare_reqwest.txt"),
            ),
            ours: program(
                "ours-reqwest",
                &format!("{}{tokio}", ours("reqwest")),
                include_str!("ours_reqwest.txt"),
            ),
        },
    ]
}

const BARE_UREQ: &str = "serde_json = \"1\"\n\
    ureq = { version = \"3\", default-features = false, features = [\"json\", \"platform-verifier\", \"rustls\"] }\n";

const BARE_REQWEST: &str = "serde_json = \"1\"\n\
    reqwest = { version = \"0.13\", default-features = false, features = [\"json\", \"rustls-no-provider\"] }\n\
    rustls = { version = \"0.23\", default-features = false, features = [\"ring\", \"std\", \"tls12\"] }\n";

fn program(name: &str, dependencies: &str, source: &'static str) -> Program {
    let manifest = format!(
        "[package]\nname = \"hello\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[workspace]\n\n\
         [dependencies]\n{dependencies}\n[profile.release]\nstrip = true\n"
    );
    Program { name: name.to_owned(), manifest, source }
}
