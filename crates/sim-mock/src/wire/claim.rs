//! The claim of a run id, which both generations make before a run may start.

use http::StatusCode;

use super::auth::Caller;
use super::refusal::{NO_CLAIM, Refusal};
use crate::fault::Fault;
use crate::ids;
use crate::state::State;

/// The reason why a run got no id.
#[derive(Debug)]
pub(crate) enum NoClaim {
    /// The id was used before.
    Taken(String),
    /// The server cannot reach its table of claims. The id stays free.
    Outage,
}

/// Claims the id that the caller chose, if this server lets this caller choose, or else a random one.
pub(crate) fn take_id(
    state: &State,
    caller: Caller,
    chosen: Option<String>,
    fault: Option<Fault>,
) -> Result<String, NoClaim> {
    let claims = state.release().honours_run_ids();
    if let Some(fault @ Fault::ClaimOutage) = fault.filter(|_| claims) {
        state.faults.count(fault);
        return Err(NoClaim::Outage);
    }
    let chooses = claims && matches!(caller, Caller::Key(_));
    let id = chosen.filter(|_| chooses).unwrap_or_else(ids::uuid);
    if state.runs.reserve_id(&id) { Ok(id) } else { Err(NoClaim::Taken(id)) }
}

impl From<NoClaim> for Refusal {
    fn from(why: NoClaim) -> Self {
        match why {
            NoClaim::Taken(id) => Self::id_conflict(&id),
            NoClaim::Outage => Self::text(StatusCode::SERVICE_UNAVAILABLE, NO_CLAIM),
        }
    }
}
