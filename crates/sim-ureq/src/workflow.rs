//! The typed handle of one workflow.

use crate::client::Client;
use crate::events::Events;

sim_core::workflow_handle!(Client, Events);
