//! Requests read back from what was sent, and answers shown as the JSON that they came as. For tests, and for servers
//! that stand in for Sim; behind the feature `wire`.

use std::collections::BTreeMap;
use std::fmt::{self, Debug};
use std::time::Duration;

use bytes::Bytes;
use http::response::Parts;
use percent_encoding::percent_decode_str;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use sim_core::operation::Declaration;
use sim_core::operation::RequestBody;
use sim_core::transport::{BodyPlan, Call, Exchange, Outcome, Step};
use sim_core::{Api, Endpoint, Result, Timeouts};

/// A request as it was sent.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Wire {
    /// The decoded segments of the path.
    pub path: Vec<String>,
    /// The decoded parameters of the query.
    pub query: BTreeMap<String, String>,
    /// The headers, with names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The body, if it is JSON.
    pub body: Option<Value>,
    /// The bytes of the body.
    pub bytes: Bytes,
}

impl Wire {
    /// Takes a request apart. `target` is its path and query.
    pub fn new<'a>(
        target: &str,
        headers: impl IntoIterator<Item = (&'a str, &'a str)>,
        bytes: impl Into<Bytes>,
    ) -> Self {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let bytes = bytes.into();
        Self {
            path: path.split('/').map(decoded).collect(),
            query: pairs.map(|(name, value)| (decoded(name), decoded(value))).collect(),
            headers: headers.into_iter().map(|(n, v)| (n.to_ascii_lowercase(), v.into())).collect(),
            body: serde_json::from_slice(&bytes).ok(),
            bytes,
        }
    }

    /// Reads the segment of the path that `name` stands for in `shape`.
    pub fn segment<T: DeserializeOwned>(&self, shape: &str, name: &str) -> Option<T> {
        let is_it = |part: &str| {
            part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) == Some(name)
        };
        let at = shape.split('/').position(is_it)?;
        text(self.path.get(at)?)
    }

    /// Reads a parameter of the query: `Some(None)` if it is not there, `None` if it cannot be read.
    pub fn parameter<T: DeserializeOwned>(&self, name: &str) -> Option<Option<T>> {
        self.query.get(name).map_or(Some(None), |value| text(value).map(Some))
    }

    /// Reads a header, likewise.
    pub fn header<T: DeserializeOwned>(&self, name: &str) -> Option<Option<T>> {
        self.headers.get(name).map_or(Some(None), |value| text(value).map(Some))
    }

    /// Reads a field of the body, likewise.
    pub fn field<T: DeserializeOwned>(&self, name: &str) -> Option<Option<T>> {
        self.raw(name)
            .map_or(Some(None), |value| serde_json::from_value(value.clone()).ok().map(Some))
    }

    /// Returns a field of the body as it was sent.
    pub fn raw(&self, name: &str) -> Option<&Value> {
        self.body.as_ref()?.get(name)
    }

    /// Checks a field of the body that is always the same.
    pub fn fixed<T: Serialize>(&self, name: &str, value: &T) -> Option<()> {
        (self.raw(name) == serde_json::to_value(value).ok().as_ref()).then_some(())
    }
}

fn decoded(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

/// A value that was spelt as text: as a string, or as JSON.
fn text<T: DeserializeOwned>(value: &str) -> Option<T> {
    let as_text = serde_json::from_value(Value::String(value.to_owned()));
    as_text.or_else(|_| serde_json::from_str(value)).ok()
}

/// A request that can be read back.
pub trait Rebuild: Endpoint + Sized {
    /// Reads the request back; `None` if no request of this type says the same.
    fn rebuild(wire: &Wire) -> Option<Self>;
}

/// An operation with all that a test does with it.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Entry {
    /// What the operation sends.
    pub declaration: &'static Declaration,
    rebuild: fn(&Api, &Wire) -> Option<Rebuilt>,
}

/// A request that was read back, as an exchange that a client can drive.
#[non_exhaustive]
pub struct Rebuilt {
    /// Sends the request and shows what the SDK makes of the answer.
    pub exchange: Box<dyn Exchange<Output = Shown> + Send>,
    /// The `Debug` form of the request.
    pub shown: String,
}

impl Debug for Rebuilt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

/// What the SDK made of an answer.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Shown {
    /// The output in the words of the API, as far as its type holds them.
    pub json: Value,
    /// The output as programs print it to look at it; no secret stands there.
    pub debug: String,
    /// Whether a program that stores the output as JSON text reads back what it had.
    pub reads_back: bool,
}

/// What became of a request that was read back.
#[derive(Debug)]
#[non_exhaustive]
pub struct Replayed {
    /// The request that the SDK sends.
    pub sent: http::Request<Bytes>,
    /// The `Debug` form of the request.
    pub request_shown: String,
    /// What the SDK made of the answer.
    pub got: Result<Shown>,
}

