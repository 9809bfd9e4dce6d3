//! The decision whether to repeat a request: a pure function of the failure.

use std::time::Duration;

use crate::error::{Error, FailureClass};
use crate::operation::Idempotency;

/// The decision after a failed attempt.
pub(super) enum Verdict {
    /// Send the request again after this delay.
    Again(Duration),
    /// The attempt was the last; the call ends with this error.
    Last(Error),
}

/// Returns whether the call may repeat a request after this failure. `refusals` says whether the call asked for
/// retries.
pub(crate) fn may_repeat(repeat: Idempotency, refusals: bool, fate: FailureClass) -> bool {
    let harmless =
        matches!(repeat, Idempotency::Safe | Idempotency::Idempotent | Idempotency::StartsRunOnce);
    match fate {
        FailureClass::NeverSent => true,
        FailureClass::Lost => harmless,
        FailureClass::Refused(_) => harmless || refusals,
        FailureClass::Answered(status) => {
            harmless && matches!(status.as_u16(), 408 | 429 | 499 | 500 | 502..=504 | 520..=524)
        }
        FailureClass::Final => false,
    }
}

/// Returns whether the server itself answered with the status that tells of a service behind it. Nobody else's answer
/// has a code.
pub(super) fn is_relayed(relays: Option<u16>, error: &Error) -> bool {
    let status = error.status().map(|status| status.as_u16());
    status.is_some() && status == relays && error.server_code().is_some()
}

#[cfg(test)]
mod tests {
    use http::StatusCode;

    use super::*;
    use crate::error::RunIdState;

    /// The rows of the table in the documentation of `RetryPolicy`, each as its cells.
    fn documented() -> Vec<Vec<&'static str>> {
        let lines = include_str!("../operation/retry_policy.rs")
            .lines()
            .filter_map(|line| line.strip_prefix("/// | "));
        let rows = lines.map(|line| line.trim_end_matches(" |").split(" | ").collect::<Vec<_>>());
        rows.filter(|cells| cells.len() == 4 && cells[0] != "outcome").collect()
    }

    #[test]
    fn the_documented_table_is_what_is_done() {
        let fates = |outcome: &str| -> Vec<FailureClass> {
            let status =
                |code| FailureClass::Answered(StatusCode::from_u16(code).expect("a status"));
            match outcome.split(' ').next().expect("a word") {
                "nothing" => vec![FailureClass::NeverSent],
                "certificate" => vec![FailureClass::Final],
                "sent," => vec![FailureClass::Lost],
                "429" => vec![
                    FailureClass::Refused(RunIdState::Free),
                    FailureClass::Refused(RunIdState::Spent),
                ],
                "408," => [408, 429, 499, 500, 502, 503, 504, 520, 524].map(status).to_vec(),
                "any" => [400, 401, 402, 403, 404, 409, 413, 501, 505].map(status).to_vec(),
                other => panic!("what is {other}?"),
            }
        };
        let rows = documented();
        assert_eq!(rows.len(), 6);
        for row in rows {
            for fate in fates(row[0]) {
                let done = [
                    may_repeat(Idempotency::Safe, false, fate),
                    may_repeat(Idempotency::StartsRun, false, fate),
                    may_repeat(Idempotency::StartsRun, true, fate),
                ];
                let said = [row[1], row[2], row[3]].map(|cell| cell.starts_with("again"));
                assert_eq!(done, said, "{}: {fate:?}", row[0]);
            }
        }
    }

    #[test]
    fn the_verdicts_are_those_of_the_table() {
        use FailureClass::{Answered, Final, Lost, NeverSent, Refused};
        let status = |code| Answered(StatusCode::from_u16(code).expect("a status"));
        // (fate, reads, execute, execute with retry)
        let table = [
            (NeverSent, true, true, true),
            (Final, false, false, false),
            (Lost, true, false, false),
            (Refused(RunIdState::Free), true, false, true),
            (Refused(RunIdState::Spent), true, false, true),
            (status(408), true, false, false),
            (status(429), true, false, false),
            (status(500), true, false, false),
            (status(502), true, false, false),
            (status(503), true, false, false),
            (status(504), true, false, false),
            (status(521), true, false, false),
            (status(400), false, false, false),
            (status(404), false, false, false),
            (status(409), false, false, false),
            (status(501), false, false, false),
        ];
        for (fate, reads, execute, with_retry) in table {
            assert_eq!(may_repeat(Idempotency::Safe, false, fate), reads, "{fate:?}");
            assert_eq!(may_repeat(Idempotency::Idempotent, false, fate), reads, "{fate:?}");
            for repeat in [Idempotency::StartsRun, Idempotency::NonIdempotent] {
                assert_eq!(may_repeat(repeat, false, fate), execute, "{fate:?}");
                assert_eq!(may_repeat(repeat, true, fate), with_retry, "{fate:?}");
            }
        }
    }
}
