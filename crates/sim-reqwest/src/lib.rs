//! The async client of the Sim SDK, on reqwest and tokio.
