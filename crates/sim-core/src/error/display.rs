//! The text forms of an error. They never hold an API key, a body or a query string.

use std::fmt;

use super::{Error, ErrorKind, Inner};

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { kind, message, code, .. } = &*self.0;
        f.write_str(match kind {
            ErrorKind::Ambiguous { run_id: None, .. } if self.0.sent_id.is_none() => {
                "the request may have taken effect, but no trustworthy answer came: "
            }
            ErrorKind::Ambiguous { .. } if self.0.last_status.is_some() => {
                "the end of the run is not known: "
            }
            ErrorKind::Ambiguous { .. } => {
                "the run may have started, but no trustworthy answer came: "
            }
            ErrorKind::Truncated { cause: Some(_), .. } => "the stream broke off: ",
            _ if self.0.is_doubtful => "the run may have started: ",
            _ => "",
        })?;
        write!(f, "{message} ({code}")?;
        if let Some(status) = self.0.status {
            write!(f, ", HTTP {}", status.as_u16())?;
        }
        if let Some(request_id) = &self.0.request_id {
            write!(f, ", request {request_id}")?;
        }
        match (&self.0.run_id, &self.0.sent_id) {
            (Some(run), _) => write!(f, ", run {run}")?,
            (None, Some(sent)) => write!(f, ", sent as {sent}")?,
            (None, None) => {}
        }
        if let Some(status) = &self.0.last_status {
            write!(f, ", last seen {status}")?;
        }
        if self.0.attempts > 1 {
            write!(f, ", {} attempts", self.0.attempts)?;
        }
        f.write_str(")")
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Error");
        match &self.0.kind {
            // The result may be large and is the caller's data.
            ErrorKind::Run(result) => {
                shown.field("kind", &format_args!("Run({:?})", result.status));
            }
            kind => {
                shown.field("kind", kind);
            }
        }
        shown
            .field("code", &self.0.code)
            .field("message", &self.0.message)
            .field("status", &self.0.status)
            .field("request_id", &self.0.request_id)
            .field("run", &self.0.run_id)
            .field("sent", &self.0.sent_id)
            .field("retry_after", &self.0.retry_after)
            .field("attempts", &self.0.attempts)
            .field("body", &format_args!("{} bytes", self.0.body.len()))
            .finish_non_exhaustive()
    }
}
