//! A sleep that returns at once if there is no time to wait.

use std::time::Duration;

/// Sleeps for this time. No time at all costs no tick of the clock.
pub(crate) async fn sleep(time: Duration) {
    if !time.is_zero() {
        tokio::time::sleep(time).await;
    }
}
