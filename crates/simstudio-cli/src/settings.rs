//! What a command works with: the client, the workspace and the form of its output. Each value comes from a flag, else
//! from the environment, else from the profile.

use std::env;
use std::time::Duration;

use clap::{Args, ValueEnum as _};
use simstudio::ureq::Client;
use simstudio::{Profile, Timeouts, WorkspaceId};

use crate::failure::Outcome;
use crate::output::Format;
use crate::profiles::{self, DEFAULT, Ini, section};

/// The hosted service.
pub(crate) const HOSTED: &str = "https://www.sim.ai";
/// The longest time of one request, unless `SIM_TIMEOUT_SECONDS` says otherwise.
const TIMEOUT: Duration = Duration::from_secs(3600);

/// The flags of every command.
#[derive(Debug, Args)]
pub(crate) struct Global {
    /// The profile with the settings; `default` if none is named
    #[arg(short = 'P', long, global = true, env = "SIM_PROFILE", hide_env_values = true)]
    pub(crate) profile: Option<String>,
    /// The base URL of the server
    #[arg(long, global = true, env = "SIM_ENDPOINT", hide_env_values = true)]
    pub(crate) endpoint: Option<String>,
    /// The workspace
    #[arg(short, long, global = true, env = "SIM_WORKSPACE", hide_env_values = true)]
    pub(crate) workspace: Option<String>,
    /// The form of the output: table, text, json or yaml
    #[arg(long, global = true, env = "SIM_OUTPUT", hide_env_values = true)]
    pub(crate) output: Option<String>,
    /// The same as --output json
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Send the key to an http:// address that is not this machine
    #[arg(long, global = true)]
    pub(crate) allow_insecure_http: bool,
}

/// The settings of a command.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) profile: String,
    pub(crate) format: Format,
    global: Global,
    config: Ini,
}

impl Settings {
    pub(crate) fn new(global: Global) -> Outcome<Self> {
        let profile = given(global.profile.clone()).unwrap_or_else(|| DEFAULT.to_owned());
        let config = profiles::config()?;
        let word = given(global.output.clone())
            .or_else(|| config.value(&section(&profile), "output").map(str::to_owned));
        let format = match word {
            _ if global.json => Format::Json,
            None => Format::Table,
            Some(word) => Format::from_str(&word, false).map_err(|_| {
                format!("the output {word:?} is none of table, text, json and yaml")
            })?,
        };
        Ok(Self { profile, format, global, config })
    }

    /// Returns a client of the server and with the key that the settings name.
    pub(crate) fn client(&self) -> Outcome<Client> {
        let mut limits = Timeouts::default();
        limits.total = timeout()?;
        let mut builder = Client::builder().timeouts(limits);
        if let Some(key) = given(env::var("SIM_API_KEY").ok()) {
            builder = builder.api_key(key).base_url(self.endpoint());
        } else {
            let profile = Profile::read(
                &self.profile,
                |name| match env::var(name) {
                    Ok(value) => Ok(Some(value)),
                    Err(env::VarError::NotPresent) => Ok(None),
                    Err(why) => Err(format!("{name}: {why}")),
                },
                |path| std::fs::read_to_string(path),
            );
            let profile = profile.map_err(|why| {
                format!("{}; run `simstudio login`, or set SIM_API_KEY", why.message())
            })?;
            builder = builder.profile(&profile);
            if let Some(endpoint) = given(self.global.endpoint.clone()) {
                builder = builder.base_url(endpoint);
            }
        }
        if self.global.allow_insecure_http {
            builder = builder.allow_insecure_http();
        }
        Ok(builder.build()?)
    }

    /// Returns the base URL.
    pub(crate) fn endpoint(&self) -> String {
        let own = || self.config.value(&section(&self.profile), "endpoint").map(str::to_owned);
        let endpoint = given(self.global.endpoint.clone()).or_else(own);
        endpoint.unwrap_or_else(|| HOSTED.to_owned())
    }

    /// Returns the workspace, or an error that says how to name one.
    pub(crate) fn workspace(&self) -> Outcome<WorkspaceId> {
        let missing = "no workspace is named: use --workspace, SIM_WORKSPACE or `simstudio configure --set-workspace`";
        Ok(self.known_workspace().ok_or(missing)?)
    }

    /// Returns the workspace, or `None` if none is named.
    pub(crate) fn known_workspace(&self) -> Option<WorkspaceId> {
        let own = || self.config.value(&section(&self.profile), "workspace").map(str::to_owned);
        given(self.global.workspace.clone()).or_else(own).map(WorkspaceId::from)
    }
}

/// Returns the value, unless it is empty: that counts as absent.
fn given(value: Option<String>) -> Option<String> {
    value.filter(|value| !value.is_empty())
}

/// Returns the longest time of one request, or `None` for no limit.
fn timeout() -> Outcome<Option<Duration>> {
    let word = given(env::var("SIM_TIMEOUT_SECONDS").ok());
    let Some(word) = word else { return Ok(Some(TIMEOUT)) };
    match word.parse::<f64>().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()) {
        Some(Duration::ZERO) => Ok(None),
        Some(limit) if limit <= Duration::from_secs(2_147_483) => Ok(Some(limit)),
        _ => Err(format!("SIM_TIMEOUT_SECONDS is {word:?}, not a number of seconds").into()),
    }
}
