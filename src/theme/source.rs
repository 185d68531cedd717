//! The files of a theme: those of its folder, over those of the themes it extends, over those in the binary.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use rust_embed::RustEmbed;

use super::{error::ThemeError, manifest::Manifest};

/// The theme that every other ends in.
pub(super) const DEFAULT: &str = "default";

const LARGEST: u64 = 1024 * 1024;
const DEEPEST: usize = 8;

#[derive(RustEmbed)]
#[folder = "themes/"]
struct Embedded;

/// What a theme is made of, merged along `extends`.
pub(super) struct Source {
    pub manifest: Manifest,
    /// By template name: `layout.html`, `pages/sign_in.html`, `partials/forms.html`.
    pub templates: BTreeMap<String, String>,
    /// By path below `mail/`: `layout.html`, `mfa.code/body.txt`.
    pub mails: BTreeMap<String, String>,
    /// By file name.
    pub statics: BTreeMap<String, Vec<u8>>,
    /// By language tag; later texts replace earlier ones.
    pub locales: BTreeMap<String, Vec<String>>,
    /// Whether any of it comes from a folder.
    pub changed: bool,
}

impl Source {
    /// Reads theme `name` from `dir`, else from the binary, and whatever it extends.
    pub fn read(dir: Option<&Path>, name: &str) -> Result<Self, ThemeError> {
        let mut chain = vec![Layer::read(dir, name)?];
        while let Some(base) = chain.last().and_then(|layer| layer.manifest.extends.clone()) {
            // A folder of the same name as an embedded theme is a change of that theme.
            let own = chain.iter().any(|layer| layer.name == base);
            let layer = match own && base == DEFAULT && !chain.iter().any(|layer| layer.embedded) {
                true => Layer::read(None, &base)?,
                false if own || chain.len() == DEEPEST => return Err(ThemeError::Circle(name.to_owned())),
                false => Layer::read(dir, &base)?,
            };
            chain.push(layer);
        }
        Ok(chain.into_iter().rev().fold(Self::empty(), Self::covered_by))
    }

    fn empty() -> Self {
        let (templates, mails, statics, locales) = Default::default();
        Self { manifest: Manifest::default(), templates, mails, statics, locales, changed: false }
    }

    fn covered_by(mut self, layer: Layer) -> Self {
        self.manifest = layer.manifest.over(self.manifest);
        self.changed |= !layer.embedded;
        for (path, bytes) in layer.files {
            let text = || String::from_utf8_lossy(&bytes).into_owned();
            match (path.split_once('/'), path.rsplit_once('.')) {
                (Some(("static", file)), _) => drop(self.statics.insert(file.to_owned(), bytes)),
                (Some(("mail", file)), Some((_, "txt" | "html"))) => drop(self.mails.insert(file.to_owned(), text())),
                // `en.ftl`, and every file of a folder `en`.
                (Some(("locales", file)), Some((_, "ftl"))) => {
                    let tag = file.split('/').next().unwrap_or(file).trim_end_matches(".ftl").to_owned();
                    self.locales.entry(tag).or_default().push(text());
                }
                (None | Some(("pages" | "partials", _)), Some((_, "html"))) => {
                    drop(self.templates.insert(path.clone(), text()));
                }
                _ => {}
            }
        }
        self
    }
}

/// One theme by itself.
struct Layer {
    name: String,
    embedded: bool,
    manifest: Manifest,
    files: BTreeMap<String, Vec<u8>>,
}

impl Layer {
    fn read(dir: Option<&Path>, name: &str) -> Result<Self, ThemeError> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if name.is_empty() || name.len() > 64 || !name.chars().all(plain) {
            return Err(ThemeError::Name(name.to_owned()));
        }
        let folder = dir.map(|dir| dir.join(name)).filter(|folder| folder.join("theme.toml").is_file());
        let files = match &folder {
            Some(folder) => from_folder(folder)?,
            None => embedded(name),
        };
        let unknown = || ThemeError::Unknown { name: name.to_owned(), dir: dir.map(Path::to_owned) };
        let manifest = files.get("theme.toml").ok_or_else(unknown)?;
        let manifest = Manifest::parse(name, &String::from_utf8_lossy(manifest))?;
        Ok(Self { name: name.to_owned(), embedded: folder.is_none(), manifest, files })
    }
}

fn embedded(name: &str) -> BTreeMap<String, Vec<u8>> {
    let prefix = format!("{name}/");
    Embedded::iter()
        .filter_map(|path| {
            let inner = path.strip_prefix(&prefix)?.to_owned();
            Some((inner, Embedded::get(&path)?.data.into_owned()))
        })
        .collect()
}

