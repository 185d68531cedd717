//! Templates that administrators wrote over those of the theme.

use super::{error::StoreError, tx::Tx};
use crate::base::moment::Moment;

/// One template in one language, or in all. A part that is absent stays the theme's.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TemplateOverride {
    /// Name: a key of the catalogue, or a name of one's own that `templates.<key>` chooses.
    pub name: String,
    /// A language tag, or `*`.
    pub locale: String,
    /// The key of the catalogue whose variables it is filled with.
    pub purpose: String,
    /// Subject line.
    pub subject: Option<String>,
    /// Text part.
    pub text: Option<String>,
    /// HTML part.
    pub html: Option<String>,
    /// When it was written.
    pub updated_at: Moment,
    /// By whom.
    pub updated_by: String,
}

#[derive(sqlx::FromRow)]
struct Row {
    name: String,
    locale: String,
    purpose: String,
    subject: Option<String>,
    body_text: Option<String>,
    body_html: Option<String>,
    updated_at: i64,
    updated_by: String,
}

impl From<Row> for TemplateOverride {
    fn from(row: Row) -> Self {
        Self {
            name: row.name,
            locale: row.locale,
            purpose: row.purpose,
            subject: row.subject,
            text: row.body_text,
            html: row.body_html,
            updated_at: Moment::from_micros(row.updated_at),
            updated_by: row.updated_by,
        }
    }
}

/// Every template of this name.
pub async fn of_name(tx: &mut Tx, name: &str) -> Result<Vec<TemplateOverride>, StoreError> {
    let rows = fetch_all!(
        tx,
        Row,
        "SELECT name, locale, purpose, subject, body_text, body_html, updated_at, updated_by \
         FROM template_override WHERE name = $1 ORDER BY locale",
        name
    )?;
    Ok(rows.into_iter().map(TemplateOverride::from).collect())
}

/// Every template, by name and language.
pub async fn all(tx: &mut Tx) -> Result<Vec<TemplateOverride>, StoreError> {
    let rows = fetch_all!(
        tx,
        Row,
        "SELECT name, locale, purpose, subject, body_text, body_html, updated_at, updated_by \
         FROM template_override ORDER BY name, locale"
    )?;
    Ok(rows.into_iter().map(TemplateOverride::from).collect())
}

/// Writes a template, over an earlier one of this name and language.
pub async fn set(tx: &mut Tx, template: &TemplateOverride) -> Result<(), StoreError> {
    execute!(
        tx,
        "INSERT INTO template_override (name, locale, purpose, subject, body_text, body_html, updated_at, updated_by) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
         ON CONFLICT (name, locale) DO UPDATE SET purpose = excluded.purpose, subject = excluded.subject, \
             body_text = excluded.body_text, body_html = excluded.body_html, updated_at = excluded.updated_at, \
             updated_by = excluded.updated_by",
        template.name.as_str(),
        template.locale.as_str(),
        template.purpose.as_str(),
        template.subject.as_deref(),
        template.text.as_deref(),
        template.html.as_deref(),
        template.updated_at.as_micros(),
        template.updated_by.as_str()
    )?;
    Ok(())
}

/// Deletes a template: the theme's is used again. `false` if there was none.
pub async fn delete(tx: &mut Tx, name: &str, locale: &str) -> Result<bool, StoreError> {
    let rows = execute!(tx, "DELETE FROM template_override WHERE name = $1 AND locale = $2", name, locale)?;
    Ok(rows == 1)
}

/// How many there are.
pub async fn count(tx: &mut Tx) -> Result<i64, StoreError> {
    let (count,) = fetch_one!(tx, (i64,), "SELECT COUNT(*) FROM template_override")?;
    Ok(count)
}
