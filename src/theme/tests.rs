//! Every page, in every state, in every language.

use std::{collections::BTreeMap, fs, path::PathBuf};

use super::*;

fn default_theme() -> Theme {
    Theme::load(&ThemeConfig::default()).unwrap()
}

/// The default theme with a language that runs from right to left beside the others.
fn with_arabic() -> Theme {
    let dir = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/themes"));
    Theme::load(&ThemeConfig { dir: Some(dir), name: "right-to-left".to_owned() }).unwrap()
}

fn each_rendering(theme: &Theme, mut check: impl FnMut(&str, &Sample, &str, &str)) {
    for locale in theme.locales() {
        for sample in Sample::all() {
            let here = Href::local(format!("/dev/pages/{}/{}", sample.page, sample.name));
            let html = sample.render(theme, &Sample::frame(locale, here)).unwrap();
            let name = format!("{}/{}/{locale}", sample.page, sample.name);
            check(&name, &sample, locale, &html);
        }
    }
}

/// The tags of a page with their attributes: what a browser would act on. Knows the HTML that we write: every value quoted.
fn tags(html: &str) -> Vec<(String, Vec<(String, String)>)> {
    let mut found = vec![];
    let mut rest = html;
    while let Some((_, tag)) = rest.split_once('<') {
        let end = |c: char| c.is_whitespace() || c == '>';
        let name = tag.split(end).next().unwrap();
        rest = tag.strip_prefix(name).unwrap().trim_start();
        let mut attributes = vec![];
        while !rest.starts_with('>') && !rest.starts_with("/>") {
            let key = rest.split(|c: char| end(c) || c == '=').next().unwrap();
            assert!(!key.is_empty(), "<{name} {rest:.40}");
            let after = rest.strip_prefix(key).unwrap();
            let (value, after) = match after.strip_prefix('=') {
                Some(quoted) => quoted.strip_prefix('"').unwrap().split_once('"').unwrap(),
                None => ("", after),
            };
            attributes.push((key.to_owned(), value.to_owned()));
            rest = after.trim_start();
        }
        found.push((name.to_owned(), attributes));
    }
    found
}

