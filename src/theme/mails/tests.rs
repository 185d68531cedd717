//! Every mail, in every state, in every language.

use std::{collections::BTreeSet, fs, path::PathBuf};

use serde_json::{Map, Value};

use super::*;
use crate::theme::{Theme, ThemeConfig, ThemeError};

fn default_theme() -> Theme {
    Theme::load(&ThemeConfig::default()).unwrap()
}

fn with_arabic() -> Theme {
    let dir = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/themes"));
    Theme::load(&ThemeConfig { dir: Some(dir), name: "right-to-left".to_owned() }).unwrap()
}

fn draft<'a>(kind: &'static MailKind, locale: &'a str, sample: &'a Map<String, Value>, over: &'a Parts) -> Draft<'a> {
    Draft { kind, locale, variables: sample, base_url: SAMPLE_URL, over, code_in_subject: false }
}

fn each_rendering(theme: &Theme, mut check: impl FnMut(&str, &'static MailKind, &Map<String, Value>, &Rendered)) {
    for locale in theme.mails().locales() {
        for kind in MailKind::all() {
            for name in kind.sample_names() {
                let sample = kind.sample(name, SAMPLE_URL).unwrap();
                let context = format!("{}/{name}/{locale}", kind.key);
                let rendered = theme.mails().render(&draft(kind, locale, &sample, &Parts::default()));
                let rendered = rendered.unwrap_or_else(|fault| panic!("{context}: {fault:?}"));
                check(&context, kind, &sample, &rendered);
            }
        }
    }
}

/// The text of an HTML part as a person reads it.
fn words_of(html: &str) -> String {
    let body = html.split("<body").nth(1).unwrap();
    let mut text = String::new();
    let mut inside = false;
    for c in body.chars() {
        match c {
            '<' => inside = true,
            '>' if inside => {
                inside = false;
                text.push(' ');
            }
            c if !inside => text.push(c),
            _ => {}
        }
    }
    let pairs = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
    pairs.iter().fold(text, |text, (entity, plain)| text.replace(entity, plain))
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && *c != '\u{2068}' && *c != '\u{2069}').collect()
}

#[test]
fn every_mail_renders_in_every_state_and_language() {
    let theme = with_arabic();
    let mut count = 0;
    each_rendering(&theme, |name, kind, sample, rendered| {
        count += 1;
        let Rendered { subject, text, html, .. } = rendered;
        for part in [subject, text, html] {
            assert!(!part.contains("none") || !part.contains(">none<"), "{name} shows an absent value: {part}");
        }
        assert!(text.lines().count() > 2 && text.ends_with('\n') && !text.contains("\n\n\n"), "{name}: {text:?}");
        for required in kind.required {
            let value = sample[*required].as_str().unwrap();
            assert!(text.contains(value), "{name} lacks {required} in its text");
            assert!(kind.medium == Medium::Sms || html.contains(value), "{name} lacks {required} in its HTML");
        }
        if kind.medium == Medium::Sms {
            assert!(subject.is_empty() && html.is_empty(), "{name}");
            return;
        }
        assert!(!subject.is_empty() && !subject.contains('\n') && subject.chars().count() < 100, "{name}: {subject}");
        let dir = if rendered.locale == "ar" { "rtl" } else { "ltr" };
        assert!(html.contains(&format!("<html lang=\"{}\" dir=\"{dir}\">", rendered.locale)), "{name}");
        assert_eq!(html.matches("<h1").count(), 1, "{name}");
        assert!(html.len() < 20_000, "{name}: {} bytes", html.len());
    });
    assert!(count > 5 * 40, "{count}");
    write_out(&default_theme());
}

#[test]
fn the_text_part_says_what_the_html_part_says() {
    each_rendering(&with_arabic(), |name, kind, _, rendered| {
        if kind.medium == Medium::Sms {
            return;
        }
        // Of the HTML part the preheader, and of the text part the signs that stand for the layout.
        let hrefs = rendered.html.split("href=\"").skip(1).map(|it| it.split('"').next().unwrap());
        let html = squeezed(&format!("{} {}", words_of(&rendered.html), hrefs.collect::<String>()));
        for paragraph in rendered.text.split("\n\n").flat_map(|paragraph| paragraph.split('\n')) {
            for piece in paragraph.split(": ").map(|piece| piece.trim_end_matches(':')).filter(|piece| *piece != "--") {
                assert!(html.contains(&squeezed(piece)), "{name}: {piece:?} is not in the HTML part");
            }
        }
    });
}

