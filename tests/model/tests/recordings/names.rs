//! The names that the model and a recording have for the same thing: ids of runs, workflows, contexts and jobs.

/// Pairs of names, each of which stands for one thing.
#[derive(Clone, Default)]
pub(crate) struct Names(Vec<(String, String)>);

impl Names {
    /// Records that the model's name and the recorded one mean the same thing. Returns false if one of them is known
    /// under another name.
    pub(crate) fn bind(&mut self, ours: &str, theirs: &str) -> bool {
        let known = self.0.iter().find(|(one, other)| one == ours || other == theirs);
        if let Some((one, other)) = known {
            return one == ours && other == theirs;
        }
        self.0.push((ours.to_owned(), theirs.to_owned()));
        true
    }

    /// Returns a recorded text with the model's names.
    pub(crate) fn ours(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (ours, theirs) in &self.0 {
            text = text.replace(theirs.as_str(), ours);
        }
        text
    }
}
