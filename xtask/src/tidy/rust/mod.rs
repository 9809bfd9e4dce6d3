//! Reads Rust as far as the rules need it, without a parser: tokens, the code without its tests, and what a
//! module declares, imports and names. It knows nothing of any rule.

mod code;
mod lexer;
mod scope;
mod use_tree;

pub(super) use code::code;
pub(super) use lexer::{Kind, Token, tokens};
pub(super) use scope::{Child, Scope, scope};
