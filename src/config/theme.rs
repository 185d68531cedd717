//! `[theme]`

use std::path::PathBuf;

use schemars::JsonSchema;

use super::reader::Reader;

/// How the pages look.
#[derive(Clone, Debug, JsonSchema)]
pub struct Theme {
    /// Folder of themes on disk; what it lacks comes from the built-in theme.
    #[schemars(with = "String")]
    pub dir: Option<PathBuf>,
    /// Name of the theme.
    pub name: String,
}

impl Theme {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self { dir: reader.file_name("dir"), name: reader.text("name", "default".to_owned(), folder_name) }
    }
}

/// One folder below `dir`, so never a path.
fn folder_name(text: &str) -> Result<String, String> {
    let plain = !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    if plain { Ok(text.to_owned()) } else { Err(format!("{text:?} is not a name of letters, digits, - and _")) }
}
