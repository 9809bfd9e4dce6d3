//! A connection of TCP whose every wait has a limit.

use std::io::{self, Read as _, Write as _};
#[cfg(any(target_vendor = "apple", target_os = "android", target_os = "linux"))]
use std::mem::MaybeUninit;
use std::net::TcpStream;
use std::time::{Duration, Instant};

#[cfg(any(target_vendor = "apple", target_os = "android", target_os = "linux"))]
use socket2::SockRef;

use crate::{Limit, Stopped};

/// A connection of TCP, and the limits that the system keeps for it.
pub(super) struct Socket {
    tcp: TcpStream,
    read_timeout: Option<Duration>,
    write_timeout: Option<Duration>,
}

impl Socket {
    pub(super) fn new(tcp: TcpStream) -> Self {
        Self { tcp, read_timeout: None, write_timeout: None }
    }

    pub(super) fn read(&mut self, buffer: &mut [u8], limit: &Limit<'_>) -> io::Result<usize> {
        loop {
            let now = Instant::now();
            if let Err(stopped) = limit.check_at(now) {
                // A process that was stopped past its deadline may find an answer.
                let found = self.now(|mut tcp| tcp.read(buffer))?;
                return found.filter(|_| stopped == Stopped::TimedOut).ok_or(stopped.into());
            }
            let left = limit.next_check(now);
            if !fits(self.read_timeout, left) {
                self.read_timeout = left.map(wider);
                self.tcp.set_read_timeout(self.read_timeout)?;
            }
            match self.tcp.read(buffer) {
                Err(error) if is_over(&error) => {}
                done => return done,
            }
        }
    }

    pub(super) fn write(&mut self, bytes: &[u8], limit: &Limit<'_>) -> io::Result<usize> {
        loop {
            let now = Instant::now();
            limit.check_at(now)?;
            let left = limit.next_check(now);
            if !fits(self.write_timeout, left) {
                self.write_timeout = left.map(wider);
                self.tcp.set_write_timeout(self.write_timeout)?;
            }
            match self.tcp.write(bytes) {
                Err(error) if is_over(&error) => {}
                done => return done,
            }
        }
    }

    /// Does nothing: the system has all that was written.
    #[expect(clippy::unnecessary_wraps, reason = "TLS has more to do")]
    pub(super) fn flush(_: &Limit<'_>) -> io::Result<()> {
        Ok(())
    }

    #[cfg(not(any(target_vendor = "apple", target_os = "android", target_os = "linux")))]
    pub(super) fn has_input(&self) -> io::Result<bool> {
        self.now(|tcp| tcp.peek(&mut [0])).map(|found| found.is_some())
    }

    /// As elsewhere, in one call of the system where that takes three.
    #[cfg(any(target_vendor = "apple", target_os = "android", target_os = "linux"))]
    pub(super) fn has_input(&self) -> io::Result<bool> {
        let look = libc::MSG_PEEK | libc::MSG_DONTWAIT;
        let found = SockRef::from(&self.tcp).recv_with_flags(&mut [MaybeUninit::uninit()], look);
        at_once(found).map(|found| found.is_some())
    }

    /// Does something that does not wait; `None` if it would have to.
    fn now<T>(&self, work: impl FnOnce(&TcpStream) -> io::Result<T>) -> io::Result<Option<T>> {
        self.tcp.set_nonblocking(true)?;
        let done = work(&self.tcp);
        self.tcp.set_nonblocking(false)?;
        at_once(done)
    }
}

/// What came of something that does not wait; `None` if it would have had to.
fn at_once<T>(done: io::Result<T>) -> io::Result<Option<T>> {
    match done {
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(None),
        done => done.map(Some),
    }
}

/// Whether the limit that the system has is near enough: each change is a system call. A wait may then end late, by
/// less than a part in five hundred.
fn fits(set: Option<Duration>, left: Option<Duration>) -> bool {
    match (set, left) {
        (None, None) => true,
        (Some(set), Some(left)) => set >= left && set.saturating_sub(left) <= left / 512,
        _ => false,
    }
}

