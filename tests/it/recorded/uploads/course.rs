//! What an upload asks, one request after the other, if the server refuses one of them. It is written by hand, after
//! what the server was seen to mean by each refusal.

use super::session::Ask;

/// The requests of an upload, and what comes of it.
#[derive(Debug)]
pub(super) struct Course {
    pub(super) asks: Vec<(Ask, Says)>,
    pub(super) end: End,
}

/// How a request is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Says {
    /// It goes well.
    Yes,
    /// By the refusal that the course is about.
    Refusal,
    /// The bytes are refused for good.
    BadBytes,
}

/// How an upload ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// It is complete.
    Done,
    /// It is given up, with the refusal as its error, or with that of the bytes.
    Refused,
}

/// Returns the course of an upload in so many parts that goes well; 0 is all bytes at once.
pub(super) fn smooth(parts: u64) -> Course {
    Course { asks: all_well(&asks(parts)), end: End::Done }
}

fn asks(parts: u64) -> Vec<Ask> {
    let mut asks = vec![Ask::Begin];
    if parts == 0 {
        asks.push(Ask::Put(0));
    } else {
        asks.push(Ask::Parts(1));
        asks.extend((1..=parts).map(Ask::Put));
    }
    asks.push(Ask::Complete);
    asks
}

fn all_well(asks: &[Ask]) -> Vec<(Ask, Says)> {
    asks.iter().map(|ask| (*ask, Says::Yes)).collect()
}

/// Returns the course of an upload in so many parts, one request of which is refused with this status; `None` if an
/// upload does not come there, or nobody has said what the refusal means.
pub(super) fn refused(parts: u64, ask: Ask, status: u16) -> Option<Course> {
    let smooth = asks(parts);
    if ask == Ask::Abort {
        // Only an upload that has failed is given up, and it ends with what it failed with.
        let mut asks = all_well(&smooth[..smooth.len() - 2]);
        asks.extend([(Ask::Put(parts), Says::BadBytes), (Ask::Abort, Says::Refusal)]);
        return Some(Course { asks, end: End::Refused });
    }
    let place = smooth.iter().position(|one| *one == ask)?;
    let mut asks = all_well(&smooth[..place]);
    asks.push((ask, Says::Refusal));
    let (rest, end): (Vec<Ask>, _) = match (ask, status) {
        // Nothing has begun that could be given up.
        (Ask::Begin, _) => (Vec::new(), End::Refused),
        // The storage may have the bytes, or the upload is over: completing it tells.
        (Ask::Put(0), 409) => (vec![Ask::Complete], End::Done),
        // The storage may have the bytes, and is asked once more.
        (Ask::Put(0), 500) => (vec![Ask::Put(0), Ask::Complete], End::Done),
        // The address of a part has expired.
        (Ask::Put(number @ 1..), 403) => {
            let again = [Ask::Parts(number)].into_iter().chain(smooth[place..].iter().copied());
            (again.collect(), End::Done)
        }
        // The upload is over, or lacks bytes: it is begun anew.
        (_, 403 | 409) => ([Ask::Abort].into_iter().chain(smooth).collect(), End::Done),
        (_, 400 | 404 | 413 | 415) => (vec![Ask::Abort], End::Refused),
        _ => return None,
    };
    asks.extend(all_well(&rest));
    Some(Course { asks, end })
}
