//! `login`, `logout`, `whoami`, `profiles` and `configure`: who the user is, and what the profile says.

use std::io::{self, IsTerminal as _};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clap::Args;
use sha2::{Digest as _, Sha256};
use simstudio::operation::Idempotency;
use simstudio::serde_json::{Value, json};
use simstudio::ureq::Client;
use simstudio::v1::GetUsageLimits;
use simstudio::{Credentials, ErrorKind, Raw};

use crate::exit::Exit;
use crate::failure::Outcome;
use crate::output::{Column, line};
use crate::profiles::{self, DEFAULT, check_name, section};
use crate::settings::Settings;

/// The letters of a pairing code, without those that look alike.
const PAIRING: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
/// How often the login is looked up, and for how long.
const LOOK: Duration = Duration::from_secs(2);
const LONGEST_LOGIN: Duration = Duration::from_secs(15 * 60);

/// Log in with the browser, and keep the key in the profile
#[derive(Debug, Args)]
pub(crate) struct Login {
    /// Only print the address, and open no browser
    #[arg(long)]
    no_browser: bool,
    /// Replace a key that the profile has
    #[arg(short, long)]
    yes: bool,
}

impl Login {
    pub(crate) fn run(self, settings: &Settings) -> Outcome {
        let profile = &settings.profile;
        if profile != DEFAULT {
            check_name(profile)?;
        }
        let mut credentials = profiles::credentials()?;
        if credentials.value(profile, "api_key").is_some() && !self.yes && !agreed(profile)? {
            return Ok(Exit::Done);
        }
        let endpoint = settings.endpoint();
        let endpoint = endpoint.trim_end_matches('/');
        let [request, verifier] = [secret(), secret()];
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&verifier));
        let pairing = pairing();
        let workspace = settings.known_workspace();
        let workspace = workspace.map(|id| format!("&workspace={id}")).unwrap_or_default();
        let address = format!(
            "{endpoint}/cli/auth?request={request}&challenge={challenge}&pairing={pairing}&scope=platform{workspace}"
        );
        line(&format!("Open this address, and check that it shows {pairing}:\n{address}"))?;
        if !self.no_browser {
            open(&address);
        }
        let client = Client::builder().credentials(Credentials::None).base_url(endpoint).build()?;
        let answer = wait(&client, &json!({"request": request, "verifier": verifier}))?;
        let Some(key) = answer.pointer("/key/apiKey").and_then(Value::as_str) else {
            return Err("the server gave no key".into());
        };
        if answer["scope"].as_str().is_some_and(|scope| scope != "platform") {
            return Err(
                "the server gave a key of another kind; sign in first, and open the address again"
                    .into(),
            );
        }
        credentials.set(profile, "api_key", Some(key));
        credentials.write()?;
        let mut config = profiles::config()?;
        config.set(&section(profile), "endpoint", Some(endpoint));
        config.set(&section(profile), "workspace", answer["workspaceId"].as_str());
        config.write()?;
        line(&format!("Logged in; the key is in the profile {profile}."))?;
        Ok(Exit::Done)
    }
}

