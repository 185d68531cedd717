//! Themes keep the promises that the Content-Security-Policy and the escaping rest on.

use super::source::files_below;

/// Text that is in no template: escaping stays on, and nothing that a strict CSP would refuse.
const FORBIDDEN: &[&str] = &["|safe", "{%autoescape", "<style", "javascript:", "http-equiv"];

#[test]
fn templates_never_switch_escaping_off_nor_need_inline_code() {
    let mut found = Vec::new();
    for file in files_below("themes", &[".html"]).iter().filter(|file| !file.path.contains("/mail/")) {
        let packed: String = file.text.chars().filter(|letter| !letter.is_whitespace()).collect();
        found.extend(
            FORBIDDEN.iter().filter(|text| packed.contains(*text)).map(|text| format!("{}: {text}", file.path)),
        );
        found.extend(inline_attributes(&file.text).map(|name| format!("{}: attribute {name}", file.path)));
    }
    assert!(found.is_empty(), "templates hold what they must not:\n{}", found.join("\n"));
}

/// `style=` and every `on…=` event handler.
fn inline_attributes(html: &str) -> impl Iterator<Item = &str> {
    html.split(|letter: char| letter.is_whitespace() || letter == '"').filter_map(|word| {
        let (name, _) = word.split_once('=')?;
        let handler = name.len() > 3 && name.starts_with("on") && name.bytes().all(|byte| byte.is_ascii_lowercase());
        (name == "style" || handler).then_some(name)
    })
}

#[test]
fn inline_attributes_are_seen() {
    let html = "<p class=\"one\" onclick=\"x()\"><b\n style=\"a\">on the one=two</b>";
    assert_eq!(inline_attributes(html).collect::<Vec<_>>(), ["onclick", "style"]);
}
