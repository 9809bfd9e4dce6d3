//! How much the account has spent and may spend.

/// The account behind the keys of a [`Sim`](crate::Sim): cost, limit, plan.
///
/// Once the cost reaches the limit, the server answers an execute with 402.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Usage {
    /// The cost of the current period, in US dollars.
    pub current_period_cost: f64,
    /// The spending limit of the current period, in US dollars.
    pub limit: f64,
    /// The name of the plan.
    pub plan: String,
}

impl Usage {
    /// The cost of one run, in US dollars.
    pub const RUN_COST: f64 = 0.005;

    /// Creates an account with a cost and a limit in US dollars, on the free plan.
    pub fn new(current_period_cost: f64, limit: f64) -> Self {
        Self { current_period_cost, limit, plan: "free".to_owned() }
    }

    /// Sets the name of the plan.
    pub fn plan(mut self, name: impl Into<String>) -> Self {
        self.plan = name.into();
        self
    }

    /// Converts US dollars to credits; a dollar is 200 credits.
    pub(crate) fn credits(dollars: f64) -> i64 {
        let credits = (dollars * 200.0).round();
        // A whole number has no fraction in its text.
        format!("{credits}").parse().unwrap_or(i64::MAX)
    }

    /// Returns the text of the refusal, or `None` while the limit is not reached.
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
        // Rounded, so that equal runs add up exactly.
        let cost = self.current_period_cost + Self::RUN_COST;
        self.current_period_cost = (cost * 1e6).round() / 1e6;
    }
}

impl Default for Usage {
    /// Returns an account that has spent nothing, with the limit of a server without billing.
    fn default() -> Self {
        Self::new(0.0, 99_999.0)
    }
}
