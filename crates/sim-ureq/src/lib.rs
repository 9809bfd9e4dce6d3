//! The blocking client of the Sim SDK, on ureq.
