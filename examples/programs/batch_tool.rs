//! A tool that runs a workflow for every line of a list and goes on where it stopped, in both colours.

use std::path::Path;

use serde_json::json;
use simstudio::batch_file::BatchFile;
use simstudio::{BatchPlan, RunStatus, reqwest, ureq};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// How many of the runs completed, and the places of the others.
type Report = (usize, Vec<u64>);

fn plan(names: &[&str], file: &Path) -> Result<BatchPlan> {
    let inputs: Vec<_> = names.iter().map(|name| json!({"name": name})).collect();
    Ok(BatchPlan::new("greet", inputs).store(BatchFile::open(file)?))
}

fn count(report: &mut Report, run: &simstudio::BatchRun) {
    match &run.result {
        Ok(result) if result.status == RunStatus::Completed => report.0 += 1,
        _ => report.1.push(run.position),
    }
}

fn blocking(client: &ureq::Client, names: &[&str], file: &Path) -> Result<Report> {
    let mut report = Report::default();
    for run in client.batch(plan(names, file)?)? {
        count(&mut report, &run);
    }
    Ok(report)
}

async fn on_tokio(client: &reqwest::Client, names: &[&str], file: &Path) -> Result<Report> {
    let mut report = Report::default();
    let mut runs = client.batch(plan(names, file)?);
    while let Some(run) = runs.next().await {
        count(&mut report, &run);
    }
    Ok(report)
}

#[cfg(test)]
mod tests {
    use sim_mock::Sim;

    use super::*;

    #[tokio::test]
    async fn a_second_tool_starts_nothing_that_the_first_one_started() {
        let sim = Sim::demo().start().expect("a server");
        let file = std::env::temp_dir().join(format!("batch-tool-{}", std::process::id()));
        let names = ["Ann", "Bo", "Cy"];
        let on_tokio_first = {
            let client = reqwest::Client::builder().base_url(sim.url()).api_key(sim.key()).build();
            on_tokio(&client.expect("a client"), &names, &file).await.expect("a report")
        };
        assert_eq!(on_tokio_first, (3, vec![]));
        let (url, key, path) = (sim.url().to_owned(), sim.key().to_owned(), file.clone());
        let more = tokio::task::spawn_blocking(move || {
            let client = ureq::Client::builder().base_url(url).api_key(key).build();
            let names = ["Ann", "Bo", "Cy", "Di"];
            blocking(&client.expect("a client"), &names, &path).map_err(|error| error.to_string())
        });
        assert_eq!(more.await.expect("a thread"), Ok((4, vec![])));
        assert_eq!(sim.runs().len(), 4);
        std::fs::remove_file(file).expect("the file is there");
    }
}
