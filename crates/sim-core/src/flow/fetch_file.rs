//! The exchange that fetches a file from where the server keeps it, such as one of an output.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::response::Parts;
use http::{StatusCode, Uri};

use crate::client::Api;
use crate::error::{Error, Result};
use crate::exchange::{BodyPlan, Exchange, Step};
use crate::flow::poll::may_pass;
use crate::model::OutputFile;
use crate::operation::CallOptions;
use crate::response::Answer;
use crate::wire::{CancelToken, Outcome, RequestBody, Timeouts};

/// How many times the content is asked for.
const TRIES: u32 = 3;

/// What a server answers that gives files of runs to browser sessions alone.
const CLOSED: &str = "the server gives the files of runs to browser sessions alone, as servers with local storage do: ask \
                      for the content in the run itself, as base64";

/// The same of any other file.
const CLOSED_TO_KEYS: &str =
    "the server gives its files to browser sessions alone, as servers with local storage do";

/// The exchange that fetches the content of a file into memory; see [`OutputFile::fetch`].
pub struct FetchFile {
    target: Uri,
    /// What a 401 means.
    closed: &'static str,
    limit: usize,
    options: CallOptions,
    tries: u32,
}

impl OutputFile {
    /// Returns the exchange that fetches the content from where the server keeps it, for a file that the output does not
    /// hold: [`bytes`](Self::bytes) is `None`. Pass it to the client's `drive`.
    ///
    /// The request goes to the [`url`](Self::url) that the output names, which may be on any machine, without the API
    /// key and without headers of the client. A signed address works for about five minutes.
    ///
    /// ```no_run
    /// # fn content(file: &sim_core::OutputFile, api: &sim_core::Api) -> sim_core::Result<()> {
    /// let fetch = file.fetch(api)?;
    /// // let content = client.drive(fetch)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// If the output names no address. The exchange fails if the server does not give the content: one with local
    /// storage answers 401 to every API key, and the error names base64 as the way.
    pub fn fetch(&self, api: &Api) -> Result<FetchFile> {
        FetchFile::closed(api, &self.url, CLOSED)
    }
}

impl FetchFile {
    /// Fetches what lies at an address that the server told: without the API key and without headers of the client, as the
    /// address may be on any machine.
    ///
    /// # Errors
    /// If it is no address of the web. The exchange fails if the server does not give the content.
    pub fn new(api: &Api, url: &str) -> Result<Self> {
        Self::closed(api, url, CLOSED_TO_KEYS)
    }

    fn closed(api: &Api, url: &str, closed: &'static str) -> Result<Self> {
        let target: Option<Uri> = url.parse().ok();
        let is_web = |uri: &Uri| matches!(uri.scheme_str(), Some("http" | "https"));
        let target = target.filter(|uri| is_web(uri) && uri.host().is_some());
        let target = target.ok_or_else(|| {
            Error::request("the file has no address that its content can be fetched from")
        })?;
        let options = api.scoped_options(&CallOptions::default());
        Ok(Self { target, closed, limit: api.body_limit(), options, tries: 0 })
    }

    /// Returns whether to ask once more after an error, and when.
    fn again(&self, error: &Error, elapsed: Duration) -> Option<Duration> {
        let delay = Duration::from_secs(self.tries.into());
        let has_time = |limit| elapsed.saturating_add(delay) < limit;
        let may_help = may_pass(error) && self.tries < TRIES;
        (may_help && self.options.deadline.is_none_or(has_time)).then_some(delay)
    }
}

impl Exchange for FetchFile {
    type Output = Bytes;

    /// Returns the request. It has no header, and so no API key.
    fn request(&self) -> http::Request<RequestBody> {
        let mut request = http::Request::new(RequestBody::Empty);
        *request.uri_mut() = self.target.clone();
        request
    }

    fn timeouts(&self) -> Timeouts {
        self.options.timeouts.or(Timeouts::READ)
    }

    fn cancel_token(&self) -> Option<&CancelToken> {
        self.options.cancel.as_ref()
    }

    fn plan(&self, _: &Parts) -> BodyPlan {
        BodyPlan::Read { limit: self.limit }
    }

    fn receive(&mut self, outcome: Outcome, elapsed: Duration) -> Step<Bytes> {
        self.tries += 1;
        let content = match outcome {
            Ok(response) => {
                let answer = Answer::new(response, None);
                match answer.success() {
                    Ok(()) => Ok(answer.body),
                    Err(error) if answer.status == StatusCode::UNAUTHORIZED => {
                        Err(error.with(|inner| self.closed.clone_into(&mut inner.message)))
                    }
                    Err(error) => Err(error),
                }
            }
            Err(error) => Err(Error::from(error)),
        };
        match content {
            Ok(content) => Step::Done(Ok(content)),
            Err(error) => match self.again(&error, elapsed) {
                Some(delay) => Step::Again(delay),
                None => Step::Done(Err(error)),
            },
        }
    }
}

/// Shows no address, which may be signed.
impl fmt::Debug for FetchFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FetchFile").field("tries", &self.tries).finish_non_exhaustive()
    }
}