/// Asks on the terminal whether the key of the profile is to be replaced.
fn agreed(profile: &str) -> Outcome<bool> {
    if !io::stdin().is_terminal() {
        return Err(format!("the profile {profile} has a key; --yes replaces it").into());
    }
    eprint!("The profile {profile} has a key. Replace it? [y/N] ");
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

/// Looks up the login until it is complete. Errors that may pass do not end it.
fn wait(client: &Client, body: &Value) -> Outcome<Value> {
    let begin = Instant::now();
    let look = Raw::post("/api/cli/auth/poll").json(body).idempotency(Idempotency::Safe);
    while begin.elapsed() < LONGEST_LOGIN {
        match client.call(look.clone()) {
            Ok(answer) if answer["status"] == "complete" => return Ok(answer),
            Ok(_) => {}
            Err(error) if may_pass(&error) => {}
            Err(error) => return Err(error.into()),
        }
        thread::sleep(LOOK);
    }
    Err("nobody approved the login within 15 minutes".into())
}

fn may_pass(error: &simstudio::Error) -> bool {
    match error.status().map(|status| status.as_u16()) {
        Some(status) => [409, 429, 500, 502, 503, 504].contains(&status),
        None => !matches!(error.kind(), ErrorKind::Request | ErrorKind::Tls),
    }
}

fn secret() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

fn pairing() -> String {
    let letters = rand::random::<[u8; 8]>()
        .map(|byte| char::from(PAIRING[usize::from(byte) % PAIRING.len()]));
    let (front, back) = letters.split_at(4);
    format!("{}-{}", String::from_iter(front), String::from_iter(back))
}

/// Opens an address in the browser. If that fails, the user has the address.
fn open(address: &str) {
    let mut command = if cfg!(target_os = "macos") {
        Command::new("open")
    } else if cfg!(windows) {
        let mut command = Command::new("rundll32");
        command.arg("url.dll,FileProtocolHandler");
        command
    } else {
        Command::new("xdg-open")
    };
    let quiet = command.arg(address).stdin(Stdio::null()).stdout(Stdio::null());
    let _ = quiet.stderr(Stdio::null()).spawn();
}

/// Forgets the key of the profile. The server keeps it: it is revoked in the settings of Sim.
pub(crate) fn logout(settings: &Settings) -> Outcome {
    let mut credentials = profiles::credentials()?;
    credentials.set(&settings.profile, "api_key", None);
    credentials.write()?;
    line(&format!(
        "The profile {} has no key now. Revoke the key in the settings of Sim.",
        settings.profile
    ))?;
    Ok(Exit::Done)
}

/// Checks the key: 0 works, 1 it does not, 2 no workspace or no answer.
pub(crate) fn whoami(settings: &Settings) -> Outcome {
    const FIELDS: [Column; 4] = [
        ("profile", "/profile"),
        ("endpoint", "/endpoint"),
        ("workspace", "/workspace"),
        ("works", "/works"),
    ];
    let client = settings.client()?;
    let answer = client.call(GetUsageLimits::new());
    let (works, exit) = match &answer {
        Ok(_) if settings.known_workspace().is_none() => (true, Exit::Cancelled),
        Ok(_) => (true, Exit::Done),
        Err(error) => {
            let status = error.status().map(|status| status.as_u16());
            let refused = matches!(status, Some(401 | 403 | 404));
            (false, if refused { Exit::Failed } else { Exit::Cancelled })
        }
    };
    let told = json!({
        "profile": settings.profile,
        "endpoint": client.api().base_url(),
        "workspace": settings.known_workspace(),
        "works": works,
    });
    settings.format.record(&told, &FIELDS)?;
    if let Err(error) = answer {
        eprint!("{}", crate::failure::told(&error));
    }
    Ok(exit)
}

/// Lists the profiles of both files.
pub(crate) fn profiles(settings: &Settings) -> Outcome {
    const COLUMNS: [Column; 4] = [
        ("profile", "/profile"),
        ("endpoint", "/endpoint"),
        ("workspace", "/workspace"),
        ("has key", "/hasKey"),
    ];
    let (config, credentials) = (profiles::config()?, profiles::credentials()?);
    let in_config = config.sections().into_iter().filter_map(|section| match section {
        DEFAULT => Some(DEFAULT),
        other => other.strip_prefix("profile "),
    });
    let mut names: Vec<_> = in_config.chain(credentials.sections()).collect();
    names.sort_unstable();
    names.dedup();
    let told = names.into_iter().map(|name| {
        json!({
            "profile": name,
            "endpoint": config.value(&section(name), "endpoint"),
            "workspace": config.value(&section(name), "workspace"),
            "hasKey": credentials.value(name, "api_key").is_some(),
        })
    });
    settings.format.list(&told.collect::<Vec<_>>(), &COLUMNS)?;
    Ok(Exit::Done)
}

/// Change the profile
#[derive(Debug, Args)]
pub(crate) struct Configure {
    /// The base URL of the server
    #[arg(long)]
    set_endpoint: Option<String>,
    /// The workspace
    #[arg(long)]
    set_workspace: Option<String>,
    /// The form of the output
    #[arg(long)]
    set_output: Option<String>,
    /// Remove a setting: endpoint, workspace or output
    #[arg(long, value_name = "KEY", value_parser = ["endpoint", "workspace", "output"])]
    unset: Vec<String>,
}

impl Configure {
    pub(crate) fn run(self, settings: &Settings) -> Outcome {
        let name = section(&settings.profile);
        let mut config = profiles::config()?;
        let values = [
            ("endpoint", self.set_endpoint),
            ("workspace", self.set_workspace),
            ("output", self.set_output),
        ];
        for (key, value) in values.iter().filter(|(_, value)| value.is_some()) {
            config.set(&name, key, value.as_deref());
        }
        for key in &self.unset {
            config.set(&name, key, None);
        }
        config.write()?;
        Ok(Exit::Done)
    }
}
