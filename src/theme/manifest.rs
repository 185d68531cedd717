//! `theme.toml`.

use serde::Deserialize;

use super::{color::Rgb, error::ThemeError, frame::Href};

/// The only version of the theme contract there is.
const API: u32 = 1;

/// What `theme.toml` says. Every key but `api` is optional; what is absent comes from the theme that this one extends.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    /// Version of the contract between themes and Usher.
    pub api: u32,
    /// The theme that supplies every file this one does not have.
    pub extends: Option<String>,
    /// The vendor, as people read it: beside the logo and in the title of the window.
    pub title: Option<String>,
    /// Who made the theme.
    #[allow(dead_code, reason = "told to readers of the file")]
    pub author: Option<String>,
    /// Languages offered, the first being the default; absent: all that there are, English first.
    pub languages: Option<Vec<String>>,
    #[serde(default)]
    pub tokens: Tokens,
    #[serde(default)]
    pub links: Links,
}

/// The short list of things that a brand is made of.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Tokens {
    /// Brand colour, `#rrggbb`.
    pub accent: Option<Rgb>,
    /// File in `static/`; shown 36 px high.
    pub logo: Option<String>,
    /// The same for dark surfaces.
    pub logo_dark: Option<String>,
    pub radius: Option<Radius>,
    /// A font family list as in CSS; fonts are those of the person's system, or of the theme's own style sheet.
    pub font: Option<String>,
}

/// Roundness of cards, fields and buttons.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Radius {
    None,
    Small,
    Medium,
    Large,
}

/// Links in the footer.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Links {
    pub privacy: Option<String>,
    pub terms: Option<String>,
    pub support: Option<String>,
    pub imprint: Option<String>,
}

impl Manifest {
    /// Parses and checks the file of theme `theme`.
    pub fn parse(theme: &str, text: &str) -> Result<Self, ThemeError> {
        let wrong = |message: String| ThemeError::Manifest { theme: theme.to_owned(), message };
        let manifest: Self = toml::from_str(text).map_err(|error| wrong(error.to_string().trim_end().to_owned()))?;
        if manifest.api != API {
            return Err(wrong(format!("api = {} is not supported; this is api {API}", manifest.api)));
        }
        if let Some(font) = &manifest.tokens.font {
            let plain = |c: char| c.is_alphanumeric() || matches!(c, ' ' | ',' | '-' | '_' | '"' | '\'');
            let quoted = ['"', '\''].iter().all(|quote| font.matches(*quote).count() % 2 == 0);
            if font.is_empty() || !font.chars().all(plain) || !quoted {
                return Err(wrong(format!("font {font:?} is not a list of font families")));
            }
        }
        for file in manifest.tokens.logo.iter().chain(&manifest.tokens.logo_dark) {
            if !super::source::is_file_name(file) {
                return Err(wrong(format!("logo {file:?} is not the name of a file in static/")));
            }
        }
        for (name, address) in manifest.links.iter() {
            if address.is_some_and(|address| Href::new(address).is_none()) {
                return Err(wrong(format!("links.{name} is not an address that a page may link to")));
            }
        }
        Ok(manifest)
    }

    /// This manifest, completed by that of the theme it extends.
    pub fn over(self, base: Self) -> Self {
        Self {
            api: self.api,
            extends: None,
            title: self.title.or(base.title),
            author: self.author.or(base.author),
            languages: self.languages.or(base.languages),
            tokens: Tokens {
                accent: self.tokens.accent.or(base.tokens.accent),
                // A vendor's logo must not stand beside the dark variant of another.
                logo_dark: self.tokens.logo_dark.or(base.tokens.logo_dark.filter(|_| self.tokens.logo.is_none())),
                logo: self.tokens.logo.or(base.tokens.logo),
                radius: self.tokens.radius.or(base.tokens.radius),
                font: self.tokens.font.or(base.tokens.font),
            },
            links: Links {
                privacy: self.links.privacy.or(base.links.privacy),
                terms: self.links.terms.or(base.links.terms),
                support: self.links.support.or(base.links.support),
                imprint: self.links.imprint.or(base.links.imprint),
            },
        }
    }
}

impl Links {
    /// Name and address, in the order of the footer.
    pub fn iter(&self) -> [(&'static str, Option<&str>); 4] {
        [
            ("privacy", self.privacy.as_deref()),
            ("terms", self.terms.as_deref()),
            ("support", self.support.as_deref()),
            ("imprint", self.imprint.as_deref()),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        Manifest::parse("x", text).unwrap_err().to_string()
    }

    #[test]
    fn mistakes_are_named() {
        assert!(refusal("title = 'x'").contains("api"));
        assert!(refusal("api = 2").contains("api = 2 is not supported"));
        assert!(refusal("api = 1\ncolour = 'red'").contains("line 2"));
        assert!(refusal("api = 1\n[tokens]\naccent = 'red'").contains("#rrggbb"));
        assert!(refusal("api = 1\n[tokens]\nradius = 'huge'").contains("radius"));
        assert!(refusal("api = 1\n[tokens]\nfont = 'x; } body { display: none'").contains("font"));
        assert!(refusal("api = 1\n[tokens]\nfont = \"a' , serif\"").contains("font"));
        assert!(refusal("api = 1\n[tokens]\nlogo = '../secret'").contains("logo"));
        assert!(refusal("api = 1\n[links]\nprivacy = 'javascript:x'").contains("links.privacy"));
    }

    #[test]
    fn what_is_absent_comes_from_below() {
        let base =
            Manifest::parse("base", "api = 1\ntitle = 'Base'\n[tokens]\nlogo = 'b.svg'\nlogo_dark = 'bd.svg'").unwrap();
        let over = Manifest::parse("over", "api = 1\n[tokens]\nlogo = 'o.svg'").unwrap().over(base);
        assert_eq!(over.title.as_deref(), Some("Base"));
        assert_eq!((over.tokens.logo.as_deref(), over.tokens.logo_dark), (Some("o.svg"), None));
    }
}
