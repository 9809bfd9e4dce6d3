//! Lists as declarations: what they search, how they sort, and how their pages are cut.

use serde_json::Value;

use super::call::Call;
use super::shape::{Field, Of, may};
use crate::things::Thing;
use crate::wire::v2::cursor::{Key, Listed, Page};
use crate::wire::v2::problem::Problem;

/// How many entries a page has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Limit {
    /// From 1 to 100, by default 50.
    Hundred,
    /// From 1 to 1000, by default 100.
    Thousand,
    /// Any number is moved into the range from 1 to 1000; by default 100.
    Clamped,
    /// The list comes as a whole, and takes no limit.
    Whole,
}

/// A list of things.
#[derive(Debug)]
pub(crate) struct Listing {
    /// The key that a search looks into; empty if the list cannot be searched.
    pub(crate) search: &'static str,
    /// The keys that the list can be sorted by; the first is the one by default.
    pub(crate) sorts: &'static [&'static str],
    pub(crate) descends: bool,
    pub(crate) limit: Limit,
    /// Whether the things lie in folders.
    pub(crate) folders: bool,
}

const CURSOR: Field = may("cursor", Of::Text(1, u64::MAX));

impl Listing {
    /// Returns the parameters of the list.
    pub(crate) fn fields(&self) -> Vec<Field> {
        let mut fields = Vec::new();
        if self.folders {
            fields.push(may("folderPath", Of::Folder));
        }
        if !self.search.is_empty() {
            fields.push(may("search", Of::Text(1, 200)));
        }
        if !self.sorts.is_empty() {
            fields.push(may("sortBy", Of::Word(self.sorts)));
            fields.push(may("sortOrder", Of::Word(&["asc", "desc"])));
        }
        let limit = match self.limit {
            Limit::Hundred => Of::Whole(1, 100),
            Limit::Thousand => Of::Whole(1, 1000),
            Limit::Clamped => Of::Number(f64::MIN, f64::MAX),
            Limit::Whole => return fields,
        };
        fields.extend([may("limit", limit), CURSOR]);
        fields
    }

    /// Returns the page of these things that was asked for.
    pub(crate) fn page<'t>(
        &self,
        call: &Call<'_>,
        things: impl Iterator<Item = &'t Thing>,
        filter: &str,
    ) -> Result<Listed<&'t Thing>, Problem> {
        let search = call.text("search").map(str::to_lowercase);
        let folder = call.text("folderPath");
        let wanted = |thing: &&Thing| {
            let name = thing.text(self.search).to_lowercase();
            search.as_ref().is_none_or(|text| name.contains(text))
                && folder.is_none_or(|folder| thing.text("folderPath") == folder)
        };
        let things: Vec<&Thing> = things.filter(wanted).collect();
        let sorts = self.sorts.iter();
        let sort = call.text("sortBy").and_then(|by| sorts.copied().find(|known| *known == by));
        let sort = sort.or(self.sorts.first().copied()).unwrap_or("");
        let descends = call.text("sortOrder").map_or(self.descends, |order| order == "desc");
        let page = Page {
            sort,
            descends,
            filter: format!("{:?}:{search:?}:{folder:?}:{filter}", call.ids),
            limit: self.limit(call),
            cursor: call.text("cursor").map(str::to_owned),
        };
        page.of(things, |thing| (key(thing, sort), thing.id.clone()))
    }

    fn limit(&self, call: &Call<'_>) -> usize {
        let asked = call.query.get("limit").and_then(Value::as_f64);
        let whole = asked.map(|asked| asked.clamp(1.0, 1000.0));
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it is 1 to 1000"
        )]
        let whole = whole.map(|whole| whole as usize);
        match self.limit {
            Limit::Whole => usize::MAX,
            Limit::Hundred => whole.unwrap_or(50),
            Limit::Thousand | Limit::Clamped => whole.unwrap_or(100),
        }
    }
}

fn key(thing: &Thing, sort: &str) -> Key {
    match (sort, thing.shown.get(sort)) {
        ("createdAt" | "uploadedAt" | "", _) => Key::time(thing.created_at),
        ("updatedAt", _) => Key::time(thing.updated_at),
        (_, Some(Value::String(text))) => Key::Text(text.clone()),
        (_, Some(Value::Number(number))) => Key::Number(number.as_i64().unwrap_or_default()),
        (_, Some(Value::Bool(flag))) => Key::Number((*flag).into()),
        _ => Key::Number(0),
    }
}
