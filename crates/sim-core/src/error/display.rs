//! The text forms of an error. They never hold an API key, a body or a query string.

use std::fmt;

use super::{Error, ErrorKind, Inner};

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f)?;
        match &self.0.cause {
            Some(cause) if f.alternate() => write!(f, ": {cause}"),
            _ => Ok(()),
        }
    }
}

impl Error {
    /// Writes the message, and in brackets all that is worth quoting.
    fn write(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
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
        match (self.0.operation, self.workflow_id()) {
            (Some(operation), Some(workflow)) => write!(f, ", {operation} of workflow {workflow}")?,
            (Some(operation), None) => write!(f, ", {operation}")?,
            (None, Some(workflow)) => write!(f, ", workflow {workflow}")?,
            (None, None) => {}
        }
        if let Some(url) = &self.0.base_url {
            write!(f, ", base URL {url}")?;
        }
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

    /// Writes the kind. A result may be large and is the caller's data, so only its status is shown.
    fn write_kind(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.kind {
            ErrorKind::Run(result) => write!(f, "Run({:?})", result.status),
            kind => write!(f, "{kind:?}"),
        }
    }
}

/// The kind of an error, without the result that it may hold.
struct Kind<'a>(&'a Error);

impl fmt::Debug for Kind<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.write_kind(f)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !f.alternate() {
            self.write(f)?;
            if let Some(cause) = &self.0.cause {
                write!(f, ": {cause}")?;
            }
            f.write_str(" [")?;
            self.write_kind(f)?;
            if let Some(delay) = self.retry_after() {
                write!(f, ", retry after {delay:?}")?;
            }
            return f.write_str("]");
        }
        f.debug_struct("Error")
            .field("kind", &Kind(self))
            .field("code", &self.0.code)
            .field("message", &self.0.message)
            .field("cause", &self.0.cause)
            .field("operation", &self.0.operation)
            .field("workflow", &self.workflow_id())
            .field("base_url", &self.0.base_url)
            .field("status", &self.0.status)
            .field("request_id", &self.0.request_id)
            .field("run", &self.0.run_id)
            .field("sent", &self.0.sent_id)
            .field("retry_after", &self.retry_after())
            .field("attempts", &self.0.attempts)
            .field("body", &format_args!("{} bytes", self.0.body.len()))
            .finish_non_exhaustive()
    }
}
