//! Which file imports which, for every crate of the workspace. The rules about rooms and circles read it. It knows
//! no rule.

mod graph;
mod modules;
mod targets;

pub(super) use graph::Graph;

use super::tree::Tree;

/// Reads every crate of the workspace.
pub(super) fn graphs(tree: &Tree) -> Vec<Graph> {
    targets::roots(tree).iter().map(|root| Graph::read(tree, root)).collect()
}
