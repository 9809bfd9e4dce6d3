//! Long histories by chance. `SIM_SEED` plays those of one seed again.

use model::explore::{Chance, Scenario, play_long};
use model::oracle::judge;

/// The number of histories.
const HISTORIES: usize = 400;
/// One request of so many meets something adverse.
const RARITY: u64 = 4;

#[test]
fn long_histories_keep_the_promises() {
    let seed = std::env::var("SIM_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed = seed.unwrap_or_else(|| {
        let since = std::time::SystemTime::UNIX_EPOCH.elapsed().expect("a clock");
        u64::from(since.subsec_nanos()) << 20 | since.as_secs() & 0xf_ffff
    });
    eprintln!("SIM_SEED={seed}");
    let scenarios = Scenario::all();
    let mut chance = Chance::new(seed, RARITY);
    for number in 0..HISTORIES {
        let count = u64::try_from(scenarios.len()).expect("few");
        let chosen = usize::try_from(chance.below(count)).expect("few");
        let scenario = &scenarios[chosen];
        let story = play_long(scenario, &mut chance);
        let broken = judge(&story);
        assert!(
            broken.is_empty(),
            "SIM_SEED={seed}, history {number}, {scenario}: {broken:?}\n{}",
            story.lines().join("\n")
        );
    }
}