#[test]
fn inv_q27_what_a_mail_shows_as_an_address_is_where_it_leads() {
    each_rendering(&default_theme(), |name, _, _, rendered| {
        for anchor in rendered.html.split("<a ").skip(1) {
            let href = anchor.split("href=\"").nth(1).unwrap().split('"').next().unwrap();
            let shown = anchor.split('>').nth(1).unwrap().split('<').next().unwrap();
            assert!(href.starts_with("https://") || href.starts_with("mailto:"), "{name}: {href}");
            assert!(!shown.contains("://") || shown == href, "{name}: {shown} leads to {href}");
            if href.starts_with("https://") {
                assert!(rendered.text.contains(&href.replace("&amp;", "&")), "{name}: {href} is not in the text part");
            }
        }
    });
}

#[test]
fn inv_m9_inv_m21_no_mail_holds_a_picture_a_seed_or_a_password() {
    each_rendering(&default_theme(), |name, kind, _, rendered| {
        let all = format!("{}{}{}", rendered.subject, rendered.text, rendered.html).to_lowercase();
        for forbidden in ["otpauth", "<img", "<svg", "data:", "base64", "secret"] {
            assert!(!all.contains(forbidden), "{name} holds {forbidden}");
        }
        if kind.key == "mfa.enroll_link" {
            assert!(!rendered.text.split_whitespace().any(|word| word.len() == 6 && word.parse::<u32>().is_ok()));
            let links: BTreeSet<_> = rendered.html.split("href=\"").skip(1).map(|it| it.split('"').next()).collect();
            assert_eq!(links.len(), 1, "{name}");
        }
    });
}

#[test]
fn sec_markup_hostile_names_stay_inert_in_every_mail() {
    each_rendering(&with_arabic(), |name, _, _, rendered| {
        assert!(!rendered.subject.contains(['\r', '\n']), "{name}");
        assert!(!rendered.html.contains("<script") && !rendered.html.contains(" 49 "), "{name}");
        assert!(!rendered.text.contains("\nBcc:") && !rendered.text.contains("http://evil.example"), "{name}");
        assert!(!rendered.html.contains("http://evil.example") && !rendered.html.contains('\u{202e}'), "{name}");
        assert!(!rendered.html.contains(" onload") && !rendered.html.contains("javascript:"), "{name}");
        // Nothing that a name brings is an element: the elements are the layout's.
        let elements: BTreeSet<&str> =
            rendered.html.split('<').skip(1).filter_map(|tag| tag.split([' ', '>', '\n']).next()).collect();
        let known = [
            "!doctype", "html", "head", "meta", "title", "/title", "style", "/style", "/head", "body", "div", "/div",
            "table", "tr", "td", "/td", "/tr", "/table", "h1", "/h1", "p", "/p", "a", "/a", "br", "bdi", "/bdi",
            "/body", "/html",
        ];
        assert!(elements.iter().all(|element| known.contains(element)), "{name}: {elements:?}");
    });
}

#[test]
fn inv_m20_no_code_is_in_a_subject_or_in_the_line_that_lists_show() {
    each_rendering(&default_theme(), |name, kind, sample, rendered| {
        let Some(code) = sample.get("code").and_then(Value::as_str).filter(|_| kind.medium == Medium::Email) else {
            return;
        };
        assert!(!rendered.subject.contains(code), "{name}");
        let hidden = rendered.html.split("display:none").nth(1).unwrap().split("</div>").next().unwrap();
        assert!(!hidden.contains(code), "{name}: {hidden}");
    });
    let kind = MailKind::find("mfa.code").unwrap();
    let sample = kind.sample("default", SAMPLE_URL).unwrap();
    let nothing = Parts::default();
    let draft = Draft { code_in_subject: true, ..draft(kind, "en", &sample, &nothing) };
    assert_eq!(default_theme().mails().render(&draft).unwrap().subject, "493817 is your code for Usher");
}

#[test]
fn mails_of_addresses_that_nobody_proved_greet_nobody() {
    for key in ["email.verify", "email.change", "account.exists"] {
        let kind = MailKind::find(key).unwrap();
        let sample = kind.sample("default", SAMPLE_URL).unwrap();
        let nothing = Parts::default();
        let rendered = default_theme().mails().render(&draft(kind, "en", &sample, &nothing)).unwrap();
        assert!(!rendered.text.contains("Anna") && rendered.text.contains("Hello,"), "{key}: {}", rendered.text);
    }
}

