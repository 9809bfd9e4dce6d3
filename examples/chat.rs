//! Talks to deployed chats without an API key: an open one, one with a password, and one that sends a code by mail:
//! `cargo run --example chat`.

use std::error::Error;

use serde_json::Value;
use sim_mock::{Agent, Chat as MockChat, Sim, Workflow};
use simstudio::chat::Chat;
use simstudio::{Credentials, ureq::Client};

fn main() -> Result<(), Box<dyn Error>> {
    let sim = start()?;
    let client = Client::builder().base_url(sim.url()).credentials(Credentials::None).build()?;

    println!("An open chat");
    let open = Chat::new("weather");
    println!("  {}", client.call(open.settings())?.title);
    println!("  {}", talk(&client, &open, "Will it rain in Oslo?")?);

    println!("A chat with a password");
    let staff = Chat::new("staff");
    let refused = talk(&client, &staff, "Hello?").err().ok_or("it wants a password")?;
    println!("  {:?}", refused.server_code());
    client.call(staff.sign_in("sesame"))?;
    // The handle keeps the cookie: from now on the server knows who talks.
    println!("  {}", talk(&client, &staff, "Hello?")?);

    println!("A chat that sends a code by mail");
    let members = Chat::new("members");
    client.call(members.send_code("ann@example.com"))?;
    let code = sim.chat_code("members", "ann@example.com").ok_or("a mail with a code")?;
    client.call(members.check_code("ann@example.com", code))?;
    println!("  {}", talk(&client, &members, "Am I in?")?);

    assert!(sim.requests().iter().all(|request| request.header("x-api-key").is_none()));
    Ok(())
}

/// Sends a message, and returns the text of the answer once it is whole.
fn talk(client: &Client, chat: &Chat, text: &str) -> simstudio::Result<String> {
    // Agents keep their memory under this name, so it must not be one that others guess.
    let message = chat.message(text).conversation("6b1f0c5e-ann");
    Ok(client.stream(message)?.collected()?.texts.to_string())
}

fn start() -> std::io::Result<Sim> {
    let answers = |input: Value| {
        let asked = input["input"].as_str().unwrap_or_default().to_owned();
        Agent::new("assistant").says("You asked: ").says(asked)
    };
    let chats = [
        MockChat::new("weather").title("The weather"),
        MockChat::new("staff").password("sesame"),
        MockChat::new("members").email(["ann@example.com"]),
    ];
    let workflows = chats.into_iter().enumerate().map(|(number, chat)| {
        let chat = chat.outputs(["assistant.content"]);
        Workflow::new(format!("workflow-{number}"), answers).chat(chat)
    });
    workflows.fold(Sim::builder(), sim_mock::Builder::workflow).start()
}