/// Returns a limit that the next one fits into, even if that is a little longer.
fn wider(left: Duration) -> Duration {
    left + left / 1024
}

/// Whether a wait ended without result because the system's limit passed or a signal came.
fn is_over(error: &io::Error) -> bool {
    match error.kind() {
        io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted => true,
        // On other systems that is a dead peer.
        io::ErrorKind::TimedOut => cfg!(windows),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn pair() -> (Socket, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a listener");
        let ours = TcpStream::connect(listener.local_addr().expect("an address")).expect("one end");
        (Socket::new(ours), listener.accept().expect("the other end").0)
    }

    #[test]
    fn input_that_is_there_counts_also_after_the_deadline() {
        let (mut ours, mut theirs) = pair();
        let over = Limit::until(Instant::now());
        let error = ours.read(&mut [0; 4], &over).expect_err("nothing is there");
        assert_eq!(Stopped::find_in(&error), Some(Stopped::TimedOut));
        theirs.write_all(b"late").expect("sent");
        let far = Limit::until(Instant::now() + 60 * SECOND);
        let mut first = [0];
        assert_eq!(ours.read(&mut first, &far).expect("the first"), 1);
        let mut rest = [0; 4];
        assert_eq!(ours.read(&mut rest, &over).expect("the rest is there"), 3);
        assert_eq!((&first, &rest[..3]), (b"l", &b"ate"[..]));
    }

    #[test]
    fn a_wait_that_is_cancelled_takes_nothing() {
        let (mut ours, mut theirs) = pair();
        theirs.write_all(b"late").expect("sent");
        let yes = || true;
        let cancelled = Limit::none().unless(&yes);
        let error = ours.read(&mut [0; 4], &cancelled).expect_err("it is cancelled");
        assert_eq!(Stopped::find_in(&error), Some(Stopped::Cancelled));
    }

    #[test]
    fn a_wait_ends_at_its_deadline() {
        let (mut ours, _theirs) = pair();
        let limit = Limit::until(Instant::now() + SECOND / 50);
        let error = ours.read(&mut [0; 4], &limit).expect_err("nothing comes");
        assert_eq!(Stopped::find_in(&error), Some(Stopped::TimedOut));
        let limit = Limit::until(Instant::now() + SECOND / 20);
        let error = loop {
            if let Err(error) = ours.write(&[0; 8192], &limit) {
                break error;
            }
        };
        assert_eq!(Stopped::find_in(&error), Some(Stopped::TimedOut), "nobody reads");
    }

    #[test]
    fn input_is_seen_without_being_taken_and_so_is_the_end() {
        let (mut ours, mut theirs) = pair();
        assert!(!ours.has_input().expect("open"));
        theirs.write_all(b"x").expect("sent");
        let far = Limit::until(Instant::now() + 60 * SECOND);
        while !ours.has_input().expect("open") {
            std::thread::yield_now();
        }
        assert_eq!(ours.read(&mut [0; 4], &far).expect("it is still there"), 1);
        drop(theirs);
        while !ours.has_input().expect("closed in order") {
            std::thread::yield_now();
        }
        assert_eq!(ours.read(&mut [0; 4], &far).expect("the end"), 0);
    }

    #[test]
    fn the_system_is_told_of_a_limit_only_if_it_changes_much() {
        for (set, left, expected) in [
            (None, None, true),
            (None, Some(SECOND), false),
            (Some(SECOND), None, false),
            (Some(SECOND), Some(SECOND), true),
            (Some(SECOND), Some(SECOND * 2), false),
            (Some(SECOND), Some(SECOND * 1023 / 1024), true),
            (Some(SECOND), Some(SECOND / 2), false),
        ] {
            assert_eq!(fits(set, left), expected, "{set:?} {left:?}");
        }
    }
}
