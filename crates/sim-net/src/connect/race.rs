//! When which attempt begins. It has no clock and no sockets.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// The attempts of one connection, by number: each begins a while after the one before, or once that failed.
#[derive(Debug)]
pub(super) struct Race {
    total: usize,
    started: usize,
    running: usize,
    delay: Duration,
    /// When the next begins; at once if it is absent.
    next_start: Option<Instant>,
}

/// What to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// Begin the attempt of this number.
    Start(usize),
    /// Wait for those that are under way, until then at most.
    Wait(Option<Instant>),
    /// All of them failed.
    Over,
}

impl Race {
    pub(super) fn new(total: usize, delay: Duration) -> Self {
        Self { total, started: 0, running: 0, delay, next_start: None }
    }

    pub(super) fn turn(&mut self, now: Instant) -> Turn {
        let has_more = self.started < self.total;
        if has_more && self.next_start.is_none_or(|at| at <= now) {
            self.started += 1;
            self.running += 1;
            self.next_start = now.checked_add(self.delay);
            return Turn::Start(self.started - 1);
        }
        match (has_more, self.running) {
            (false, 0) => Turn::Over,
            (false, _) => Turn::Wait(None),
            (true, _) => Turn::Wait(self.next_start),
        }
    }

    /// Notes that an attempt failed: the next begins at once.
    pub(super) fn one_failed(&mut self) {
        self.running = self.running.saturating_sub(1);
        self.next_start = None;
    }
}

/// The addresses with the families by turns, beginning with that of the first; each family keeps its order.
pub(super) fn by_turns(addresses: &[SocketAddr]) -> Vec<SocketAddr> {
    let Some(first) = addresses.first() else { return Vec::new() };
    let (mut ours, mut theirs) = (
        addresses.iter().filter(|address| address.is_ipv4() == first.is_ipv4()),
        addresses.iter().filter(|address| address.is_ipv4() != first.is_ipv4()),
    );
    let mut order = Vec::with_capacity(addresses.len());
    while order.len() < addresses.len() {
        order.extend(ours.next());
        order.extend(theirs.next());
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    const DELAY: Duration = Duration::from_millis(250);

    #[test]
    fn families_take_turns_and_keep_their_order() {
        for (given, expected) in [
            (&[][..], &[][..]),
            (&["1.1.1.1:1"], &["1.1.1.1:1"]),
            (&["1.1.1.1:1", "2.2.2.2:1"], &["1.1.1.1:1", "2.2.2.2:1"]),
            (
                &["[a::]:1", "[b::]:1", "[c::]:1", "1.1.1.1:1", "2.2.2.2:1"],
                &["[a::]:1", "1.1.1.1:1", "[b::]:1", "2.2.2.2:1", "[c::]:1"],
            ),
            (&["1.1.1.1:1", "2.2.2.2:1", "[a::]:1"], &["1.1.1.1:1", "[a::]:1", "2.2.2.2:1"]),
            (&["[a::]:1", "1.1.1.1:1", "2.2.2.2:1"], &["[a::]:1", "1.1.1.1:1", "2.2.2.2:1"]),
        ] {
            let read = |list: &[&str]| -> Vec<SocketAddr> {
                list.iter().map(|text| text.parse().expect("an address")).collect()
            };
            assert_eq!(by_turns(&read(given)), read(expected), "{given:?}");
        }
    }

    #[test]
    fn silent_attempts_begin_one_delay_apart_and_then_go_on_together() {
        let mut now = Instant::now();
        let mut race = Race::new(3, DELAY);
        for index in 0..2 {
            assert_eq!(race.turn(now), Turn::Start(index));
            assert_eq!(race.turn(now), Turn::Wait(Some(now + DELAY)));
            let almost = now + Duration::from_micros(249_999);
            assert_eq!(race.turn(almost), Turn::Wait(Some(now + DELAY)));
            now += DELAY;
        }
        assert_eq!(race.turn(now), Turn::Start(2));
        assert_eq!(race.turn(now), Turn::Wait(None));
        assert_eq!(race.turn(now + DELAY * 100), Turn::Wait(None), "there is no limit of its own");
    }

    #[test]
    fn an_attempt_that_failed_is_followed_at_once() {
        let now = Instant::now();
        let mut race = Race::new(3, DELAY);
        assert_eq!(race.turn(now), Turn::Start(0));
        race.one_failed();
        assert_eq!(race.turn(now), Turn::Start(1));
        assert_eq!(race.turn(now), Turn::Wait(Some(now + DELAY)));
        race.one_failed();
        assert_eq!(race.turn(now), Turn::Start(2));
        assert_eq!(race.turn(now), Turn::Wait(None));
        race.one_failed();
        assert_eq!(race.turn(now), Turn::Over);
    }

    #[test]
    fn one_that_failed_does_not_end_the_others() {
        let now = Instant::now();
        let mut race = Race::new(2, DELAY);
        assert_eq!(race.turn(now), Turn::Start(0));
        assert_eq!(race.turn(now + DELAY), Turn::Start(1));
        race.one_failed();
        assert_eq!(race.turn(now + DELAY), Turn::Wait(None));
        race.one_failed();
        assert_eq!(race.turn(now + DELAY), Turn::Over);
    }

    #[test]
    fn without_an_address_it_is_over_at_once() {
        assert_eq!(Race::new(0, DELAY).turn(Instant::now()), Turn::Over);
    }
}
