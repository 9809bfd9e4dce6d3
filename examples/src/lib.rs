//! Programs that show the Sim SDK at work.
