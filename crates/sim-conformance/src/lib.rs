//! The suite that any transport of the Sim SDK must pass.
