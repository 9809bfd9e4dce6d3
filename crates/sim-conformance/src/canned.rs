//! A server that gives answers out of a list: for cases about reading one.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

use crate::script::{NO_ROW, is_look, is_sync_start};

/// Gives its answers in order, and the last one for ever. Runs until it is dropped.
#[derive(Debug)]
pub struct Canned {
    server: MockServer,
    runtime: tokio::runtime::Runtime,
    answers: Arc<Answers>,
}

#[derive(Debug, Default)]
struct Answers {
    list: Mutex<Vec<ResponseTemplate>>,
    given: AtomicUsize,
    /// How a read is answered that explains the answer to a synchronous start of the first generation.
    row: Mutex<Option<ResponseTemplate>>,
    looks: AtomicUsize,
    /// Whether such a read may come next.
    is_explained: AtomicBool,
}

impl Canned {
    /// A server without an answer; [`then`](Self::then) adds them. Here they can name the address of the server.
    ///
    /// # Panics
    /// If no server can be started.
    pub fn start() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.expect("a runtime can be built");
        let answers = Arc::new(Answers::default());
        let server = runtime.block_on(async {
            let server = MockServer::start().await;
            server.register(Mock::given(any()).respond_with(Shared(Arc::clone(&answers)))).await;
            server
        });
        Self { server, runtime, answers }
    }

    /// A server with one answer.
    ///
    /// # Panics
    /// If no server can be started.
    pub fn answer(status: u16, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Self {
        Self::start().then(status, headers, body)
    }

    /// A server with one answer: a status and a JSON body.
    pub fn json(status: u16, body: &serde_json::Value) -> Self {
        Self::answer(status, &[("content-type", "application/json")], body.to_string())
    }

    /// Adds the answer that follows.
    #[must_use]
    pub fn then(self, status: u16, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Self {
        let mut template = ResponseTemplate::new(status).set_body_bytes(body.as_ref());
        for (name, value) in headers {
            template = template.append_header(*name, *value);
        }
        self.answers.list.lock().unwrap_or_else(PoisonError::into_inner).push(template);
        self
    }

    /// Sets how it answers the read that explains the answer to a synchronous start of the first generation. By
    /// default, the row explains nothing.
    #[must_use]
    pub fn with_row(self, status: u16, body: impl AsRef<[u8]>) -> Self {
        let template = ResponseTemplate::new(status).set_body_bytes(body.as_ref());
        *self.answers.row.lock().unwrap_or_else(PoisonError::into_inner) = Some(template);
        self
    }

    /// How many reads explained an answer.
    pub fn looks(&self) -> usize {
        self.answers.looks.load(Ordering::SeqCst)
    }

    /// Returns the base URL of the server, without a slash at its end.
    pub fn url(&self) -> String {
        self.server.uri()
    }

    /// What reached it, in order, but for the reads that explain an answer.
    ///
    /// # Panics
    /// Never: the recording is always on.
    pub fn requests(&self) -> Vec<Request> {
        let all = self.runtime.block_on(self.server.received_requests());
        let (mut after_start, mut seen) = (false, Vec::new());
        for request in all.expect("recording is on") {
            let head = head(&request);
            if after_start && is_look(&head) {
                continue;
            }
            after_start = is_sync_start(&head);
            seen.push(request);
        }
        seen
    }

    /// The only request that reached it.
    ///
    /// # Panics
    /// If there was another number of requests than one.
    pub fn request(&self) -> Request {
        let mut requests = self.requests();
        assert_eq!(requests.len(), 1, "the number of requests on the wire");
        requests.remove(0)
    }
}

/// The head of a request, in the form of [`Seen`](crate::script::Seen).
fn head(request: &Request) -> String {
    let line = |(name, value): (_, &http::HeaderValue)| format!("\n{name}: {value:?}");
    let headers: String = request.headers.iter().map(line).collect();
    format!("{} {} HTTP/1.1{headers}", request.method, request.url)
}

struct Shared(Arc<Answers>);

impl Respond for Shared {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let head = head(request);
        crate::secrets::received(&head, &request.body);
        if self.0.is_explained.load(Ordering::Relaxed) && is_look(&head) {
            self.0.looks.fetch_add(1, Ordering::Relaxed);
            let row = self.0.row.lock().unwrap_or_else(PoisonError::into_inner).clone();
            return row.unwrap_or_else(|| ResponseTemplate::new(200).set_body_bytes(NO_ROW));
        }
        self.0.is_explained.store(is_sync_start(&head), Ordering::Relaxed);
        let answers = self.0.list.lock().unwrap_or_else(PoisonError::into_inner);
        let given = self.0.given.fetch_add(1, Ordering::Relaxed);
        answers[given.min(answers.len() - 1)].clone()
    }
}
