//! The key-encryption key: 32 bytes that never enter the database (D15, security.md S12).

use std::{
    fmt, fs,
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
    str::FromStr,
};

use aws_lc_rs::{
    aead::{AES_256_GCM, LessSafeKey, UnboundKey},
    digest,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use zeroize::Zeroizing;

use crate::base::{entropy::Entropy, private_file, secret::Secret};

/// Length of the key in bytes.
pub const KEK_LEN: usize = 32;

/// File name in the keys directory.
const FILE_NAME: &str = "kek";

/// How to make one by hand; part of the messages that ask for a key.
const RECIPE: &str = "(umask 077; head -c 32 /dev/urandom | base64 > FILE)";

/// The key-encryption key, ready for use. Shows only its id.
pub struct Kek {
    id: KekId,
    cipher: LessSafeKey,
}

/// Names a key without telling it: the first 48 bits of a hash of the key, as 12 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct KekId([u8; 6]);

/// The text is not the id of a key.
#[derive(Debug, thiserror::Error)]
#[error("not the id of a key-encryption key")]
pub struct InvalidKekId;

/// Where the configuration says the key is. `value` and `file` exclude each other; with neither it is `kek` in `dir`.
#[derive(Clone, Copy)]
pub struct KekSource<'a> {
    /// `[keys] dir`.
    pub dir: &'a Path,
    /// `[keys] kek_file`.
    pub file: Option<&'a Path>,
    /// The environment's value.
    pub value: Option<&'a Secret<String>>,
}

/// What the database says about keys before one is loaded.
#[derive(Clone, Copy, Debug)]
pub struct DatabaseFacts {
    /// The engine is SQLite: one node, so a key made here is the only one.
    pub is_sqlite: bool,
    /// Some table holds a sealed value.
    pub holds_sealed: bool,
    /// The id of the key that the database remembers.
    pub kek_id: Option<KekId>,
}

/// Why there is no usable key. Every message says what to do.
#[derive(Debug, thiserror::Error)]
pub enum KekError {
    /// Both sources are set.
    #[error("USHER__KEYS__KEK and kek_file are both set; keep one of them")]
    TwoSources,
    /// No key, and none may be made: it would orphan what is sealed, or differ from other nodes' key.
    #[error("{}", missing(path, *wanted, *is_sqlite))]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
        /// The key that the database remembers.
        wanted: Option<KekId>,
        /// The engine.
        is_sqlite: bool,
    },
    /// A key, but not the one that sealed this database.
    #[error(
        "the key-encryption key of {origin} has id {given}, but this database is sealed under {wanted}; \
             provide the key with id {wanted}, or point database.url at the database that belongs to this key"
    )]
    Wrong {
        /// Where the key came from.
        origin: String,
        /// Id of the key found.
        given: KekId,
        /// Id that the database remembers.
        wanted: KekId,
    },
    /// Others can read the file.
    #[error("{path} can be read by others (mode {mode:04o}); run: chmod 600 {path}", path = path.display())]
    TooOpen {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// Not 32 bytes of base64.
    #[error("{origin} does not hold 32 bytes in base64; make a key with: {RECIPE}")]
    Malformed {
        /// Where the text came from.
        origin: String,
    },
    /// The file system refused.
    #[error("{path}: {source}", path = path.display())]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// What it said.
        source: io::Error,
    },
}

fn missing(path: &Path, wanted: Option<KekId>, is_sqlite: bool) -> String {
    let path = path.display();
    match wanted {
        Some(id) => format!(
            "the key-encryption key with id {id} is missing: this database is sealed under it. \
             Restore it to {path}, or name its place with kek_file in [keys] or USHER__KEYS__KEK_FILE"
        ),
        None if is_sqlite => format!(
            "the key-encryption key is missing and this database already holds sealed values. \
             Restore it to {path}, or name its place with kek_file in [keys] or USHER__KEYS__KEK_FILE"
        ),
        None => format!(
            "no key-encryption key at {path}. With PostgreSQL every node needs the same key, so none is made here. \
             Make one with {RECIPE} and give it to every node by kek_file in [keys] or USHER__KEYS__KEK_FILE"
        ),
    }
}

impl Kek {
    /// A key of exactly [`KEK_LEN`] bytes; `None` otherwise.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let cipher = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, bytes).ok()?);
        Some(Self { id: KekId::of(bytes), cipher })
    }

    /// Its id.
    pub const fn id(&self) -> KekId {
        self.id
    }

    pub(super) const fn cipher(&self) -> &LessSafeKey {
        &self.cipher
    }

    fn from_base64(text: &str, origin: impl FnOnce() -> String) -> Result<Self, KekError> {
        let bytes = STANDARD.decode(text.trim()).map(Zeroizing::new).ok();
        bytes.and_then(|bytes| Self::from_bytes(&bytes)).ok_or_else(|| KekError::Malformed { origin: origin() })
    }
}

