//! The gate at which streams wait while a test holds them.

use tokio::sync::watch;

/// A gate that every frame of every stream passes.
#[derive(Debug)]
pub(crate) struct Gate {
    /// The number of frames that may pass, or `None` while the gate is open.
    left: watch::Sender<Option<usize>>,
}

impl Gate {
    pub(crate) fn new() -> Self {
        Self { left: watch::Sender::new(None) }
    }

    pub(crate) fn hold(&self) {
        self.left.send_replace(Some(0));
    }

    pub(crate) fn release(&self) {
        self.left.send_replace(None);
    }

    /// Lets some more frames through a held gate.
    pub(crate) fn allow(&self, frames: usize) {
        self.left.send_modify(|left| *left = left.map(|left| left.saturating_add(frames)));
    }

    /// Waits until one frame may pass.
    pub(crate) async fn pass(&self) {
        let mut left = self.left.subscribe();
        // Another frame may be faster, so a free place may be gone again.
        while !self.take() {
            // An error would mean that the gate is gone, and the stream with it.
            let _ = left.wait_for(|left| *left != Some(0)).await;
        }
    }

    fn take(&self) -> bool {
        let mut taken = true;
        self.left.send_if_modified(|left| {
            match left {
                None => {}
                Some(0) => taken = false,
                Some(left) => *left -= 1,
            }
            false
        });
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::Gate;

    #[test]
    fn a_held_gate_lets_as_many_through_as_allowed() {
        let gate = Gate::new();
        assert!(gate.take());
        gate.hold();
        assert!(!gate.take());
        gate.allow(2);
        assert!(gate.take() && gate.take());
        assert!(!gate.take());
        gate.release();
        gate.allow(0);
        assert!(gate.take());
    }
}
