//! Webhooks: starting a workflow by its webhook address, without an API key, and checking what the Webhook block of a
//! workflow signs. Conversations and programs build on it. It must not depend on how the run is read later.

mod address;
mod body;
mod delivery;
mod trigger;
#[cfg(feature = "webhooks")]
mod verify;

pub use address::WebhookAddress;
pub use delivery::{Delivery, Mark};
pub use trigger::TriggerWebhook;
#[cfg(feature = "webhooks")]
pub use verify::{RejectedDelivery, VerifiedDelivery, WebhookVerifier};
