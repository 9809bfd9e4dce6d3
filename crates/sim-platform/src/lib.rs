//! The resources of Sim around running workflows, in the second generation of the API: one module for each, named as
//! in the API reference, its types beside its endpoints. Like `sim-core` it does no I/O: a client sends each request
//! with `call`.
//!
//! Programs use it through `simstudio`, with the feature `platform`.

pub mod billing;
#[doc(hidden)]
pub mod catalog;
pub mod deployments;
pub mod folders;
pub mod workflows;
