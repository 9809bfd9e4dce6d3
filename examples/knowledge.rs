//! Fills a knowledge base: adds documents and waits until they are indexed, tries a failed one again, uploads a large one,
//! and searches: `cargo run --example knowledge`.

use std::error::Error;
use std::time::Duration;

use sim_mock::Sim;
use simstudio::bytes::Bytes;
use simstudio::flow::{IndexDocument, Patience, WaitFor};
use simstudio::knowledge::{
    CreateDocumentUpload, CreateKnowledgeBase, Document, GetDocument, KnowledgeBaseId,
    ProcessingStatus, SearchKnowledge, UploadDocument,
};
use simstudio::ureq::Client;

const WORKSPACE: &str = "workspace";

fn main() -> Result<(), Box<dyn Error>> {
    let sim = Sim::builder().workspace(WORKSPACE).start()?;
    let client = Client::builder().base_url(sim.url()).api_key(sim.key()).build()?;
    let base = client.call(CreateKnowledgeBase::new(WORKSPACE, "Drinks"))?.id;

    // The embeddings of the last one fail twice on this server, as a provider with a bad day would.
    let documents = [
        ("tea.txt", "Green tea is made of leaves that are not oxidised."),
        ("coffee.txt", "Coffee is made of roasted beans."),
        ("juice.txt", "Juice is pressed out of fruit. FAILTWICE"),
    ];
    for (name, text) in documents {
        let upload = UploadDocument::new(&base, WORKSPACE, name, "text/plain", text);
        let document = client.drive(IndexDocument::add(client.api(), upload, patience())?)?;
        println!("{name}: {}", document.processing_status);
        // A document that failed is a result. The server tells why, and can try it again.
        let mut document = document;
        while document.processing_status == ProcessingStatus::Failed {
            println!("  {}", document.processing_error.as_deref().unwrap_or("no reason"));
            document = retry(&client, &base, &document)?;
        }
        assert_eq!(document.processing_status, ProcessingStatus::Completed);
    }
    let book = upload(&client, &base, "A long book about water. ".repeat(500_000))?;
    println!("{}: {:?} chunks", book.filename, book.chunk_count);

    let search = SearchKnowledge::new(WORKSPACE, [&base]).query("green tea leaves").top_k(2);
    let found = client.call(search)?;
    for hit in &found.hits {
        let name = hit.document_name.as_deref().unwrap_or_default();
        println!("{name} ({:.2}): {}", hit.similarity.unwrap_or_default(), hit.content);
    }
    assert_eq!(found.hits[0].document_name.as_deref(), Some("tea.txt"));
    Ok(())
}

/// Every wait has a bound: a server without its scheduled job leaves documents pending for ever.
fn patience() -> Patience {
    let look = Duration::from_millis(20);
    Patience::new().interval(look, look * 10).bound(Duration::from_secs(60))
}

/// Processes a document again. The server answers 500 where it fails again; the document says so.
fn retry(
    client: &Client,
    base: &KnowledgeBaseId,
    failed: &Document,
) -> simstudio::Result<Document> {
    let retry = IndexDocument::retry(client.api(), base, &failed.id, WORKSPACE, patience())?;
    client.drive(retry)
}

/// Uploads a document of more than 10 MiB in parts, and waits for it.
fn upload(
    client: &Client,
    base: &KnowledgeBaseId,
    text: String,
) -> Result<Document, Box<dyn Error>> {
    let size = text.len() as u64;
    let create = CreateDocumentUpload::new(base, WORKSPACE, "water.txt", "text/plain", size);
    let uploaded = client.drive(create.upload(client.api(), Bytes::from(text))?)?;
    let document = uploaded.document.ok_or("a document")?;
    let look = GetDocument::new(base, &document.id, WORKSPACE);
    Ok(client.drive(WaitFor::new(client.api(), look, patience())?)?)
}
