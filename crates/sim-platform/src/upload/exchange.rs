//! Uploads bytes out of memory: begins the upload, sends the bytes to where the server says, completes it.

use std::fmt;
use std::ops::Range;
use std::time::Duration;

use bytes::Bytes;
use http::response::Parts;
use http::{HeaderName, HeaderValue, Method, Uri};
use sim_core::operation::{Answer, RequestBody};
use sim_core::transport::{BodyPlan, Call, Exchange, Outcome, Step};
use sim_core::{Api, CancelToken, Endpoint, Error, Result, Timeouts};

use super::transfer::{PartUrl, PartUrls, Transfer, UploadToken};
use crate::{Count, SecretHeaders, SecretUrl};

/// How many addresses of parts are asked for at once.
const BATCH: usize = 100;
/// How many times bytes are sent to an address.
const TRIES: u32 = 3;
/// The most bytes that an answer to bytes may have.
const MOST_ANSWERED: usize = 64 * 1024;

/// The exchange that uploads bytes, and gives what completing the upload answers.
///
/// Make it with the `upload` method of the request that begins it: of
/// [`CreateFileUpload`](crate::files::CreateFileUpload), of
/// [`CreateDocumentUpload`](crate::knowledge::CreateDocumentUpload) or of
/// [`CreateTableImport`](crate::tables::CreateTableImport). The bytes go to the storage of the server, without the API
/// key. An address is tried three times; what is lost before the end, the server forgets within a day.
pub struct Upload<C: Endpoint, P: Endpoint, K: Endpoint> {
    api: Api,
    content: Bytes,
    steps: Steps<C, P, K>,
    stage: Stage<C, P, K>,
    /// Where the upload is, once it has begun.
    place: Option<(String, UploadToken)>,
    /// The size of a part.
    part_size: usize,
    /// The numbers of the parts whose addresses were asked for last.
    asked: Range<usize>,
    tries: u32,
    /// The token of the request that began the upload, which ends all of it.
    cancel: Option<CancelToken>,
}

/// The requests of an upload.
#[allow(clippy::type_complexity)]
pub(crate) struct Steps<C: Endpoint, P: Endpoint, K: Endpoint> {
    /// Reads the id of the upload, and where the bytes go; `None` if nothing must be sent.
    pub(crate) begun: fn(C::Output) -> Option<(String, UploadToken, Transfer)>,
    /// Asks where parts go.
    pub(crate) parts: Box<dyn Fn(&str, &UploadToken, Vec<Count>) -> P + Send>,
    /// Ends the upload.
    pub(crate) complete: Box<dyn Fn(&str, &UploadToken) -> K + Send>,
}

enum Stage<C: Endpoint, P: Endpoint, K: Endpoint> {
    Create(Call<C>),
    Parts(Call<P>),
    Send { now: Piece, later: Vec<Piece> },
    Complete(Call<K>),
}

/// Bytes, and where they go.
struct Piece {
    /// The number of the part, from 1; 0 for all bytes at once.
    number: usize,
    target: Uri,
    headers: http::HeaderMap,
}

impl Piece {
    fn new(number: usize, url: &SecretUrl, headers: &SecretHeaders) -> Result<Self> {
        let refused = || Error::request("the server names an address that no bytes can go to");
        let target: Uri = url.as_str().parse().map_err(|_| refused())?;
        let mut all = http::HeaderMap::new();
        for (name, value) in &headers.0 {
            let name: HeaderName = name.parse().map_err(|_| refused())?;
            let mut value = HeaderValue::from_str(value).map_err(|_| refused())?;
            value.set_sensitive(true);
            all.insert(name, value);
        }
        let is_absolute = target.scheme().is_some() && target.host().is_some();
        if is_absolute { Ok(Self { number, target, headers: all }) } else { Err(refused()) }
    }
}

