//! Pages: templates, texts, brand.
//!
//! A page is a struct ([`pages`]) and a template of the same name; [`Theme::render`] brings them together with what every
//! page shares ([`Frame`]). Texts live in `themes/<name>/locales/*.ftl`, looks in `themes/<name>/static`. A theme is read
//! whole when it is loaded; rendering reads no file and knows no template but its own.

mod assets;
mod brand;
mod color;
mod error;
mod escape;
pub mod forms;
mod frame;
mod functions;
mod locale;
pub mod mails;
mod manifest;
pub mod pages;
mod samples;
mod source;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod texts;

use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

use minijinja::{
    Environment, context,
    value::{Serde, Value},
};
use serde::Serialize;

pub use self::{
    assets::Asset,
    error::{RenderError, ThemeError},
    forms::Problem,
    frame::{Client, Frame, Href, LastUsed, Page, Scheme, Stamp, TimeSpan},
    samples::Sample,
};
use self::{
    assets::Assets,
    locale::Locale,
    mails::{Mails, Vendor},
    manifest::Manifest,
    source::Source,
};

/// Which theme to load (`[theme]` of contract.md).
#[derive(Clone, Debug)]
pub struct ThemeConfig {
    /// The folder that holds theme folders; none: only what is in the binary.
    pub dir: Option<PathBuf>,
    /// Name of the theme.
    pub name: String,
}

impl Default for ThemeConfig {
    fn default() -> Self {
        Self { dir: None, name: source::DEFAULT.to_owned() }
    }
}

/// The name on pages of nobody in particular.
const PRODUCT: &str = "Usher";

/// A theme, ready to render.
pub struct Theme {
    locales: Vec<String>,
    speakers: BTreeMap<String, Speaker>,
    assets: Arc<Assets>,
    mails: Mails,
}

/// The templates in one language.
struct Speaker {
    env: Environment<'static>,
    locale: Arc<Locale>,
}

/// A line of the language menu.
#[derive(Serialize)]
struct Language<'a> {
    tag: &'a str,
    name: &'a str,
    href: String,
    current: bool,
}

impl Theme {
    /// Reads and compiles the whole theme; one that is not only what is in the binary renders every page once.
    ///
    /// # Errors
    /// [`ThemeError`] names the file or the page that is wrong.
    pub fn load(config: &ThemeConfig) -> Result<Self, ThemeError> {
        let source = Source::read(config.dir.as_deref(), &config.name)?;
        let assets = Arc::new(collect_assets(&source));
        let mut base = functions::environment(Arc::clone(&assets));
        base.add_global("site", site(&source.manifest, &assets, &config.name)?);
        for (name, text) in &source.templates {
            base.add_template_owned(name.clone(), text.clone())
                .map_err(|source| ThemeError::Template { name: name.clone(), source })?;
        }
        let locales = offered(&source, &config.name)?;
        let english = source.locales.get("en").map(Vec::as_slice).unwrap_or_default();
        let (mut speakers, mut spoken) = (BTreeMap::new(), BTreeMap::new());
        for tag in &locales {
            let own = source.locales.get(tag).into_iter().flatten();
            let locale = Arc::new(Locale::new(tag, english.iter().chain(own).map(String::as_str))?);
            spoken.insert(tag.clone(), Arc::clone(&locale));
            let mut env = base.clone();
            functions::speak(&mut env, Arc::clone(&locale));
            speakers.insert(tag.clone(), Speaker { env, locale });
        }
        let mails = Mails::new(&source.mails, &spoken, &locales, vendor(&source.manifest, &assets))?;
        let theme = Self { locales, speakers, assets, mails };
        if source.changed {
            theme.check()?;
        }
        Ok(theme)
    }

    /// Renders every page in every state and language: what can go wrong goes wrong here, and not before a person.
    fn check(&self) -> Result<(), ThemeError> {
        let samples = Sample::all();
        for locale in &self.locales {
            let frame = Sample::frame(locale, Href::local("/"));
            samples.iter().try_for_each(|sample| sample.render(self, &frame).map(drop))?;
        }
        self.mails.check().map_err(|(key, locale, fault)| ThemeError::Mail {
            name: format!("mail/{key}"),
            message: format!("in {locale}: {fault}"),
        })
    }

    /// What is mailed.
    pub fn mails(&self) -> &Mails {
        &self.mails
    }

    /// The vendor, as people read it.
    pub fn vendor(&self) -> &str {
        self.mails.vendor()
    }

    /// Tags of the languages offered; the first is the default.
    pub fn locales(&self) -> &[String] {
        &self.locales
    }

    /// The file at `/theme/{path}`.
    pub fn asset(&self, path: &str) -> Option<&Asset> {
        self.assets.get(path)
    }

