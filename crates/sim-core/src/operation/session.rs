//! What the requests of one session share.

use http::{HeaderMap, Uri};

/// What the requests of one session share, such as the cookies of a deployed chat. A client lets it complete each
/// attempt of an [`Operation`](crate::Operation) that [belongs to it](crate::Operation::session), and shows it the
/// answers. `target` is the URL of the request.
pub trait Session: Send + Sync {
    /// Adds to the headers of a request what the session returns to this server. Everything else is in them by then.
    fn complete(&self, target: &Uri, headers: &mut HeaderMap);

    /// Takes from the headers of an answer, also that of a stream or of a refusal, what the session keeps of it. Mark
    /// values as sensitive that no text may show.
    fn learn(&self, target: &Uri, headers: &mut HeaderMap);
}