impl<C: Endpoint, P: Endpoint<Output = PartUrls>, K: Endpoint> Upload<C, P, K> {
    pub(crate) fn new(api: &Api, create: C, content: Bytes, steps: Steps<C, P, K>) -> Result<Self> {
        let create = api.call(create)?;
        let cancel = create.cancel_token().cloned();
        let stage = Stage::Create(create);
        let (api, asked) = (api.clone(), 0..0);
        Ok(Self { api, content, steps, stage, place: None, part_size: 0, asked, tries: 0, cancel })
    }

    /// Checks that the content is as large as its request says.
    pub(crate) fn check(declared: u64, content: &Bytes) -> Result<()> {
        if u64::try_from(content.len()) == Ok(declared) {
            return Ok(());
        }
        Err(Error::request(format!(
            "the upload is declared with {declared} bytes, and the content has {}",
            content.len()
        )))
    }

    fn begun(&mut self, answer: C::Output) -> Result<()> {
        let begun = (self.steps.begun)(answer);
        let (id, token, transfer) =
            begun.ok_or_else(|| Error::request("the server wants no bytes for this"))?;
        self.place = Some((id, token));
        match transfer {
            Transfer::Put { url, headers, .. } => {
                self.stage = Stage::Send { now: Piece::new(0, &url, &headers)?, later: Vec::new() };
                Ok(())
            }
            Transfer::Multipart { part_size, .. } => {
                self.part_size = usize::try_from(part_size.0).unwrap_or(usize::MAX).max(1);
                self.ask_for_parts(1)
            }
            Transfer::Other => {
                Err(Error::request("the server wants the bytes in a way that is not known"))
            }
        }
    }

    /// The number of the last part, as large parts as there are.
    fn last_part(&self) -> usize {
        if self.part_size == 0 { 0 } else { self.content.len().div_ceil(self.part_size) }
    }

    fn ask_for_parts(&mut self, first: usize) -> Result<()> {
        let last = self.last_part().min(first + BATCH - 1);
        let numbers = (first..=last).filter_map(|number| u32::try_from(number).ok().map(Count));
        let (id, token) = self.place()?;
        let parts = (self.steps.parts)(id, token, numbers.collect());
        self.stage = Stage::Parts(self.api.call(parts)?);
        self.asked = first..last + 1;
        Ok(())
    }

    fn send_parts(&mut self, parts: &PartUrls) -> Result<()> {
        let piece = |part: &PartUrl| {
            let number = usize::try_from(part.part_number.0).unwrap_or(usize::MAX);
            Piece::new(number, &part.url, &part.headers)
        };
        let mut later = parts.parts.iter().map(piece).collect::<Result<Vec<_>>>()?;
        later.sort_by_key(|piece| std::cmp::Reverse(piece.number));
        let numbers = later.iter().rev().map(|piece| piece.number);
        let now = if numbers.eq(self.asked.clone()) { later.pop() } else { None };
        let now = now.ok_or_else(|| {
            Error::request("the server names addresses for other parts than were asked for")
        })?;
        self.stage = Stage::Send { now, later };
        Ok(())
    }

    fn place(&self) -> Result<(&str, &UploadToken)> {
        let place = self.place.as_ref().map(|(id, token)| (id.as_str(), token));
        place.ok_or_else(|| Error::request("the upload has not begun"))
    }

    /// Goes on after a piece was sent.
    fn sent(&mut self) -> Result<()> {
        self.tries = 0;
        let last = self.last_part();
        if let Stage::Send { now, later } = &mut self.stage {
            let number = now.number;
            if let Some(next) = later.pop() {
                *now = next;
                return Ok(());
            }
            if number < last {
                return self.ask_for_parts(number + 1);
            }
        }
        let (id, token) = self.place()?;
        let complete = (self.steps.complete)(id, token);
        self.stage = Stage::Complete(self.api.call(complete)?);
        Ok(())
    }