    /// The page as HTML.
    ///
    /// # Errors
    /// A form without [`Frame::csrf`]; a page that a theme of the operator's cannot render in this state.
    pub fn render<P: Page>(&self, page: &P, frame: &Frame) -> Result<String, RenderError> {
        self.render_value(P::TEMPLATE, Value::from(Serde(page)), frame)
    }

    fn render_value(&self, page: &'static str, value: Value, frame: &Frame) -> Result<String, RenderError> {
        let wrong = |source| RenderError { page, locale: frame.locale.clone(), source };
        let wanted = self.speakers.get(&frame.locale);
        let Some(speaker) = wanted.or_else(|| self.speakers.get(self.locales.first()?)) else {
            return Err(wrong(minijinja::Error::new(
                minijinja::ErrorKind::InvalidOperation,
                "the theme has no language",
            )));
        };
        let Locale { tag, dir, name, .. } = &*speaker.locale;
        let context = context! {
            page => value,
            frame => Value::from(Serde(frame)),
            lang => context! { tag, dir, name },
            languages => Value::from(Serde(self.languages(tag, frame.here.as_ref()))),
        };
        let template = speaker.env.get_template(&format!("pages/{page}.html")).map_err(wrong)?;
        template.render(context).map_err(wrong)
    }

    fn languages(&self, current: &str, here: Option<&Href>) -> Vec<Language<'_>> {
        let Some(here) = here else { return vec![] };
        self.speakers_in_order()
            .map(|Locale { tag, name, .. }| Language {
                tag,
                name,
                href: here.with_query("lang", tag),
                current: tag == current,
            })
            .collect()
    }

    /// Tags of the languages offered and their names for themselves, in order.
    pub fn languages_by_name(&self) -> impl Iterator<Item = (&str, &str)> {
        self.speakers_in_order().map(|locale| (locale.tag.as_str(), locale.name.as_str()))
    }

    fn speakers_in_order(&self) -> impl Iterator<Item = &Locale> {
        self.locales.iter().filter_map(|tag| self.speakers.get(tag)).map(|speaker| &*speaker.locale)
    }
}

/// The languages of the manifest, else all that there are with English first.
fn offered(source: &Source, theme: &str) -> Result<Vec<String>, ThemeError> {
    let all = || {
        let (english, others): (Vec<_>, Vec<_>) = source.locales.keys().cloned().partition(|tag| tag == "en");
        [english, others].concat()
    };
    let offered = source.manifest.languages.clone().unwrap_or_else(all);
    let wrong = |message| ThemeError::Manifest { theme: theme.to_owned(), message };
    match offered.iter().find(|tag| !source.locales.contains_key(*tag)) {
        Some(tag) => Err(wrong(format!("languages names {tag:?}, and there is no locales/{tag}.ftl"))),
        None if offered.is_empty() => Err(wrong("languages is empty".to_owned())),
        None => Ok(offered),
    }
}

fn collect_assets(source: &Source) -> Assets {
    let mut assets = Assets::default();
    for (name, bytes) in &source.statics {
        assets.add(name, bytes.clone());
    }
    let brand = brand::stylesheet(&source.manifest.tokens);
    if !brand.is_empty() {
        assets.add(".css", brand.into_bytes());
    }
    assets
}

/// What mails say of the vendor.
fn vendor(manifest: &Manifest, assets: &Assets) -> Vendor {
    // Mail programs show no SVG.
    let shown = |file: &&String| [".png", ".jpg", ".jpeg", ".gif"].iter().any(|end| file.ends_with(end));
    let logo = manifest.tokens.logo.as_ref().filter(shown);
    Vendor {
        name: manifest.title.clone().unwrap_or_else(|| PRODUCT.to_owned()),
        logo: logo.and_then(|file| assets.href(file)).map(str::to_owned),
        links: manifest.links.clone(),
        colors: brand::MailColors::of(&manifest.tokens),
    }
}

/// What templates see of the vendor, as `site`.
fn site(manifest: &Manifest, assets: &Assets, theme: &str) -> Result<Value, ThemeError> {
    let href = |file: &Option<String>| -> Result<Option<String>, ThemeError> {
        let Some(file) = file else { return Ok(None) };
        let message = format!("there is no static/{file}");
        let missing = || ThemeError::Manifest { theme: theme.to_owned(), message };
        assets.href(file).map(|href| Some(href.to_owned())).ok_or_else(missing)
    };
    let links: Vec<_> = manifest.links.iter().into_iter().filter_map(|(name, to)| Some((name, to?))).collect();
    Ok(context! {
        title => manifest.title.as_deref().unwrap_or(PRODUCT),
        logo => href(&manifest.tokens.logo)?,
        logo_dark => href(&manifest.tokens.logo_dark)?,
        brand_css => assets.href(".css"),
        own_css => assets.href("theme.css"),
        links => Value::from(Serde(links)),
    })
}
