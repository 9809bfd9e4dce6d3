//! What the account has spent and may spend.

/// The account behind the keys of a [`Sim`](crate::Sim): cost, limit, plan.
///
/// Once the cost has reached the limit, executing answers 402.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Usage {
    /// Spent in the current period, in US dollars.
    pub current_period_cost: f64,
    /// May be spent in the current period, in US dollars.
    pub limit: f64,
    /// Name of the plan.
    pub plan: String,
}

impl Usage {
    /// What one run costs, in US dollars.
    pub const RUN_COST: f64 = 0.005;

    /// A cost and a limit in US dollars, on the free plan.
    pub fn new(current_period_cost: f64, limit: f64) -> Self {
        Self { current_period_cost, limit, plan: "free".to_owned() }
    }

    /// Sets the name of the plan.
    pub fn plan(mut self, name: impl Into<String>) -> Self {
        self.plan = name.into();
        self
    }

    /// An amount of US dollars in credits, of which 200 are one.
    pub(crate) fn credits(dollars: f64) -> i64 {
        let credits = (dollars * 200.0).round();
        // Whole numbers have no fraction in their text.
        format!("{credits}").parse().unwrap_or(i64::MAX)
    }

    /// The text of the refusal once the limit is reached.
    pub(crate) fn refusal(&self) -> Option<String> {
        (self.current_period_cost >= self.limit).then(|| {
            format!(
                "Usage limit exceeded: ${:.2} used of ${:.2} limit. \
                 Please upgrade your plan or raise your usage limit to continue.",
                self.current_period_cost, self.limit
            )
        })
    }

    pub(crate) fn charge_run(&mut self) {
        // Rounded, so that equal runs add up to what one would expect.
        let cost = self.current_period_cost + Self::RUN_COST;
        self.current_period_cost = (cost * 1e6).round() / 1e6;
    }
}

impl Default for Usage {
    /// Nothing spent, with the limit of a server that does no billing.
    fn default() -> Self {
        Self::new(0.0, 99_999.0)
    }
}
