//! The address of a webhook, as the editor of a workflow shows it.

use std::fmt;
use std::str::FromStr;

use crate::error::{Error, Result};

/// What stands between the base URL and the path of a webhook.
const TRIGGER: &str = "/api/webhooks/trigger/";

/// The address of a webhook, taken apart into the base URL of its server and the path of the webhook.
///
/// ```
/// use sim_core::webhooks::WebhookAddress;
///
/// let address: WebhookAddress = "https://sim.example.com/api/webhooks/trigger/043bff28".parse()?;
/// assert_eq!(address.base_url(), "https://sim.example.com");
/// assert_eq!(address.path(), "043bff28");
/// # Ok::<(), sim_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct WebhookAddress {
    base_url: String,
    path: String,
}

impl WebhookAddress {
    /// Returns the base URL of the server, for the builder of a client.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Returns the path of the webhook on that server, for [`TriggerWebhook::new`](super::TriggerWebhook::new).
    pub fn path(&self) -> &str {
        &self.path
    }
}

impl FromStr for WebhookAddress {
    type Err = Error;

    /// # Errors
    /// If the text is not the address of a webhook: a base URL, `/api/webhooks/trigger/`, and one segment.
    fn from_str(text: &str) -> Result<Self> {
        let parts = text.split_once(TRIGGER);
        let whole = |(base, path): &(&str, &str)| {
            let is_url = base.starts_with("https://") || base.starts_with("http://");
            is_url && !path.is_empty() && !path.contains(['/', '?', '#', '%'])
        };
        let (base_url, path) = parts.filter(whole).ok_or_else(|| {
            Error::request(format!("the address of a webhook is BASE-URL{TRIGGER}PATH"))
        })?;
        Ok(Self { base_url: base_url.to_owned(), path: path.to_owned() })
    }
}

impl fmt::Display for WebhookAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{TRIGGER}{}", self.base_url, self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_reads_back_and_everything_else_is_refused() {
        let text = "http://localhost:3000/sim/api/webhooks/trigger/a-b_1";
        assert_eq!(text.parse::<WebhookAddress>().expect("an address").to_string(), text);
        for bad in [
            "",
            "a-b_1",
            "/api/webhooks/trigger/x",
            "https://h/api/webhooks/trigger/",
            "https://h/api/webhooks/trigger/a/b",
            "https://h/api/webhooks/trigger/a?b=c",
            "https://h/api/workflows/x/execute",
        ] {
            assert!(bad.parse::<WebhookAddress>().is_err(), "{bad}");
        }
    }
}