#[test]
fn names_of_variables_and_of_old_ones_lead_to_each_other() {
    for kind in MailKind::all() {
        let names: Vec<&str> = kind.variables().collect();
        let aliases: BTreeSet<String> = names.iter().map(|name| alias(name)).collect();
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), aliases.len(), "{}", kind.key);
        assert!(kind.required.iter().all(|name| names.contains(name)), "{}", kind.key);
        for name in kind.sample_names() {
            let sample = kind.sample(name, SAMPLE_URL).unwrap();
            assert!(sample.keys().all(|key| names.contains(&key.as_str())), "{}/{name}", kind.key);
        }
    }
    assert!(
        MailKind::find("account.reset_password").unwrap().variables().any(|name| alias(name) == "ResetPasswordUrl")
    );
}

fn faults(key: &str, parts: Parts) -> Vec<(Code, Option<Part>)> {
    let kind = MailKind::find(key).unwrap();
    let faults = default_theme().mails().faults(kind, "*", &parts, false);
    faults.into_iter().map(|fault| (fault.code, fault.part)).collect()
}

fn html(text: &str) -> Parts {
    Parts { html: Some(text.to_owned()), ..Parts::default() }
}

#[test]
fn inv_q21_what_is_written_is_checked_before_it_is_used() {
    let reset = "account.reset_password";
    let good = "<p>%PersonName%, <a href=\"%ResetPasswordUrl%\">%ResetPasswordUrl%</a> 100%</p>";
    assert_eq!(faults(reset, html(good)), []);
    assert_eq!(faults(reset, html("<p>Hello</p>")), [(Code::MissingVariable, Some(Part::Html))]);
    // It must be there in every state, not only in some.
    let sometimes = "{% if request_ip %}{{ reset_password_url }}{% endif %}";
    assert_eq!(faults(reset, html(sometimes)), [(Code::MissingVariable, Some(Part::Html))]);
    assert_eq!(faults(reset, html("{{ reset_pasword_url }}")), [(Code::UnknownVariable, Some(Part::Html))]);
    assert_eq!(faults(reset, html("%ResetPasswordUr%")), [(Code::UnknownVariable, Some(Part::Html))]);
    assert_eq!(faults(reset, html("{% if %}")), [(Code::Syntax, Some(Part::Html))]);
    assert_eq!(faults(reset, html("{% for a in b %}{% endfor %}")), [(Code::Forbidden, Some(Part::Html))]);
    assert_eq!(faults(reset, html(&"x".repeat(50_000))), [(Code::TooLarge, Some(Part::Html))]);
    let text = Parts { text: Some("Hello".into()), ..Parts::default() };
    assert_eq!(faults(reset, text), [(Code::MissingVariable, Some(Part::Text))]);
    let subject = |text: &str| Parts { subject: Some(text.to_owned()), ..Parts::default() };
    assert_eq!(faults(reset, subject(" \n ")), [(Code::EmptySubject, Some(Part::Subject))]);
    assert_eq!(faults("mfa.code", subject("{{ code }}")), [(Code::CodeInSubject, Some(Part::Subject))]);
    assert_eq!(faults("mfa.code", subject("Code for %VendorName%")), []);
    // A link in an attribute that the allow-list drops is no link.
    assert_eq!(
        faults(reset, html("<p onclick=\"{{ reset_password_url }}\">a</p>")),
        [(Code::MissingVariable, Some(Part::Html))]
    );
}

fn rendered(key: &str, parts: &Parts) -> Rendered {
    let kind = MailKind::find(key).unwrap();
    let sample = kind.sample("hostile", SAMPLE_URL).or_else(|| kind.sample("default", SAMPLE_URL)).unwrap();
    default_theme().mails().render(&draft(kind, "en", &sample, parts)).unwrap()
}

#[test]
fn sec_markup_what_administrators_write_is_cleaned_and_framed() {
    let parts = html(
        "<script>alert(1)</script><h2 onclick=\"x()\" style=\"color:red;position:fixed\">Hi %GivenName%</h2>\
         {% from \"mail/parts.html\" import button %}{{ button(reset_password_url, \"Go\") }}<p>%Device%</p>",
    );
    let Rendered { html, text, .. } = rendered("account.reset_password", &parts);
    assert!(html.starts_with("<!doctype html>") && html.contains("<h2 style=\"color:red\">Hi Anna</h2>"), "{html}");
    assert!(!html.contains("<script") && !html.contains("onclick") && !html.contains("position"), "{html}");
    assert!(html.contains("class=\"u-button-label\""), "the pieces of the layout may be used");
    assert!(text.contains("Set a new password"), "a part that is absent stays the theme's");
}

