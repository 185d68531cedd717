//! `[[client]]`: metadata that `oidc::client` knows, and the keys around it.

use serde::{Deserialize, Deserializer, de::Visitor, forward_to_deserialize_any};
use serde_json::{Map, Value, json};

use super::{At, Context, Entry, SettingPatch, Span, settings};
use crate::{
    base::secret::Secret,
    config::{read_private, settings::Level},
    flow::apply::entry::unknown,
    oidc::client::ClientMetadata,
};

/// Shortest secret of a client that is not warned about, in bytes. Only its SHA-256 is kept, so it must not be guessed.
const LONG_SECRET: usize = 32;

/// The keys that are not metadata.
const OWN_KEYS: [&str; 4] = ["client_secret", "client_secret_file", "active", "settings"];

/// A client.
pub struct ClientEntry {
    pub span: Span,
    pub client_id: At<String>,
    /// Metadata as written, each key with the place of its value.
    pub metadata: Vec<(String, At<Value>)>,
    pub active: Option<bool>,
    pub secret: Option<At<Secret<String>>>,
    pub settings: Vec<SettingPatch>,
}

pub(super) fn read(context: &Context<'_>, entry: &mut Entry<'_>) -> Option<ClientEntry> {
    let client_id = entry.required("client_id");
    let metadata = read_metadata(entry);
    let read = ClientEntry {
        span: entry.span.clone(),
        active: entry.flag("active"),
        secret: secret(context, entry),
        settings: settings::of_object(context, entry, Level::Client),
        metadata,
        client_id: client_id?,
    };
    Some(read)
}

/// Every key that is metadata, its type checked by itself; whether the keys go together is checked when they are joined
/// with what is stored.
fn read_metadata(entry: &Entry<'_>) -> Vec<(String, At<Value>)> {
    let known = keys();
    let mut metadata = Vec::new();
    for (key, value) in entry.json() {
        let name = key.value;
        if OWN_KEYS.contains(&name.as_str()) {
            continue;
        }
        if !known.contains(&name.as_str()) {
            let all = known.iter().copied().chain(OWN_KEYS);
            entry.faults.push(key.span, unknown(&entry.name, &name, all));
            continue;
        }
        let mut alone = Map::from_iter([("client_id".to_owned(), json!("x"))]);
        alone.insert(name.clone(), value.value.clone());
        match serde_json::from_value::<ClientMetadata>(Value::Object(alone)) {
            Ok(_) => metadata.push((name, value)),
            Err(error) => entry.refuse(&name, value.span, error),
        }
    }
    metadata
}

fn secret(context: &Context<'_>, entry: &mut Entry<'_>) -> Option<At<Secret<String>>> {
    let given = entry.filled("client_secret").map(|at| At { value: Secret::new(at.value), span: at.span });
    let file = read_secret_file(context, entry, "client_secret_file");
    let secret = match (given, file) {
        (Some(_), Some(file)) => {
            entry.refuse("client_secret_file", file.span, "there is a client_secret too: keep one of the two");
            return None;
        }
        (given, file) => given.or(file)?,
    };
    if secret.value.expose().len() < LONG_SECRET {
        let message =
            format!("this client_secret has fewer than {LONG_SECRET} characters: take 256 random bits for production");
        context.warn(secret.span.clone(), message);
    }
    Some(secret)
}

/// What the file holds that a key names; its path starts at the folder of the seed file.
pub(super) fn read_secret_file(
    context: &Context<'_>,
    entry: &mut Entry<'_>,
    key: &'static str,
) -> Option<At<Secret<String>>> {
    let name = entry.filled(key)?;
    match read_private(&context.folder.join(&name.value)) {
        Ok(text) if text.is_empty() => entry.refuse(key, name.span, format_args!("{} is empty", name.value)),
        Ok(text) => return Some(At { value: Secret::new(text), span: name.span }),
        Err(error) => entry.refuse(key, name.span, format_args!("{}: {error}", name.value)),
    }
    None
}

/// The keys of client metadata, as its `Deserialize` names them.
fn keys() -> &'static [&'static str] {
    let mut keys: &'static [&'static str] = &[];
    // Ends with an error always: there is nothing to deserialize.
    let _ = ClientMetadata::deserialize(KeysOf(&mut keys));
    keys
}

/// Asked for a struct, it notes the names of the fields.
struct KeysOf<'a>(&'a mut &'static [&'static str]);

impl<'de> Deserializer<'de> for KeysOf<'_> {
    type Error = serde::de::value::Error;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        _visitor: V,
    ) -> Result<V::Value, Self::Error> {
        *self.0 = fields;
        Err(serde::de::Error::custom(""))
    }

    fn deserialize_any<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, Self::Error> {
        Err(serde::de::Error::custom(""))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct newtype_struct
        seq tuple tuple_struct map enum identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::keys;

    #[test]
    fn the_keys_of_a_client_are_those_of_its_metadata() {
        let keys = keys();
        assert!(keys.len() > 30, "{keys:?}");
        for key in ["client_id", "redirect_uris", "require_pkce", "id_token_claims"] {
            assert!(keys.contains(&key), "{key}");
        }
    }
}
