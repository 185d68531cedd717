//! Settings as stored, on their way to the registry. Those that are secrets are sealed, each for its own row (D15).

use serde_json::Value;

use crate::{
    base::entropy::Entropy,
    config::settings::{Level, StoredSetting, registry},
    flow::error::FlowError,
    keys::{
        kek::Kek,
        seal::{Place, SealError, Sealed},
    },
    store::{
        Tx,
        setting::{self, SettingRow},
    },
};

/// Every setting of the database, opened. A row that nobody can read is left out and logged: its setting keeps the default.
pub async fn stored(tx: &mut Tx, kek: &Kek) -> Result<Vec<StoredSetting>, FlowError> {
    let rows = setting::all(tx).await?;
    let mut stored = Vec::with_capacity(rows.len());
    for row in rows {
        match (Level::from_text(&row.level), opened(kek, &row)) {
            (Some(level), Some(value)) => {
                stored.push(StoredSetting { level, subject: row.subject, name: row.name, value });
            }
            _ => tracing::warn!(name = row.name, level = row.level, "a stored setting cannot be read"),
        }
    }
    Ok(stored)
}

/// The row to store for a setting; `subject` is empty for the instance.
///
/// # Errors
/// If a secret cannot be sealed.
pub fn row(kek: &Kek, entropy: &dyn Entropy, setting: &StoredSetting) -> Result<SettingRow, SealError> {
    let mut row = SettingRow {
        level: setting.level.text().to_owned(),
        subject: setting.subject.clone(),
        name: setting.name.clone(),
        value: setting.value.to_string(),
    };
    if is_secret(&row.name) && !is_empty(&setting.value) {
        let id = id(&row);
        row.value = Value::from(kek.seal(place(&id), row.value.as_bytes(), entropy)?.text()).to_string();
    }
    Ok(row)
}

/// Whether the value of a setting is sealed at rest and never shown.
pub fn is_secret(name: &str) -> bool {
    registry().iter().any(|setting| setting.name() == name && setting.is_secret())
}

/// An empty secret says that there is none, and is not worth sealing.
fn is_empty(value: &Value) -> bool {
    value.as_str() == Some("")
}

fn opened(kek: &Kek, row: &SettingRow) -> Option<Value> {
    let value: Value = serde_json::from_str(&row.value).ok()?;
    if !is_secret(&row.name) || is_empty(&value) {
        return Some(value);
    }
    let id = id(row);
    let plain = kek.open(place(&id), &Sealed::parse(value.as_str()?).ok()?).ok()?;
    serde_json::from_slice(plain.expose()).ok()
}

fn id(row: &SettingRow) -> String {
    format!("{}/{}/{}", row.level, row.subject, row.name)
}

fn place(id: &str) -> Place<'_> {
    Place { table: "setting", column: "value", row: id }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::base::entropy::SystemEntropy;

    #[test]
    fn dec_d15_a_secret_opens_in_its_own_row_only() {
        let (kek, entropy) = (Kek::from_bytes(&[7; 32]).unwrap(), SystemEntropy::default());
        let setting = |name: &str, value: Value| StoredSetting {
            level: Level::Instance,
            subject: String::new(),
            name: name.into(),
            value,
        };
        let secret = json!("smtps://me:hunter2@mail.example");
        let sealed = row(&kek, &entropy, &setting("mail.url", secret.clone())).unwrap();
        assert!(!sealed.value.contains("hunter2"));
        assert_eq!(opened(&kek, &sealed), Some(secret));
        assert_eq!(opened(&kek, &SettingRow { name: "sms.auth_token".into(), ..sealed.clone() }), None);
        assert_eq!(opened(&kek, &SettingRow { value: json!("plain").to_string(), ..sealed }), None);
        let none = row(&kek, &entropy, &setting("mail.url", json!(""))).unwrap();
        assert_eq!(opened(&kek, &none), Some(json!("")));
        let open = row(&kek, &entropy, &setting("mail.from", json!("a@b.example"))).unwrap();
        assert_eq!(open.value, "\"a@b.example\"");
    }
}
