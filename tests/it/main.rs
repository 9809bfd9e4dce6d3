//! The workspace's own tests: whole clients against recorded answers.

mod replay;
