//! Settings that are secrets are sealed at rest, each for its own row (D15).

use serde_json::Value;

use crate::{
    base::entropy::Entropy,
    keys::{
        kek::Kek,
        seal::{Place, SealError, Sealed},
    },
};

/// The row of a setting: level, subject and name.
pub type Row<'a> = (&'a str, &'a str, &'a str);

/// The text to store for a secret `value`: a JSON string that holds the sealed form.
pub fn seal(kek: &Kek, entropy: &dyn Entropy, row: Row<'_>, value: &Value) -> Result<String, SealError> {
    let id = id(row);
    let sealed = kek.seal(place(&id), value.to_string().as_bytes(), entropy)?;
    Ok(Value::from(sealed.text()).to_string())
}

/// The value behind a stored text. An empty text was never worth sealing and may stand as it is.
pub fn open(kek: &Kek, row: Row<'_>, stored: &Value) -> Result<Value, SealError> {
    let text = stored.as_str().unwrap_or_default();
    if text.is_empty() {
        return Ok(stored.clone());
    }
    let id = id(row);
    let opened = kek.open(place(&id), &Sealed::parse(text)?)?;
    serde_json::from_slice(opened.expose()).map_err(|_| SealError::Malformed)
}

fn id((level, subject, name): Row<'_>) -> String {
    format!("{level}/{subject}/{name}")
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
    fn dec_d15_a_sealed_setting_opens_in_its_own_row_only() {
        let kek = Kek::from_bytes(&[7; 32]).unwrap();
        let row = ("instance", "", "mail.url");
        let stored = seal(&kek, &SystemEntropy::default(), row, &json!("smtps://me:secret@mail.example")).unwrap();
        assert!(!stored.contains("secret"));
        let stored: Value = serde_json::from_str(&stored).unwrap();
        assert_eq!(open(&kek, row, &stored).unwrap(), json!("smtps://me:secret@mail.example"));
        assert!(open(&kek, ("instance", "", "sms.auth_token"), &stored).is_err());
        assert_eq!(open(&kek, row, &json!("")).unwrap(), json!(""));
        assert!(open(&kek, row, &json!("plain")).is_err());
    }
}
