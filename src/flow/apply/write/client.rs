//! Clients: what the file says laid over what is stored, checked as a whole.

use serde_json::{Map, Value, json};

use super::Writer;
use crate::{
    config::{settings::Level, suggest::did_you_mean},
    flow::apply::{
        ApplyError,
        fault::{At, Span},
        ledger::{Diff, Subject},
        read::ClientEntry,
    },
    oidc::client::{AuthMethod, ClientMetadata, ClientSecret},
    store::{self, client::StoredClient},
};

impl Writer<'_> {
    /// The client with this id.
    pub(super) async fn client_named(&mut self, at: &At<String>) -> Result<Option<String>, ApplyError> {
        if store::client::find(self.tx, &at.value).await?.is_some() {
            return Ok(Some(at.value.clone()));
        }
        let known = self.seed.clients.iter().map(|it| it.client_id.value.as_str());
        if !known.clone().any(|id| id == at.value) {
            let meant = did_you_mean(&at.value, known).map(|meant| format!("; did you mean {meant:?}?"));
            let message = format!("there is no client {:?}, neither in this file nor in the database", at.value);
            self.fault(&at.span, message + &meant.unwrap_or_default());
        }
        Ok(None)
    }

    pub(super) async fn client(&mut self, entry: &ClientEntry) -> Result<(), ApplyError> {
        let known = store::client::find(self.tx, &entry.client_id.value).await?;
        let mut diff = Diff::default();
        let Some(metadata) = self.join(entry, known.as_ref(), &mut diff).await? else { return Ok(()) };
        let mut active = known.as_ref().is_none_or(|it| it.active);
        diff.set("active", &mut active, entry.active);
        let now = self.run.now;
        match &known {
            None => store::client::insert(self.tx, &metadata, active, now).await?,
            Some(_) if !diff.is_empty() => store::client::update(self.tx, &metadata, active, now).await?,
            Some(_) => {}
        }
        self.secret(entry, known.as_ref(), &metadata, &mut diff).await?;
        let id = metadata.client_id;
        let subject = Subject { kind: "client", name: id.clone(), id: id.clone(), customer: None };
        self.ledger.add(subject, known.is_none(), diff);
        self.object_settings(Level::Client, &id, &format!("client {id}"), &entry.settings).await
    }

    /// The metadata as they would be; `None` if something is wrong with them.
    async fn join(
        &mut self,
        entry: &ClientEntry,
        known: Option<&StoredClient>,
        diff: &mut Diff,
    ) -> Result<Option<ClientMetadata>, ApplyError> {
        let defaults = json!({ "client_id": entry.client_id.value });
        let before = match known {
            Some(known) => known.metadata.clone(),
            // Every other key has a default.
            None => match serde_json::from_value::<ClientMetadata>(defaults) {
                Ok(metadata) => metadata,
                Err(error) => {
                    self.fault(&entry.span, error.to_string());
                    return Ok(None);
                }
            },
        };
        let before = as_map(&before);
        let mut joined = before.clone();
        for (key, at) in &entry.metadata {
            joined.insert(key.clone(), self.resolved(key, at).await?);
        }
        let checked = serde_json::from_value::<ClientMetadata>(Value::Object(joined));
        let metadata = match checked {
            Ok(metadata) => metadata,
            Err(error) => {
                self.fault(&entry.span, error.to_string());
                return Ok(None);
            }
        };
        if let Err(error) = metadata.validate() {
            self.fault(&place_of(entry, error.field), format!("client.{error}"));
            return Ok(None);
        }
        let after = as_map(&metadata);
        for (key, new) in &after {
            let old = before.get(key).unwrap_or(&Value::Null);
            if old != new {
                diff.note(key, old.clone(), new.clone());
            }
        }
        for (key, old) in before.iter().filter(|(key, _)| !after.contains_key(*key)) {
            diff.note(key, old.clone(), Value::Null);
        }
        Ok(Some(metadata))
    }

    /// A value with its names looked up. Customers are kept by id: a code can be given to another company.
    async fn resolved(&mut self, key: &str, at: &At<Value>) -> Result<Value, ApplyError> {
        let name = |value: &Value| At { value: value.as_str().unwrap_or_default().to_owned(), span: at.span.clone() };
        let list = at.value.as_array().map(Vec::as_slice).unwrap_or_default();
        match key {
            "customers" => {
                let names: Vec<At<String>> = list.iter().map(name).collect();
                let ids = self.customers_named(&names).await?;
                Ok(ids.into_iter().map(|id| Value::String(id.text())).collect())
            }
            "permission_filter" => {
                for key in list {
                    self.permission_named(&name(key));
                }
                Ok(at.value.clone())
            }
            "require_permission" if at.value.as_str() != Some("") => {
                self.permission_named(&name(&at.value));
                Ok(at.value.clone())
            }
            _ => Ok(at.value.clone()),
        }
    }

    async fn secret(
        &mut self,
        entry: &ClientEntry,
        known: Option<&StoredClient>,
        metadata: &ClientMetadata,
        diff: &mut Diff,
    ) -> Result<(), ApplyError> {
        let is_public = metadata.token_endpoint_auth_method == AuthMethod::None;
        let needs_one =
            matches!(metadata.token_endpoint_auth_method, AuthMethod::ClientSecretBasic | AuthMethod::ClientSecretPost);
        let has_one = known.is_some_and(|it| !it.secrets.is_empty());
        let Some(secret) = &entry.secret else {
            if needs_one && !has_one {
                let message =
                    "client needs client_secret or client_secret_file, or token_endpoint_auth_method = \"none\"";
                self.fault(&entry.span, message);
            }
            // A secret that counts no more must not come back to life with the method that asks for one.
            if is_public && has_one {
                store::client::clear_secrets(self.tx, &metadata.client_id).await?;
            }
            return Ok(());
        };
        if is_public {
            let message = "client.client_secret: does not go with token_endpoint_auth_method = \"none\"";
            self.fault(&secret.span, message);
            return Ok(());
        }
        let now = self.run.now;
        let hash = ClientSecret::hash(secret.value.expose());
        let verifies = |stored: &ClientSecret| stored.is_live(now) && hash.matches(&stored.hash);
        if !known.is_some_and(|it| it.secrets.iter().any(verifies)) {
            store::client::clear_secrets(self.tx, &metadata.client_id).await?;
            let id = self.run.entropy.uuid(now);
            store::client::add_secret(self.tx, &metadata.client_id, id, &hash, None, now).await?;
            diff.hidden("client_secret");
        }
        Ok(())
    }
}

fn as_map(metadata: &ClientMetadata) -> Map<String, Value> {
    match serde_json::to_value(metadata) {
        Ok(Value::Object(map)) => map,
        _ => Map::new(),
    }
}

/// Where the file says a key, else where the client begins.
fn place_of(entry: &ClientEntry, key: &str) -> Span {
    let said = entry.metadata.iter().find(|(name, _)| name == key);
    said.map_or_else(|| entry.span.clone(), |(_, at)| at.span.clone())
}
