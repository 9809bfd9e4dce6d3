//! What was found, by kinds.

use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher as _};
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::broken::Broken;
use crate::case::Case;
use crate::given::{Given, last_panic};
use crate::judge::broken_rules;

/// The cases so far, and the violations among them.
#[derive(Default)]
pub(crate) struct Report {
    cases: HashSet<u64>,
    violations: usize,
    /// How often a kind of violation was seen, and its first examples.
    kinds: BTreeMap<String, (usize, Vec<String>)>,
}

/// The number of examples that a kind shows.
const SHOWN: usize = 4;

impl Report {
    /// Runs a case that was not run before, and judges it.
    pub(crate) fn take(&mut self, case: &Case<'_>, broken: Option<Broken>) {
        if !self.cases.insert(identity(case)) {
            return;
        }
        let given = Given::by(case, broken);
        let rules = catch_unwind(AssertUnwindSafe(|| broken_rules(case, &given)));
        let rules = rules.unwrap_or_else(|_| vec![format!("the judge itself: {}", last_panic())]);
        let asked = &case.source.asked;
        let of = format!("{:?} {:?}", asked.operation, asked.generation);
        self.count(rules, &of, || {
            let answer = case.answer;
            format!(
                "{}, {} (status {}), row {:?}, proof {:?}: {}",
                case.record().name,
                answer.what,
                answer.status,
                case.row,
                case.proof,
                given.line()
            )
        });
    }

    /// Says whether a case was not run before.
    pub(crate) fn is_new(&mut self, identity: impl Hash) -> bool {
        let mut hasher = DefaultHasher::new();
        identity.hash(&mut hasher);
        self.cases.insert(hasher.finish())
    }

    /// Counts the rules that a case of an operation breaks.
    pub(crate) fn count(&mut self, rules: Vec<String>, of: &str, example: impl Fn() -> String) {
        for rule in rules {
            self.violations += 1;
            let (count, examples) = self.kinds.entry(format!("{rule}: {of}")).or_default();
            *count += 1;
            if examples.len() < SHOWN {
                examples.push(example());
            }
        }
    }

    /// Adds what another part found.
    pub(crate) fn with(mut self, other: Self) -> Self {
        self.cases.extend(other.cases);
        self.violations += other.violations;
        for (kind, (count, examples)) in other.kinds {
            let (all, shown) = self.kinds.entry(kind).or_default();
            *all += count;
            shown.extend(examples);
            shown.truncate(SHOWN);
        }
        self
    }

    pub(crate) fn is_clean(&self) -> bool {
        self.violations == 0
    }
}

/// Returns a number for everything that decides what comes of a case.
fn identity(case: &Case<'_>) -> u64 {
    let mut hasher = DefaultHasher::new();
    let (asked, answer) = (&case.source.asked, case.answer);
    (asked.operation, &asked.workflow, &asked.run, case.record().target()).hash(&mut hasher);
    (answer.status, &answer.headers, &answer.body).hash(&mut hasher);
    (case.row, case.proof).hash(&mut hasher);
    hasher.finish()
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (kind, (count, examples)) in &self.kinds {
            writeln!(f, "{count:>6} {kind}")?;
            for example in examples {
                writeln!(f, "       {example}")?;
            }
        }
        writeln!(f, "perturb: {} cases, {} violations", self.cases.len(), self.violations)
    }
}
