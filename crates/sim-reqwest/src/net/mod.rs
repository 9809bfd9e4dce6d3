//! What reqwest lacks on its way to a server. Nothing of Sim is here.

mod names;

pub(crate) use names::Names;
