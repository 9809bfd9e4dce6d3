//! `explore [--k N] [--break NAME] [--only TEXT] [--list yes]`: explores all conversations in all worlds; see `cargo xtask explore`.

use std::process::ExitCode;
use std::time::Instant;

use model::explore::{Found, Mistake, Scenario, Script, Search, replay};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match options(&words) {
        Ok((search, lists)) => explore(&search, lists),
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

fn options(words: &[&str]) -> Result<(Search, bool), String> {
    let mut search = Search { most: 3, mistake: None, scenarios: Scenario::all() };
    let mut lists = false;
    let mut left = words;
    while let [option, value, rest @ ..] = left {
        match *option {
            "--k" => search.most = value.parse().map_err(|_| format!("{value} is no number"))?,
            "--break" => {
                let known = Mistake::ALL.into_iter().find(|mistake| mistake.name() == *value);
                search.mistake =
                    Some(known.ok_or_else(|| format!("no mistake is called {value}"))?);
            }
            "--only" => search.scenarios.retain(|scenario| scenario.to_string().contains(value)),
            "--list" => lists = *value == "yes",
            option => return Err(format!("{option} is no option")),
        }
        left = rest;
    }
    if left.is_empty() {
        Ok((search, lists))
    } else {
        Err("what is wanted is [--k N] [--break NAME] [--only TEXT] [--list yes]".to_owned())
    }
}

fn explore(search: &Search, lists: bool) -> ExitCode {
    let started = Instant::now();
    let mut versions: Vec<_> = search.scenarios.iter().map(|it| it.world.node.version).collect();
    versions.sort();
    versions.dedup();
    let found = find(search);
    if lists {
        for (violation, scenario, script) in &found.broken {
            let (turns, _) = replay(scenario, script, search.mistake);
            println!("{violation:?}  {scenario}  {turns:?}");
        }
    }
    tell(search, &found);
    eprintln!("{} histories were played in {:.1} s", found.played, started.elapsed().as_secs_f64());
    println!(
        "explore: {} histories, {} versions, {} violations",
        found.histories,
        versions.len(),
        found.violations
    );
    if found.violations == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Searches. An old mistake is looked for with no adverse choice first, then with one more each time: so what shows it
/// first is the shortest, and the search ends there.
fn find(search: &Search) -> Found {
    let Some(_) = search.mistake else { return search.run() };
    let mut depths = (0..search.most).map(|most| Search { most, ..search.clone() }.run());
    let shown = depths.find(|found| found.violations > 0);
    shown.unwrap_or_else(|| search.run())
}

/// Prints the shortest history for each rule that is violated.
fn tell(search: &Search, found: &Found) {
    for (violation, (count, scenario, script)) in &found.shortest {
        println!("{violation:?}, {count} times; the shortest:");
        print(scenario, script, search.mistake);
    }
}

fn print(scenario: &Scenario, script: &Script, mistake: Option<Mistake>) {
    let (turns, story) = replay(scenario, script, mistake);
    println!("  {scenario}, {turns:?}");
    for line in story.lines() {
        println!("    {line}");
    }
    println!();
}
