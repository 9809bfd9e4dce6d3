//! `limits`: the limits and the usage of the account.

use simstudio::v1::GetUsageLimits;

use crate::exit::Exit;
use crate::failure::Outcome;
use crate::listing::data;
use crate::output::Column;
use crate::settings::Settings;

const FIELDS: [Column; 8] = [
    ("runs left", "/rateLimit/sync/remaining"),
    ("refilled at", "/rateLimit/sync/resetAt"),
    ("queued runs left", "/rateLimit/async/remaining"),
    ("queued refilled at", "/rateLimit/async/resetAt"),
    ("cost in this period", "/usage/currentPeriodCost"),
    ("cost limit", "/usage/limit"),
    ("plan", "/usage/plan"),
    ("storage used", "/storage/usedBytes"),
];

pub(crate) fn run(settings: &Settings) -> Outcome {
    let limits = data(&settings.client()?, GetUsageLimits::new())?;
    settings.format.record(&limits, &FIELDS)?;
    Ok(Exit::Done)
}
