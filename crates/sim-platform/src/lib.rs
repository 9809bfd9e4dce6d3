//! The resources of Sim around running workflows, in the second generation of the API. Each resource is a module,
//! named as in the API reference, with its types and its endpoints. Like `sim-core` it does no I/O: a client sends
//! each request with `call`. It must not depend on an adapter.
//!
//! Programs use it through `simstudio`, with the feature `platform`.

pub mod billing;
#[doc(hidden)]
pub mod catalog;
pub mod deployments;
pub mod folders;
pub mod workflows;
