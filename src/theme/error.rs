//! What can go wrong with a theme.

use std::path::PathBuf;

/// A theme that cannot be used. Names the file, so that whoever wrote it finds the place.
#[derive(Debug, thiserror::Error)]
pub enum ThemeError {
    /// The name is not `[a-z0-9-]{1,64}`.
    #[error("theme name {0:?} is not made of small letters, digits and hyphens")]
    Name(String),
    /// Neither the folder nor the binary has it.
    #[error("there is no theme {name:?} in {dir}", dir = .dir.as_ref().map_or("the binary".to_owned(), |dir| dir.display().to_string()))]
    Unknown {
        /// The theme asked for.
        name: String,
        /// The folder looked into.
        dir: Option<PathBuf>,
    },
    /// `extends` leads in a circle, or further than eight themes.
    #[error("theme {0:?} extends itself, or too many others")]
    Circle(String),
    /// A file that cannot be read, or is larger than a megabyte.
    #[error("{path}: {source}")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// `theme.toml` is wrong.
    #[error("{theme}/theme.toml: {message}")]
    Manifest {
        /// The theme.
        theme: String,
        /// What is wrong, with its line where there is one.
        message: String,
    },
    /// A locale file is wrong.
    #[error("locales/{tag}.ftl, line {line}: {message}")]
    Locale {
        /// The language.
        tag: String,
        /// Line of the mistake.
        line: usize,
        /// What is wrong.
        message: String,
    },
    /// A template does not compile.
    #[error("{name}: {source}")]
    Template {
        /// The template.
        name: String,
        /// What is wrong.
        source: minijinja::Error,
    },
    /// A mail cannot be used.
    #[error("{name}: {message}")]
    Mail {
        /// The template.
        name: String,
        /// What is wrong.
        message: String,
    },
    /// A page does not render.
    #[error(transparent)]
    Page(#[from] RenderError),
}

/// A page that did not render: a mistake in the theme, never in what a person sent.
#[derive(Debug, thiserror::Error)]
#[error("page {page} in {locale}: {source}")]
pub struct RenderError {
    /// The template.
    pub page: &'static str,
    /// The language.
    pub locale: String,
    /// What is wrong.
    pub source: minijinja::Error,
}
