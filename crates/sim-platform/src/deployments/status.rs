//! The status of a deployment.

use sim_core::open_enum;

open_enum! {
    /// The status of a deployment attempt.
    DeploymentStatus {
        /// The server is preparing the version.
        Preparing = "preparing",
        /// The version is about to become active.
        Activating = "activating",
        /// The version became active.
        Active = "active",
        /// The version did not become active.
        Failed = "failed",
        /// A later attempt replaced this one.
        Superseded = "superseded",
    }
}
