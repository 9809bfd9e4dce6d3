//! The providers of credentials that the mock knows.

use serde_json::{Value, json};

/// The providers that people connect: id, name, and whether the server can reach them.
pub(super) const PROVIDERS: [(&str, &str, bool); 4] = [
    ("airtable", "Airtable", true),
    ("dropbox", "Dropbox", false),
    ("linear", "Linear", true),
    ("notion", "Notion", true),
];

/// A kind of service account.
#[derive(Debug)]
pub(super) struct Account {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    /// What its credentials are made of.
    pub(super) fields: &'static [&'static str],
    /// Whether the client must give it an id.
    pub(super) needs_id: bool,
}

/// The kinds of service accounts.
pub(super) const ACCOUNTS: [Account; 3] = [
    Account {
        id: "google-service-account",
        name: "Google service account",
        fields: &["serviceAccountJson"],
        needs_id: false,
    },
    Account {
        id: "notion-service-account",
        name: "Notion integration secret",
        fields: &["apiToken"],
        needs_id: false,
    },
    Account {
        id: "slack-custom-bot",
        name: "Slack bot",
        fields: &["botToken", "signingSecret"],
        needs_id: true,
    },
];

/// Returns a provider that people connect, as lists show it.
pub(super) fn oauth(id: &str, name: &str, available: bool) -> Value {
    json!({
        "type": "oauth",
        "serviceId": id,
        "name": name,
        "description": format!("Connects {name}."),
        "providerFamily": id,
        "available": available,
        "supportsReconnect": true,
        "authorizationOptions": [{ "providerId": id, "label": name }],
    })
}

impl Account {
    /// Returns the kind as lists show it.
    pub(super) fn item(&self) -> Value {
        let family = self.id.split('-').next();
        let fields = self.fields.iter().map(|field| {
            json!({
                "id": field,
                "label": field,
                "placeholder": "...",
                "required": true,
                "secret": true,
                "multiline": false,
                "hint": format!("What {} calls {field}.", self.name),
            })
        });
        json!({
            "type": "service_account",
            "serviceId": self.id,
            "name": self.name,
            "description": format!("Connects a {}.", self.name),
            "providerFamily": family,
            "available": true,
            "providerId": self.id,
            "docsUrl": format!("https://docs.sim.ai/integrations/{}", self.id),
            "helpText": "Ask the provider for the values.",
            "requiresClientGeneratedCredentialId": self.needs_id,
            "fields": fields.collect::<Vec<_>>(),
        })
    }
}
