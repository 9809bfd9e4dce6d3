//! A client of one workflow with types of its own, as a library would offer it.

use serde::{Deserialize, Serialize};
use simstudio::ureq::{Client, Workflow};
use simstudio::workflows::GetWorkflow;
use simstudio::{Result, RunHandle, WaitPolicy};

#[derive(Debug, Serialize)]
struct Order<'a> {
    item: &'a str,
    count: u32,
}

#[derive(Debug, Deserialize, PartialEq)]
struct Receipt {
    total: f64,
}

struct Orders<'a>(Workflow<Order<'a>, Receipt>);

impl<'a> Orders<'a> {
    /// Checks once that the workflow takes what an order has.
    fn new(client: &Client) -> Result<Self> {
        let orders = client.workflow("order");
        let declared = client.call(GetWorkflow::new(orders.id()))?;
        declared.check_input(&Order { item: "", count: 1 })?;
        Ok(Self(orders))
    }

    fn place(&self, item: &'a str, count: u32) -> Result<Receipt> {
        self.0.once(&Order { item, count })
    }

    /// Places an order without waiting. Its receipt can be fetched later, by any program.
    fn submit(&self, item: &'a str, count: u32) -> Result<Option<RunHandle>> {
        Ok(self.0.queue(&Order { item, count })?.handle(self.0.id()))
    }

    fn receipt(&self, order: &RunHandle) -> Result<Receipt> {
        self.0.wait(order, WaitPolicy::new())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use sim_mock::Sim;

    use super::*;

    #[test]
    fn an_order_has_a_receipt_now_or_later() {
        let price =
            |input: Value| json!({"total": input["count"].as_f64().unwrap_or_default() * 2.5});
        let order = sim_mock::Workflow::new("order", price);
        let order = order.input("item", "string").input("count", "number");
        let sim = Sim::builder().workflow(order).start().expect("a server");
        let client = Client::builder().base_url(sim.url()).api_key(sim.key()).build();
        let client = client.expect("a client");
        let orders = Orders::new(&client).expect("the workflow fits");
        assert_eq!(orders.place("tea", 3).expect("a receipt"), Receipt { total: 7.5 });
        let later = orders.submit("tea", 2).expect("an order").expect("a handle");
        assert_eq!(orders.receipt(&later).expect("a receipt"), Receipt { total: 5.0 });
        assert_eq!(sim.runs().len(), 2);
    }
}
