//! `[keys]`

use std::path::PathBuf;

use schemars::JsonSchema;

use super::reader::Reader;
use crate::base::secret::Secret;

/// Where the key-encryption key is (security.md S12).
#[derive(Clone, JsonSchema)]
pub struct Keys {
    /// Folder of the key that is made at the first start with SQLite.
    #[schemars(with = "String")]
    pub dir: PathBuf,
    /// File that holds the key: 32 bytes in base64. With PostgreSQL it, or USHER__KEYS__KEK, must be given.
    #[schemars(with = "String")]
    pub kek_file: Option<PathBuf>,
    /// The key itself; never in the file.
    #[schemars(skip)]
    pub kek: Option<Secret<String>>,
}

impl Keys {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let dir = PathBuf::from(reader.text("dir", "keys".to_owned(), |text| Ok(text.to_owned())));
        // The file is read with the database at hand, because only then is it clear whether one may be made.
        let (kek, kek_file) = reader.secret_or_file_name("kek");
        Self { dir, kek_file, kek }
    }
}