impl fmt::Debug for Kek {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Kek({})", self.id)
    }
}

impl KekId {
    fn of(key: &[u8]) -> Self {
        let mut context = digest::Context::new(&digest::SHA256);
        context.update(b"usher kek id\0");
        context.update(key);
        let mut id = [0; 6];
        id.iter_mut().zip(context.finish().as_ref()).for_each(|(to, from)| *to = *from);
        Self(id)
    }
}

impl fmt::Display for KekId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for KekId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for KekId {
    type Err = InvalidKekId;

    fn from_str(text: &str) -> Result<Self, InvalidKekId> {
        let value = u64::from_str_radix(text, 16).map_err(|_| InvalidKekId)?;
        let [_, _, id @ ..] = value.to_be_bytes();
        // Only the form that Display writes: no sign, no capitals, no other length.
        if Self(id).to_string() == text { Ok(Self(id)) } else { Err(InvalidKekId) }
    }
}

/// Loads the key; makes one only where nothing can depend on another: SQLite, nothing sealed, no id remembered.
///
/// # Errors
/// [`KekError`], with a message that says what to do.
pub fn load(source: KekSource<'_>, facts: DatabaseFacts, entropy: &dyn Entropy) -> Result<Kek, KekError> {
    let own = source.dir.join(FILE_NAME);
    let (kek, origin) = match (source.value, source.file) {
        (Some(_), Some(_)) => return Err(KekError::TwoSources),
        (Some(value), None) => {
            let origin = "USHER__KEYS__KEK";
            (Kek::from_base64(value.expose(), || origin.to_owned())?, origin.to_owned())
        }
        (None, Some(file)) => (read(file)?.ok_or_else(|| absent(file, facts))?, file.display().to_string()),
        (None, None) => {
            let kek = match read(&own)? {
                Some(kek) => kek,
                None if may_create(facts) => create(source.dir, &own, entropy)?,
                None => return Err(absent(&own, facts)),
            };
            (kek, own.display().to_string())
        }
    };
    match facts.kek_id {
        Some(wanted) if wanted != kek.id() => Err(KekError::Wrong { origin, given: kek.id(), wanted }),
        _ => Ok(kek),
    }
}

/// Whether a key may be made: a second key beside an existing one would leave everything sealed unreadable.
const fn may_create(facts: DatabaseFacts) -> bool {
    facts.is_sqlite && !facts.holds_sealed && facts.kek_id.is_none()
}

fn absent(path: &Path, facts: DatabaseFacts) -> KekError {
    KekError::Missing { path: path.to_owned(), wanted: facts.kek_id, is_sqlite: facts.is_sqlite }
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> KekError {
    let path = path.to_owned();
    move |source| KekError::Io { path, source }
}

/// Reads a key file; `None` if there is none.
fn read(path: &Path) -> Result<Option<Kek>, KekError> {
    let file = match fs::File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => file.map_err(at(path))?,
    };
    if let Some(mode) = private_file::exposure(&file).map_err(at(path))? {
        return Err(KekError::TooOpen { path: path.to_owned(), mode });
    }
    let text = Zeroizing::new(io::read_to_string(io::Read::take(file, 1024)).map_err(at(path))?);
    Kek::from_base64(&text, || path.display().to_string()).map(Some)
}

/// Makes a key file. Written aside and linked into place, so that it is there whole or not at all, and so that of two
/// processes that start together one wins and the other reads the winner's key.
fn create(dir: &Path, path: &Path, entropy: &dyn Entropy) -> Result<Kek, KekError> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(dir).map_err(at(dir))?;
    let bytes = Zeroizing::new(entropy.bytes::<KEK_LEN>());
    let aside = dir.join(format!(".{FILE_NAME}.{:016x}", u64::from_be_bytes(entropy.bytes())));
    write_private(&aside, &STANDARD.encode(bytes.as_slice())).map_err(at(&aside))?;
    let linked = fs::hard_link(&aside, path);
    fs::remove_file(&aside).map_err(at(&aside))?;
    match linked {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(at(path)(error)),
        _ => {
            fs::File::open(dir).and_then(|dir| dir.sync_all()).map_err(at(dir))?;
            read(path)?.ok_or_else(|| at(path)(io::ErrorKind::NotFound.into()))
        }
    }
}

fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    writeln!(file, "{text}")?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};

    use super::*;
    use crate::base::entropy::SystemEntropy;

    const FRESH: DatabaseFacts = DatabaseFacts { is_sqlite: true, holds_sealed: false, kek_id: None };

    fn load_in(dir: &Path, facts: DatabaseFacts) -> Result<Kek, KekError> {
        load(KekSource { dir, file: None, value: None }, facts, &SystemEntropy::default())
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().mode() & 0o777
    }

    #[test]
    fn sec_s12_a_key_is_made_once_with_mode_0600_and_found_again() {
        let home = tempfile::tempdir().unwrap();
        let dir = home.path().join("keys");
        let made = load_in(&dir, FRESH).unwrap();
        assert_eq!((mode(&dir), mode(&dir.join("kek"))), (0o700, 0o600));
        assert_eq!(fs::read_dir(&dir).unwrap().count(), 1);
        let facts = DatabaseFacts { holds_sealed: true, kek_id: Some(made.id()), ..FRESH };
        assert_eq!(load_in(&dir, facts).unwrap().id(), made.id());
    }

    #[test]
    fn sec_s12_none_is_made_where_another_may_exist() {
        let home = tempfile::tempdir().unwrap();
        let id = Kek::from_bytes(&[7; 32]).unwrap().id();
        for facts in [
            DatabaseFacts { is_sqlite: false, ..FRESH },
            DatabaseFacts { holds_sealed: true, ..FRESH },
            DatabaseFacts { kek_id: Some(id), ..FRESH },
        ] {
            let error = load_in(home.path(), facts).unwrap_err();
            assert!(matches!(error, KekError::Missing { .. }), "{error}");
            assert_eq!(error.to_string().contains(&id.to_string()), facts.kek_id.is_some(), "{error}");
            assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0);
        }
    }

    #[test]
    fn sec_s12_another_key_than_the_one_remembered_is_refused_by_id() {
        let home = tempfile::tempdir().unwrap();
        let wanted = Kek::from_bytes(&[7; 32]).unwrap().id();
        let given = load_in(home.path(), FRESH).unwrap().id();
        let error = load_in(home.path(), DatabaseFacts { kek_id: Some(wanted), ..FRESH }).unwrap_err().to_string();
        assert!(error.contains(&wanted.to_string()) && error.contains(&given.to_string()), "{error}");
    }

    #[test]
    fn sec_s12_files_wider_than_0600_are_refused() {
        let home = tempfile::tempdir().unwrap();
        load_in(home.path(), FRESH).unwrap();
        let path = home.path().join("kek");
        for (mode, fine) in [(0o600, true), (0o400, true), (0o640, false), (0o604, false), (0o666, false)] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let loaded = load_in(home.path(), FRESH);
            assert_eq!(loaded.is_ok(), fine, "{mode:o}");
            assert!(fine || loaded.unwrap_err().to_string().contains("chmod 600"), "{mode:o}");
        }
    }

    #[test]
    fn a_given_value_or_file_is_read_and_both_are_refused() {
        let home = tempfile::tempdir().unwrap();
        let entropy = SystemEntropy::default();
        let (text, file) = (STANDARD.encode([7; 32]), home.path().join("given"));
        write_private(&file, &text).unwrap();
        let value = Secret::new(format!("{text}\n"));
        let id = Kek::from_bytes(&[7; 32]).unwrap().id();
        let postgres = DatabaseFacts { is_sqlite: false, holds_sealed: true, kek_id: Some(id) };
        let source = KekSource { dir: home.path(), file: None, value: None };

        let by_value = KekSource { value: Some(&value), ..source };
        assert_eq!(load(by_value, postgres, &entropy).unwrap().id(), id);
        let by_file = KekSource { file: Some(&file), ..source };
        assert_eq!(load(by_file, postgres, &entropy).unwrap().id(), id);
        let by_both = KekSource { file: Some(&file), ..by_value };
        assert!(matches!(load(by_both, postgres, &entropy), Err(KekError::TwoSources)));
        let nowhere = home.path().join("nowhere");
        let by_nowhere = KekSource { file: Some(&nowhere), ..source };
        assert!(matches!(load(by_nowhere, FRESH, &entropy), Err(KekError::Missing { .. })));
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1, "a named file is never made");
    }

    #[test]
    fn anything_but_32_bytes_of_base64_is_refused_without_repeating_it() {
        let home = tempfile::tempdir().unwrap();
        for text in [String::new(), "hunter2".to_owned(), STANDARD.encode([1; 31]), STANDARD.encode([1; 33])] {
            let value = Secret::new(text.clone());
            let source = KekSource { dir: home.path(), file: None, value: Some(&value) };
            let error = load(source, FRESH, &SystemEntropy::default()).unwrap_err().to_string();
            assert!(error.contains("32 bytes") && (text.is_empty() || !error.contains(&text)), "{error}");
        }
    }

    #[test]
    fn ids_have_one_spelling() {
        let id = Kek::from_bytes(&[7; 32]).unwrap().id();
        assert_eq!(id.to_string().parse::<KekId>().unwrap(), id);
        for text in ["", "+00000000001", "00000000000", "0000000000001", "ABCDEFABCDEF"] {
            assert!(text.parse::<KekId>().is_err(), "{text}");
        }
    }
}