fn from_folder(root: &Path) -> Result<BTreeMap<String, Vec<u8>>, ThemeError> {
    let mut files = BTreeMap::new();
    for inner in ["", "pages", "partials", "static", "locales", "mail"] {
        let folders = read_files(root, inner, &mut files)?;
        // Locale files per subject, and one folder per mail.
        for folder in folders.iter().filter(|_| matches!(inner, "locales" | "mail")) {
            read_files(root, &format!("{inner}/{folder}"), &mut files)?;
        }
    }
    Ok(files)
}

/// Adds the files of one folder, and tells the names of the folders in it.
fn read_files(root: &Path, inner: &str, files: &mut BTreeMap<String, Vec<u8>>) -> Result<Vec<String>, ThemeError> {
    let folder = root.join(inner);
    let mut folders = Vec::new();
    if !folder.is_dir() {
        return Ok(folders);
    }
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| ThemeError::Read { path, source }
    };
    for entry in fs::read_dir(&folder).map_err(failed(&folder))? {
        let path = entry.map_err(failed(&folder))?.path();
        let name = path.file_name().and_then(|name| name.to_str()).filter(|name| is_file_name(name));
        let Some(name) = name else { continue };
        if path.is_dir() {
            folders.push(name.to_owned());
        } else if path.is_file() {
            let key = if inner.is_empty() { name.to_owned() } else { format!("{inner}/{name}") };
            files.insert(key, read_file(&path).map_err(failed(&path))?);
        }
    }
    Ok(folders)
}

fn read_file(path: &PathBuf) -> io::Result<Vec<u8>> {
    if fs::metadata(path)?.len() > LARGEST {
        return Err(io::Error::other("larger than 1 MiB"));
    }
    fs::read(path)
}

/// A plain file name that is safe in a path and in an address: no folders, no hidden files.
pub(super) fn is_file_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    !name.is_empty() && name.len() <= 128 && !name.starts_with('.') && name.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn theme(files: &[(&str, &str)]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = dir.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        dir
    }

    #[test]
    fn a_theme_may_hold_one_file() {
        let dir = theme(&[("acme/theme.toml", "api = 1\nextends = 'default'\ntitle = 'Acme'")]);
        let source = Source::read(Some(dir.path()), "acme").unwrap();
        assert_eq!(source.manifest.title.as_deref(), Some("Acme"));
        assert!(source.templates.contains_key("layout.html"));
    }

    #[test]
    fn a_folder_named_default_changes_the_default() {
        let toml = "api = 1\nextends = 'default'";
        let dir = theme(&[("default/theme.toml", toml), ("default/pages/sign_in.html", "mine")]);
        let source = Source::read(Some(dir.path()), DEFAULT).unwrap();
        assert_eq!(source.templates["pages/sign_in.html"], "mine");
        assert!(source.templates.contains_key("pages/consent.html"));
    }

    #[test]
    fn circles_and_unknown_themes_are_refused() {
        let dir = theme(&[("a/theme.toml", "api = 1\nextends = 'b'"), ("b/theme.toml", "api = 1\nextends = 'a'")]);
        let read = |name: &str| Source::read(Some(dir.path()), name).err().unwrap();
        assert!(matches!(read("a"), ThemeError::Circle(_)));
        assert!(matches!(read("c"), ThemeError::Unknown { .. }));
        assert!(matches!(read("../a"), ThemeError::Name(_)));
        assert!(matches!(read(""), ThemeError::Name(_)));
    }

    #[test]
    fn only_the_folders_of_the_contract_are_read() {
        let toml = "api = 1\nextends = 'default'";
        let dir = theme(&[
            ("x/theme.toml", toml),
            ("x/secrets/pages/a.html", "no"),
            ("x/static/.env", "no"),
            ("x/static/a b.css", "no"),
            ("x/static/logo.svg", "yes"),
        ]);
        let source = Source::read(Some(dir.path()), "x").unwrap();
        assert!(source.statics.contains_key("logo.svg"));
        assert!(!source.statics.keys().any(|name| name.contains("env") || name.contains(' ')));
    }

    #[test]
    fn a_file_too_large_is_named() {
        let dir = theme(&[("x/theme.toml", "api = 1"), ("x/static/a.css", &" ".repeat(1024 * 1024 + 1))]);
        assert!(Source::read(Some(dir.path()), "x").err().unwrap().to_string().contains("a.css"));
    }
}