impl Entry {
    pub(crate) const fn of<E>(declaration: &'static Declaration) -> Self
    where
        E: Rebuild + Debug + Send + 'static,
        E::Output: Serialize + DeserializeOwned + PartialEq + Debug,
    {
        Self { declaration, rebuild: rebuilt::<E> }
    }

    /// Reads a request back; `None` if no request of this type says the same.
    pub fn rebuild(&self, api: &Api, request: &Wire) -> Option<Rebuilt> {
        (self.rebuild)(api, request)
    }

    /// Reads a request back and answers it; `None` if no request of this type says the same.
    pub fn replay(
        &self,
        api: &Api,
        request: &Wire,
        response: http::Response<Bytes>,
    ) -> Option<Replayed> {
        let Rebuilt { mut exchange, shown: request_shown } = self.rebuild(api, request)?;
        let bytes =
            |body: RequestBody| body.as_bytes().map_or_else(Bytes::new, Bytes::copy_from_slice);
        let sent = exchange.request().map(bytes);
        match exchange.receive(Ok(response), Duration::ZERO) {
            Step::Done(got) => Some(Replayed { sent, request_shown, got }),
            Step::Again(_) => None,
        }
    }
}

fn rebuilt<E>(api: &Api, request: &Wire) -> Option<Rebuilt>
where
    E: Rebuild + Debug + Send + 'static,
    E::Output: Serialize + DeserializeOwned + PartialEq + Debug,
{
    let request = E::rebuild(request)?;
    let shown = format!("{request:?}");
    let exchange = Box::new(Showing(api.call(request).ok()?));
    Some(Rebuilt { exchange, shown })
}

/// A call that shows its output.
struct Showing<E: Endpoint>(Call<E>);

impl<E: Endpoint> Exchange for Showing<E>
where
    E::Output: Serialize + DeserializeOwned + PartialEq + Debug,
{
    type Output = Shown;

    fn request(&self) -> http::Request<RequestBody> {
        self.0.request()
    }

    fn timeouts(&self) -> Timeouts {
        self.0.timeouts()
    }

    fn plan(&self, head: &Parts) -> BodyPlan {
        self.0.plan(head)
    }

    fn receive(&mut self, outcome: Outcome, elapsed: Duration) -> Step<Shown> {
        let show = |output: E::Output| Shown {
            debug: format!("{output:?}"),
            reads_back: serde_json::to_string(&output).is_ok_and(|stored| {
                serde_json::from_str(&stored).is_ok_and(|read: E::Output| read == output)
            }),
            json: serde_json::to_value(output).unwrap_or_default(),
        };
        match self.0.receive(outcome, elapsed) {
            Step::Done(result) => Step::Done(result.map(show)),
            Step::Again(delay) => Step::Again(delay),
        }
    }
}

/// Makes the request that an endpoint declares readable; takes what `sim_core::endpoint!` takes.
macro_rules! rebuild {
    (
        $(#[$doc:meta])*
        $name:ident: $method:ident $path:literal => $({data: $data:ty})? $({read: $read:ty})? $($output:ty)?
        $(, reference $folder:literal $operation:ident)?
        $(, path { $($segment:ident: $segment_type:ty),+ $(,)? })?
        $(, query { $($query:ident: $query_type:ty = $query_name:literal),+ $(,)? })?
        $(, query? { $(
            $(#[$option_doc:meta])* $option:ident: $option_type:ty = $option_name:literal
        ),+ $(,)? })?
        $(, header { $($header:ident: $header_type:ty = $header_name:literal),+ $(,)? })?
        $(, header? { $(
            $(#[$mark_doc:meta])* $mark:ident: $mark_type:ty = $mark_name:literal
        ),+ $(,)? })?
        $(, fixed { $($fixed_name:literal: $fixed_type:ty = $fixed:expr),+ $(,)? })?
        $(, body { $($part:ident: $part_type:ty = $part_name:literal),+ $(,)? })?
        $(, body? { $(
            $(#[$extra_doc:meta])* $extra:ident: $extra_type:ty = $extra_name:literal
        ),+ $(,)? })?
        $(, null? { $(
            $(#[$change_doc:meta])* $change:ident | $clear:ident: $change_type:ty = $change_name:literal
        ),+ $(,)? })?
        $(, idempotency $idempotency:ident)?
        $(, relays $relayed:literal)?
        $(, paged $most:literal)?
        $(, paged_in_body $body_most:literal)?
        $(,)?
    ) => {
        impl $crate::wire::Rebuild for $name {
            #[allow(unused_mut)]
            fn rebuild(wire: &$crate::wire::Wire) -> Option<Self> {
                $($(wire.fixed::<$fixed_type>($fixed_name, &$fixed)?;)+)?
                let mut request = Self::new(
                    $($(wire.segment::<$segment_type>($path, stringify!($segment))?,)+)?
                    $($(wire.parameter::<$query_type>($query_name)??,)+)?
                    $($(wire.header::<$header_type>($header_name)??,)+)?
                    $($(wire.field::<$part_type>($part_name)??,)+)?
                );
                $($(
                    if let Some(value) = wire.parameter::<$option_type>($option_name)? {
                        request = request.$option(value);
                    }
                )+)?
                $($(
                    if let Some(value) = wire.header::<$mark_type>($mark_name)? {
                        request = request.$mark(value);
                    }
                )+)?
                $($(
                    if let Some(value) = wire.field::<$extra_type>($extra_name)? {
                        request = request.$extra(value);
                    }
                )+)?
                $($(
                    match wire.raw($change_name) {
                        None => {}
                        Some(serde_json::Value::Null) => request = request.$clear(),
                        Some(_) => request = request.$change(wire.field::<$change_type>($change_name)??),
                    }
                )+)?
                $(
                    let _ = $most;
                    if let Some(limit) = wire.parameter::<u32>("limit")? {
                        request = request.limit(limit);
                    }
                    if let Some(cursor) = wire.parameter::<sim_core::Cursor>("cursor")? {
                        request = request.cursor(cursor);
                    }
                )?
                $(
                    let _ = $body_most;
                    if let Some(limit) = wire.field::<u32>("limit")? {
                        request = request.limit(limit);
                    }
                    if let Some(cursor) = wire.field::<sim_core::Cursor>("cursor")? {
                        request = request.cursor(cursor);
                    }
                )?
                Some(request)
            }
        }
    };
}
pub(crate) use rebuild;
