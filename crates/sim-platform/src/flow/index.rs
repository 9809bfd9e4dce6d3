//! Adds a document to a knowledge base, or tries a failed one again, and waits until searches find it.

use std::fmt;
use std::time::Duration;

use http::response::Parts;
use sim_core::operation::RequestBody;
use sim_core::transport::{BodyPlan, Call, Exchange, Outcome, Step};
use sim_core::{Api, CancelToken, Result, Timeouts, WorkspaceId};

use super::wait::{Patience, WaitFor};
use crate::knowledge::{
    Document, DocumentId, GetDocument, KnowledgeBaseId, RetryDocument, UploadDocument,
};

/// The exchange that adds a document and waits until it is indexed, or processes a failed one again. It ends with the
/// document as it was read last: `completed`, or `failed` with a reason, which is no error.
///
/// A document of more than 10 MiB goes by [`Upload`](super::Upload) first, and then by [`WaitFor`]. The server takes the
/// content of documents and no addresses: a program that has an address reads it and sends what it read.
///
/// # Examples
///
/// ```
/// use sim_core::Api;
/// use sim_platform::flow::{IndexDocument, Patience};
/// use sim_platform::knowledge::UploadDocument;
///
/// # fn add(api: &Api) -> sim_core::Result<()> {
/// let upload = UploadDocument::new("kb-1", "ws-1", "tea.txt", "text/plain", "Tea is a plant.");
/// let index = IndexDocument::add(api, upload, Patience::new())?;
/// // let document = client.drive(index)?;
/// # drop(index);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// If the document was refused; `Ambiguous` if the answer to its upload was lost. An error whose `is_timeout()` is true if
/// the bound passes first: a server without its scheduled job never processes a document.
pub struct IndexDocument {
    api: Api,
    base: KnowledgeBaseId,
    workspace: WorkspaceId,
    patience: Patience,
    stage: Stage,
    /// When the first answer came; the wait counts from there.
    waits_since: Duration,
}

#[derive(Debug)]
enum Stage {
    Add(Call<UploadDocument>),
    Retry(Call<RetryDocument>, DocumentId),
    Wait(Box<WaitFor<GetDocument>>),
}

/// Passes a call on to the exchange of the current stage.
macro_rules! current {
    ($stage:expr, $exchange:ident => $do:expr) => {
        match $stage {
            Stage::Add($exchange) => $do,
            Stage::Retry($exchange, _) => $do,
            Stage::Wait($exchange) => $do,
        }
    };
}

impl IndexDocument {
    /// Adds a document.
    ///
    /// # Errors
    ///
    /// If the request cannot be built.
    pub fn add(api: &Api, upload: UploadDocument, patience: Patience) -> Result<Self> {
        let (base, workspace) = (upload.base().clone(), upload.workspace().clone());
        let stage = Stage::Add(api.call(upload)?);
        Ok(Self::new(api, base, workspace, patience, stage))
    }

    /// Processes a document again that failed. The server does so within the request, and answers 500 where it fails
    /// again: then, and after a lost answer, the document itself tells what became of it.
    ///
    /// # Errors
    ///
    /// If the request cannot be built.
    pub fn retry(
        api: &Api,
        base: impl Into<KnowledgeBaseId>,
        document: impl Into<DocumentId>,
        workspace: impl Into<WorkspaceId>,
        patience: Patience,
    ) -> Result<Self> {
        let (base, document, workspace) = (base.into(), document.into(), workspace.into());
        let call = api.call(RetryDocument::new(&base, &document, &workspace))?;
        Ok(Self::new(api, base, workspace, patience, Stage::Retry(call, document)))
    }

    fn new(
        api: &Api,
        base: KnowledgeBaseId,
        workspace: WorkspaceId,
        patience: Patience,
        stage: Stage,
    ) -> Self {
        Self { api: api.clone(), base, workspace, patience, stage, waits_since: Duration::ZERO }
    }

    fn wait(&mut self, document: &DocumentId, elapsed: Duration) -> Step<Document> {
        let look = GetDocument::new(&self.base, document, &self.workspace);
        match WaitFor::new(&self.api, look, self.patience) {
            Ok(wait) => {
                (self.stage, self.waits_since) = (Stage::Wait(Box::new(wait)), elapsed);
                Step::Again(Duration::ZERO)
            }
            Err(error) => Step::Done(Err(error)),
        }
    }
}

impl Exchange for IndexDocument {
    type Output = Document;

    fn request(&self) -> http::Request<RequestBody> {
        current!(&self.stage, exchange => exchange.request())
    }

    fn cancel_token(&self) -> Option<&CancelToken> {
        current!(&self.stage, exchange => exchange.cancel_token())
    }

    fn timeouts(&self) -> Timeouts {
        current!(&self.stage, exchange => exchange.timeouts())
    }

    fn plan(&self, head: &Parts) -> BodyPlan {
        current!(&self.stage, exchange => exchange.plan(head))
    }

    fn receive(&mut self, outcome: Outcome, elapsed: Duration) -> Step<Document> {
        let known = match &mut self.stage {
            Stage::Wait(wait) => {
                return wait.receive(outcome, elapsed.saturating_sub(self.waits_since));
            }
            Stage::Add(call) => match call.receive(outcome, elapsed) {
                Step::Again(delay) => return Step::Again(delay),
                Step::Done(Err(error)) => return Step::Done(Err(error)),
                Step::Done(Ok(document)) => document.id,
            },
            Stage::Retry(call, document) => match call.receive(outcome, elapsed) {
                Step::Again(delay) => return Step::Again(delay),
                Step::Done(Err(error)) if !tells_of_document(&error) => {
                    return Step::Done(Err(error));
                }
                Step::Done(_) => document.clone(),
            },
        };
        self.wait(&known, elapsed)
    }
}

/// Returns whether the document has to be read to know what an error of a retry means.
fn tells_of_document(error: &sim_core::Error) -> bool {
    error.is_ambiguous() || error.status().is_some_and(|status| status.as_u16() == 500)
}

impl fmt::Debug for IndexDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IndexDocument")
            .field("base", &self.base)
            .field("patience", &self.patience)
            .field("stage", &self.stage)
            .finish_non_exhaustive()
    }
}
