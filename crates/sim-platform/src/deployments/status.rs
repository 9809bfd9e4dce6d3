//! How a deployed version stands.

use sim_core::open_enum;

open_enum! {
    /// How a deployment stands.
    DeploymentStatus {
        /// It is being prepared.
        Preparing = "preparing",
        /// It is about to take effect.
        Activating = "activating",
        /// It took effect.
        Active = "active",
        /// It did not.
        Failed = "failed",
        /// Another came in between.
        Superseded = "superseded",
    }
}