#[test]
fn the_setting_counts_when_it_is_younger_than_the_template() {
    let parts = Parts { subject: Some("{{ code }} is yours".to_owned()), ..Parts::default() };
    assert_eq!(rendered("mfa.code", &parts).subject, "Your code for Usher");
}

/// A theme of one's own: `files` over the default.
fn own_theme(files: &[(&str, &str)]) -> Result<Theme, ThemeError> {
    let dir = tempfile::tempdir().unwrap();
    for (path, text) in [("theme.toml", "api = 1\nextends = 'default'\ntitle = 'Acme'")].iter().chain(files) {
        let path = dir.path().join("own").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    Theme::load(&ThemeConfig { dir: Some(dir.path().to_owned()), name: "own".to_owned() })
}

#[test]
fn a_theme_may_hold_one_file_of_a_mail_and_texts_by_subject() {
    let theme = own_theme(&[
        ("mail/mfa.code/subject.txt", "%VendorName%: {{ t(\"mail-code-title\") }}"),
        ("locales/en/mail.ftl", "mail-code-title = Here it is\n"),
        ("locales/sv.ftl", "mail-code-title = Varsågod\n"),
    ])
    .unwrap();
    let subject = |locale| {
        let kind = MailKind::find("mfa.code").unwrap();
        let sample = kind.sample("default", SAMPLE_URL).unwrap();
        theme.mails().render(&draft(kind, locale, &sample, &Parts::default())).unwrap().subject
    };
    assert_eq!((subject("en-GB").as_str(), subject("sv").as_str()), ("Acme: Here it is", "Acme: Varsågod"));
    assert_eq!(subject("fi"), "Acme: Here it is", "a language nobody speaks here is the first");
}

#[test]
fn inv_q21_a_mistake_in_a_mail_of_a_theme_is_found_when_it_is_loaded() {
    let wrong = |path: &str, text: &str| own_theme(&[(path, text)]).err().unwrap().to_string();
    let body = "mail/account.reset_password/body.html";
    assert!(wrong(body, "<p>Hello</p>").contains("reset_password_url"), "{}", wrong(body, "<p>Hello</p>"));
    assert!(wrong(body, "{% if %}").contains(body));
    assert!(wrong(body, "{{ no_such_thing }}").contains("account.reset_password"));
    assert!(wrong(body, "%ResetPaswordUrl%").contains("did you mean %ResetPasswordUrl%?"));
    assert!(wrong("mail/account.reset_pasword/body.html", "x").contains("did you mean \"account.reset_password\"?"));
    assert!(wrong("mail/mfa.code/subject.txt", "{{ code }}").contains("code_in_subject"));
    assert!(wrong("mail/layout.html", "{{ content }}{% include 'theme.toml' %}").contains("theme.toml"));
}

#[test]
fn sec_s4_templates_have_no_end_but_their_budget() {
    let endless = "{% for a in [1,2,3,4,5,6,7,8,9,10] %}{% for b in [1,2,3,4,5,6,7,8,9,10] %}".to_owned()
        + &"{% for c in [1,2,3,4,5,6,7,8,9,10] %}".repeat(4)
        + "{{ c }}"
        + &"{% endfor %}".repeat(6);
    let error = own_theme(&[("mail/test/body.txt", &endless)]).err().unwrap().to_string();
    assert!(error.contains("fuel") || error.contains("larger"), "{error}");
    let large = "{% for a in [1,2,3,4] %}".to_owned() + &"x".repeat(40_000) + "{% endfor %}";
    assert!(own_theme(&[("mail/test/body.txt", &large)]).err().unwrap().to_string().contains("mail/test"));
}

/// Writes every mail to `$USHER_PAGES_OUT`, to be looked at.
fn write_out(theme: &Theme) {
    // The one place in tests that reads the environment: where to put what nobody needs otherwise.
    #[allow(clippy::disallowed_methods)]
    let Ok(out) = std::env::var("USHER_PAGES_OUT") else { return };
    fs::create_dir_all(&out).unwrap();
    each_rendering(theme, |name, _, _, rendered| {
        let name = format!("mail.{}", name.replace('/', "."));
        fs::write(PathBuf::from(&out).join(format!("{name}.html")), &rendered.html).unwrap();
        fs::write(
            PathBuf::from(&out).join(format!("{name}.txt")),
            format!("{}\n\n{}", rendered.subject, rendered.text),
        )
        .unwrap();
    });
}
