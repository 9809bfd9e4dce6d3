//! Owns a client in a scope, lends it, and gives clones to threads: `cargo run --example
//! scoped_client`.

use std::error::Error;
use std::thread;

use examples::Server;
use serde_json::json;
use sim_mock::Sim;
use simstudio::ureq::Client;

fn main() -> Result<(), Box<dyn Error>> {
    let server = Server::start(Sim::demo())?;
    let workflow = server.workflow("greet").to_owned();

    // A client and its connections live as long as its scope. You need not close them.
    {
        let client = Client::builder().base_url(&server.url).api_key(&server.key).build()?;
        println!("in a scope:      {}", greet(&client, &workflow, "Ann")?);
    }

    // Scoped threads can borrow one client, because it is `Sync`.
    let client = Client::builder().base_url(&server.url).api_key(&server.key).build()?;
    thread::scope(|scope| -> simstudio::Result<()> {
        let ben = scope.spawn(|| greet(&client, &workflow, "Ben"));
        let cleo = scope.spawn(|| greet(&client, &workflow, "Cleo"));
        println!("borrowed:        {}", ben.join().expect("no thread panics")?);
        println!("borrowed:        {}", cleo.join().expect("no thread panics")?);
        Ok(())
    })?;

    // A thread that outlives the scope owns a clone. Clones are cheap and share connections.
    let owned = client.clone();
    let thread = thread::spawn(move || greet(&owned, &workflow, "Dan"));
    println!("owned by thread: {}", thread.join().expect("no thread panics")?);

    // Settings belong to one handle: the clone gets another key, and the original keeps its own.
    let mut other = client.clone();
    other.set_api_key("sk-sim-another")?;
    match other.get_usage_limits() {
        Ok(_) => println!("another key:     accepted"),
        Err(error) => println!("another key:     {error}"),
    }
    println!(
        "the first key:   on plan {}",
        client.get_usage_limits()?.usage.plan.unwrap_or_default()
    );

    // `close` drops a handle early. Code that uses it afterwards does not compile.
    client.close();
    Ok(())
}

fn greet(client: &Client, workflow: &str, name: &str) -> simstudio::Result<String> {
    let result = client.execute_workflow(workflow, json!({"name": name}))?.into_result()?;
    Ok(result.output.to_string())
}