#[test]
fn every_page_renders_in_every_state_and_language() {
    let theme = with_arabic();
    let mut count = 0;
    each_rendering(&theme, |name, _, locale, html| {
        count += 1;
        let dir = if locale == "ar" { "rtl" } else { "ltr" };
        assert!(html.contains(&format!(r#"<html lang="{locale}" dir="{dir}""#)), "{name}");
        assert_eq!(html.matches("<h1").count(), 1, "{name}");
        assert_eq!(html.matches("<main").count(), 1, "{name}");
        assert!(
            !html.contains(">none<") && !html.contains("value=\"none\"") && !html.contains("href=\"none\""),
            "{name} shows an absent value"
        );
    });
    assert_eq!(count, Sample::all().len() * 5);
    write_out(&theme);
}

#[test]
fn sec_s4_no_page_carries_style_or_script_of_its_own() {
    each_rendering(&with_arabic(), |name, _, _, html| {
        for (tag, attributes) in tags(html) {
            assert_ne!(tag, "style", "{name}");
            let src = attributes.iter().find(|(key, _)| key == "src");
            assert!(tag != "script" || src.is_some_and(|(_, src)| src.starts_with("/theme/")), "{name}");
            for (key, value) in attributes {
                assert!(key != "style" && !key.starts_with("on"), "{name}: <{tag} {key}>");
                assert!(!value.contains('<'), "{name}: markup in <{tag} {key}>");
                let address = ["href", "src", "action", "formaction"].contains(&key.as_str());
                assert!(!address || value.starts_with('#') || Href::new(&value).is_some(), "{name}: {value}");
            }
        }
    });
}

#[test]
fn sec_markup_hostile_names_stay_inert_on_every_page() {
    each_rendering(&with_arabic(), |name, sample, _, html| {
        assert!(!html.contains("<script src=//") && !html.contains("evil.example></script"), "{name}");
        assert_eq!(html.matches("</title>").count(), 1, "{name}");
        let hostile = sample.name == "hostile" || sample.page == "outbox";
        assert!(hostile || !html.contains("{{") && !html.contains("{%"), "{name} holds template code");
        // Isolates come from our own sentences only, in pairs; nothing else turns text round.
        let own = html.matches('\u{2068}').count() == html.matches('\u{2069}').count();
        let exact = sample.page == "form_post";
        assert!(exact || own && !html.contains('\u{202e}'), "{name} turns text round");
    });
}

#[test]
fn dec_d31_one_sentence_for_every_failed_sign_in() {
    let theme = default_theme();
    let rejected = Sample::find("sign_in", "rejected").unwrap();
    let html = rejected.render(&theme, &Sample::frame("en", Href::local("/"))).unwrap();
    assert!(html.contains("The user name or password is not right, or the account is locked for a while."));
    assert!(html.contains("<title>Error: Sign in – Usher</title>"));
}

#[test]
fn sec_s3_a_form_does_not_render_without_its_token() {
    let theme = default_theme();
    let frame = Frame { csrf: None, ..Sample::frame("en", Href::local("/")) };
    for sample in Sample::all() {
        let html = sample.render(&theme, &frame);
        let posts = !["form_post"].contains(&sample.page)
            && sample.render(&theme, &Sample::frame("en", Href::local("/"))).unwrap().contains(r#"method="post""#);
        assert_eq!(html.is_err(), posts, "{}/{}", sample.page, sample.name);
    }
}

#[test]
fn every_id_is_unique_and_every_label_has_its_field() {
    each_rendering(&default_theme(), |name, _, _, html| {
        let mut ids = BTreeMap::new();
        let tags = tags(html);
        let of = |wanted: &'static str| {
            tags.iter().flat_map(move |(_, attributes)| attributes.iter().filter(move |(key, _)| key == wanted))
        };
        for (_, id) in of("id") {
            assert!(ids.insert(id.clone(), ()).is_none(), "{name}: two of {id}");
        }
        let references = of("for").chain(of("aria-controls")).chain(of("aria-labelledby")).chain(of("form"));
        for (key, value) in references.chain(of("aria-describedby")) {
            for id in value.split_whitespace() {
                assert!(ids.contains_key(id), "{name}: {key} names {id}, which is not there");
            }
        }
        for (_, target) in of("href").filter(|(_, href)| href.starts_with('#')) {
            assert!(ids.contains_key(target.trim_start_matches('#')), "{name}: nothing is at {target}");
        }
    });
}

/// A theme of one's own: `files` over the default.
fn own_theme(files: &[(&str, &str)]) -> Result<Theme, ThemeError> {
    let dir = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = dir.path().join("own").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    Theme::load(&ThemeConfig { dir: Some(dir.path().to_owned()), name: "own".to_owned() })
}

fn sign_in(theme: &Theme, locale: &str) -> Result<String, RenderError> {
    Sample::find("sign_in", "default").unwrap().render(theme, &Sample::frame(locale, Href::local("/signin?a=1")))
}

#[test]
fn a_brand_is_a_title_a_logo_and_a_style_sheet() {
    let toml = "api = 1\nextends = 'default'\ntitle = 'Acme'\nlanguages = ['sv', 'en']\n\
                [tokens]\naccent = '#ffd400'\nradius = 'small'\nlogo = 'logo.svg'\n[links]\nprivacy = '/privacy'";
    let theme = own_theme(&[("theme.toml", toml), ("static/logo.svg", "<svg/>")]).unwrap();
    assert_eq!(theme.locales(), ["sv", "en"]);
    let html = sign_in(&theme, "fr").unwrap();
    assert!(html.contains("<title>Logga in – Acme</title>"), "a language not offered falls back to the first");
    let sheet = html.split("href=\"/theme/").map(|rest| rest.split('"').next().unwrap());
    let brand = sheet.filter(|name| name.len() == 28).find_map(|name| theme.asset(name)).unwrap();
    assert!(brand.immutable && brand.content_type.starts_with("text/css"));
    let css = String::from_utf8(brand.bytes.to_vec()).unwrap();
    assert!(css.starts_with("@layer theme{:root{--r-2:4px") && css.contains("prefers-color-scheme:dark"), "{css}");
    assert!(html.contains("alt=\"Acme\"") && html.contains("href=\"/privacy\""));
    assert!(html.contains(r#"href="/signin?a=1&amp;lang=en""#));
}

#[test]
fn a_mistake_in_a_theme_is_found_when_it_is_loaded() {
    let extends = ("theme.toml", "api = 1\nextends = 'default'");
    let wrong = |files: &[(&str, &str)]| own_theme(files).err().unwrap().to_string();
    assert!(wrong(&[extends, ("pages/sign_in.html", "{% if %}")]).contains("pages/sign_in.html"));
    assert!(wrong(&[("theme.toml", "api = 1\nextends = 'default'\n[tokens]\nlogo = 'x.svg'")]).contains("x.svg"));
    assert!(wrong(&[("theme.toml", "api = 1\nextends = 'default'\nlanguages = ['fi']")]).contains("fi"));
    assert!(wrong(&[extends, ("locales/de.ftl", "a = { $")]).contains("de.ftl"));
    assert!(wrong(&[extends, ("pages/sign_in.html", "{{ page|safe }}")]).contains("pages/sign_in.html"));
}

#[test]
fn sec_s4_a_template_reaches_nothing_outside_its_theme_and_ends() {
    let page = |text: &str| {
        let theme = own_theme(&[("theme.toml", "api = 1\nextends = 'default'"), ("pages/sign_in.html", text)]);
        theme.map(|theme| sign_in(&theme, "en").unwrap()).map_err(|error| error.to_string())
    };
    assert!(page("{% include '/etc/hostname' %}").unwrap_err().contains("/etc/hostname"));
    assert!(page("{% include '../theme.toml' %}").is_err());
    assert!(page("{{ page.no_such_thing }}").unwrap_err().contains("undefined"));
    assert!(page("{{ t('no-such-text') }}").unwrap_err().contains("no-such-text"));
    assert!(page("{{ asset('no-such-file') }}").unwrap_err().contains("no-such-file"));
    let endless = "{% for a in range(9999) %}{% for b in range(9999) %}{{ b }}{% endfor %}{% endfor %}";
    assert!(page(endless).unwrap_err().contains("fuel"));
    assert_eq!(page("{{ '<b>' }}").unwrap(), "&lt;b&gt;", "escaped whatever the file is called");
}

#[test]
fn a_language_that_is_not_complete_shows_english() {
    let files = [
        ("theme.toml", "api = 1\nextends = 'default'"),
        ("locales/fi.ftl", "direction = ltr\nlanguage-name = Suomi\nsign-in = Kirjaudu"),
    ];
    let html = sign_in(&own_theme(&files).unwrap(), "fi").unwrap();
    assert!(html.contains("Kirjaudu") && html.contains("Keep me signed in") && html.contains("lang=\"fi\""));
}

#[test]
fn the_scheme_of_the_cookie_is_an_attribute_of_the_page() {
    let theme = default_theme();
    let frame = Frame { scheme: Scheme::Dark, demo: true, ..Sample::frame("en", Href::local("/")) };
    let html = Sample::find("signed_out", "default").unwrap().render(&theme, &frame).unwrap();
    assert!(html.contains(r#"data-scheme="dark""#) && html.contains("class=\"ribbon\""));
}

/// Writes every page to `$USHER_PAGES_OUT`, with its assets beside it, to be looked at.
fn write_out(theme: &Theme) {
    // The one place in tests that reads the environment: where to put what nobody needs otherwise.
    #[allow(clippy::disallowed_methods)]
    let Ok(out) = std::env::var("USHER_PAGES_OUT") else { return };
    let out = PathBuf::from(out);
    fs::create_dir_all(out.join("theme")).unwrap();
    for (name, asset) in theme.assets.iter() {
        fs::write(out.join("theme").join(name), &asset.bytes).unwrap();
    }
    each_rendering(theme, |_, sample, locale, html| {
        let html = html.replace("\"/theme/", "\"theme/");
        fs::write(out.join(format!("{}.{}.{locale}.html", sample.page, sample.name)), html).unwrap();
    });
}