    /// Judges what came of sending a piece: the next step, or the time after which it is sent again.
    fn judge(&mut self, outcome: Outcome) -> Result<Duration> {
        self.tries += 1;
        let error = match outcome {
            Ok(response) => {
                let status = response.status();
                // Storage that has all the bytes refuses them once more: whether it has is seen at the end.
                let has_them = self.last_part() == 0 && self.tries > 1 && status == 500;
                if status.is_success() || has_them {
                    return self.sent().map(|()| Duration::ZERO);
                }
                let passes = status.is_server_error() || matches!(status.as_u16(), 408 | 429);
                let error = Answer::new(response, None).success().err();
                let error = error.unwrap_or_else(|| Error::request("the bytes were not taken"));
                if !passes {
                    return Err(error);
                }
                error
            }
            Err(error) => {
                let error = Error::from(error);
                if error.is_cancelled() {
                    return Err(error);
                }
                error
            }
        };
        if self.tries < TRIES { Ok(Duration::from_secs(self.tries.into())) } else { Err(error) }
    }
}

impl<C: Endpoint, P: Endpoint<Output = PartUrls>, K: Endpoint> Exchange for Upload<C, P, K> {
    type Output = K::Output;

    fn request(&self) -> http::Request<RequestBody> {
        let (piece, body) = match &self.stage {
            Stage::Create(call) => return call.request(),
            Stage::Parts(call) => return call.request(),
            Stage::Complete(call) => return call.request(),
            Stage::Send { now, .. } if now.number == 0 => (now, self.content.clone()),
            Stage::Send { now, .. } => {
                let start = (now.number - 1).saturating_mul(self.part_size).min(self.content.len());
                let end = start.saturating_add(self.part_size).min(self.content.len());
                (now, self.content.slice(start..end))
            }
        };
        let mut request = http::Request::new(RequestBody::Bytes(body));
        *request.method_mut() = Method::PUT;
        *request.uri_mut() = piece.target.clone();
        *request.headers_mut() = piece.headers.clone();
        request
    }

    fn cancel_token(&self) -> Option<&CancelToken> {
        self.cancel.as_ref()
    }

    fn timeouts(&self) -> Timeouts {
        match &self.stage {
            Stage::Create(call) => call.timeouts(),
            Stage::Parts(call) => call.timeouts(),
            Stage::Complete(call) => call.timeouts(),
            Stage::Send { .. } => Timeouts::READ,
        }
    }

    fn plan(&self, head: &Parts) -> BodyPlan {
        match &self.stage {
            Stage::Create(call) => call.plan(head),
            Stage::Parts(call) => call.plan(head),
            Stage::Complete(call) => call.plan(head),
            Stage::Send { .. } => BodyPlan::Read { limit: MOST_ANSWERED },
        }
    }

    fn receive(&mut self, outcome: Outcome, elapsed: Duration) -> Step<K::Output> {
        let next = match &mut self.stage {
            Stage::Complete(call) => return call.receive(outcome, elapsed),
            Stage::Create(call) => match call.receive(outcome, elapsed) {
                Step::Again(delay) => return Step::Again(delay),
                Step::Done(answer) => answer.and_then(|answer| self.begun(answer)),
            },
            Stage::Parts(call) => match call.receive(outcome, elapsed) {
                Step::Again(delay) => return Step::Again(delay),
                Step::Done(answer) => answer.and_then(|parts| self.send_parts(&parts)),
            },
            Stage::Send { .. } => {
                return match self.judge(outcome) {
                    Ok(delay) => Step::Again(delay),
                    Err(error) => Step::Done(Err(error)),
                };
            }
        };
        match next {
            Ok(()) => Step::Again(Duration::ZERO),
            Err(error) => Step::Done(Err(error)),
        }
    }
}

impl<C: Endpoint, P: Endpoint, K: Endpoint> fmt::Debug for Upload<C, P, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stage = match &self.stage {
            Stage::Create(_) => "create".to_owned(),
            Stage::Parts(_) => "parts".to_owned(),
            Stage::Send { now, .. } => format!("part {}", now.number),
            Stage::Complete(_) => "complete".to_owned(),
        };
        f.debug_struct("Upload")
            .field("size", &self.content.len())
            .field("stage", &stage)
            .finish_non_exhaustive()
    }
}
