//! Keeps silent TCP connections alive, and notices when their peer is gone.

use std::io;
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};

/// The longest time and the most probes that Linux takes; other systems take more.
const MOST_SECONDS: u64 = 32_767;
const MOST_PROBES: u32 = 127;
const LONGEST_PATIENCE: Duration = Duration::from_millis(i32::MAX as u64);

/// When the system probes a silent connection, and when it gives the connection up.
///
/// By default the first probe leaves after 60 s of silence, and three more follow at 15 s each if none is answered. So
/// a peer that is gone is noticed within about two minutes, and a router that forgets silent connections after some
/// minutes keeps this one. Probes are empty: the server's program does not see them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeepAlive {
    idle: Duration,
    interval: Duration,
    probes: u32,
}

impl KeepAlive {
    /// Sends the first probe after `idle` of silence, from 1 s to 32,767 s; other values become the nearest of these.
    pub fn after(idle: Duration) -> Self {
        Self { idle: whole_seconds(idle), ..Self::default() }
    }

    /// Sets the time between probes that are not answered, with the same bounds; by default 15 s.
    ///
    /// OpenBSD, Solaris and Haiku keep a value of their own for all connections.
    #[must_use]
    pub fn with_interval(self, interval: Duration) -> Self {
        Self { interval: whole_seconds(interval), ..self }
    }

    /// Sets how many probes in a row go unanswered until the connection counts as broken, from 1 to 127; by default 4.
    ///
    /// OpenBSD, Solaris and Haiku keep a value of their own for all connections.
    #[must_use]
    pub fn with_probes(self, probes: u32) -> Self {
        Self { probes: probes.clamp(1, MOST_PROBES), ..self }
    }

    /// Returns the silence before the first probe.
    pub fn idle(&self) -> Duration {
        self.idle
    }

    /// Returns the time between probes that are not answered.
    pub fn interval(&self) -> Duration {
        self.interval
    }

    /// Returns how many probes go unanswered until the connection counts as broken.
    pub fn probes(&self) -> u32 {
        self.probes
    }

    /// Returns after how long a peer that is gone is noticed: when the last probe was not answered in time. It is at most
    /// 24 days, the longest limit for unacknowledged data that Linux takes.
    pub fn patience(&self) -> Duration {
        (self.idle + self.interval * self.probes).min(LONGEST_PATIENCE)
    }

    /// Switches probes on for a TCP socket, such as a `&TcpStream`.
    ///
    /// # Errors
    /// If the system refuses, for example because the socket is not one of TCP.
    pub fn apply<'s>(&self, socket: impl Into<SockRef<'s>>) -> io::Result<()> {
        let socket = socket.into();
        // The same while data is on its way, for which the system waits a quarter of an hour else.
        #[cfg(any(target_os = "android", target_os = "fuchsia", target_os = "linux"))]
        socket.set_tcp_user_timeout(Some(self.patience()))?;
        socket.set_tcp_keepalive(&self.settings())
    }

    fn settings(&self) -> TcpKeepalive {
        let settings = TcpKeepalive::new().with_time(self.idle);
        // Where socket2 has both; all but a few systems do.
        #[cfg(any(
            target_os = "android",
            target_os = "dragonfly",
            target_os = "freebsd",
            target_os = "fuchsia",
            target_os = "illumos",
            target_os = "ios",
            target_os = "linux",
            target_os = "macos",
            target_os = "netbsd",
            target_os = "tvos",
            target_os = "visionos",
            target_os = "watchos",
            target_os = "windows",
        ))]
        let settings = settings.with_interval(self.interval).with_retries(self.probes);
        settings
    }
}

impl Default for KeepAlive {
    fn default() -> Self {
        Self { idle: Duration::from_secs(60), interval: Duration::from_secs(15), probes: 4 }
    }
}

/// Systems count in whole seconds; less than one would switch probes off or fail.
fn whole_seconds(time: Duration) -> Duration {
    Duration::from_secs(time.as_secs().clamp(1, MOST_SECONDS))
}

#[cfg(test)]
mod tests {
    use std::net::{TcpListener, TcpStream};

    use super::*;

    fn connection() -> (TcpStream, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a listener");
        let ours = TcpStream::connect(listener.local_addr().expect("an address")).expect("one end");
        (ours, listener.accept().expect("the other end").0)
    }

    /// What the system says of a socket.
    fn seen(socket: &TcpStream) -> (bool, Duration, Duration, u32) {
        let socket = SockRef::from(socket);
        let is_on = socket.keepalive().expect("keep-alive");
        let idle = socket.tcp_keepalive_time().expect("time");
        let interval = socket.tcp_keepalive_interval().expect("interval");
        (is_on, idle, interval, socket.tcp_keepalive_retries().expect("probes"))
    }

    #[cfg(any(target_os = "linux", target_os = "macos"))]
    #[test]
    fn the_system_probes_after_a_minute_and_gives_up_after_few_probes() {
        let (ours, theirs) = connection();
        assert!(!seen(&ours).0, "it is off unless somebody asks");
        KeepAlive::default().apply(&ours).expect("applied");
        let seconds = Duration::from_secs;
        assert_eq!(seen(&ours), (true, seconds(60), seconds(15), 4));
        assert!(!seen(&theirs).0, "the other end decides for itself");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn data_that_nobody_takes_is_given_up_as_late_as_silence() {
        let (ours, _theirs) = connection();
        KeepAlive::default().apply(&ours).expect("applied");
        let set = SockRef::from(&ours).tcp_user_timeout().expect("a limit");
        assert_eq!(set, Some(Duration::from_secs(120)));
    }

    #[cfg(any(target_os = "linux", target_os = "macos"))]
    #[test]
    fn what_the_system_cannot_keep_becomes_the_nearest_that_it_can() {
        let seconds = Duration::from_secs;
        let least = (true, seconds(1), seconds(1), 1);
        let most = (true, seconds(32_767), seconds(32_767), 127);
        let set = |time: Duration, probes: u32| {
            KeepAlive::after(time).with_interval(time).with_probes(probes)
        };
        for (setting, expected) in [
            (set(Duration::ZERO, 0), least),
            (set(Duration::from_millis(999), 1), least),
            (set(seconds(30), 3), (true, seconds(30), seconds(30), 3)),
            (set(seconds(32_767), 127), most),
            (set(Duration::MAX, u32::MAX), most),
        ] {
            let (ours, _theirs) = connection();
            setting.apply(&ours).expect("applied");
            assert_eq!(seen(&ours), expected, "{setting:?}");
            assert_eq!((setting.idle(), setting.interval(), setting.probes()), {
                let (_, idle, interval, probes) = expected;
                (idle, interval, probes)
            });
        }
    }
}
