//! A sleep that costs nothing if there is no time to wait.

use std::time::Duration;

/// Sleeps; no time at all costs no tick of the clock.
pub(crate) async fn sleep(time: Duration) {
    if !time.is_zero() {
        tokio::time::sleep(time).await;
    }
}
