//! What of an administrator's HTML reaches a mail: an allow-list of elements, attributes, styles and addresses.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use ammonia::{Builder, UrlRelative};

const TAGS: &[&str] = &[
    "a",
    "abbr",
    "b",
    "blockquote",
    "br",
    "center",
    "code",
    "div",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "hr",
    "i",
    "img",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "small",
    "span",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "u",
    "ul",
    "bdi",
];
/// Elements that go with everything inside them.
const GONE: &[&str] = &["script", "style", "title", "iframe", "object", "embed", "noscript", "template", "svg", "math"];
const ATTRIBUTES: &[&str] =
    &["align", "bgcolor", "class", "dir", "height", "lang", "role", "style", "title", "valign", "width"];
const STYLES: &[&str] = &[
    "background-color",
    "border",
    "border-bottom",
    "border-collapse",
    "border-color",
    "border-left",
    "border-radius",
    "border-right",
    "border-spacing",
    "border-top",
    "color",
    "direction",
    "display",
    "font",
    "font-family",
    "font-size",
    "font-style",
    "font-weight",
    "height",
    "letter-spacing",
    "line-height",
    "margin",
    "margin-bottom",
    "margin-left",
    "margin-right",
    "margin-top",
    "max-width",
    "min-width",
    "padding",
    "padding-bottom",
    "padding-left",
    "padding-right",
    "padding-top",
    "text-align",
    "text-decoration",
    "text-transform",
    "vertical-align",
    "white-space",
    "width",
    "word-break",
    "overflow-wrap",
];

static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let set = |all: &[&'static str]| all.iter().copied().collect::<HashSet<_>>();
    let attributes: HashMap<_, _> = [
        ("a", set(&["href"])),
        ("img", set(&["src", "alt"])),
        ("table", set(&["border", "cellpadding", "cellspacing"])),
        ("td", set(&["colspan", "rowspan"])),
        ("th", set(&["colspan", "rowspan", "scope"])),
    ]
    .into();
    let mut cleaner = Builder::empty();
    cleaner
        .tags(set(TAGS))
        .clean_content_tags(set(GONE))
        .generic_attributes(set(ATTRIBUTES))
        .tag_attributes(attributes)
        .filter_style_properties(set(STYLES))
        .url_schemes(set(&["https", "http", "mailto", "tel"]))
        .url_relative(UrlRelative::Deny)
        .link_rel(None)
        .strip_comments(true);
    cleaner
});

/// The HTML without whatever is not on the lists. Images come by https alone, and no style fetches anything.
pub(super) fn sanitized(html: &str) -> String {
    CLEANER.clean(html).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sec_markup_nothing_active_passes() {
        for (bad, left) in [
            ("<script>alert(1)</script>x", "x"),
            ("<style>@import url(//evil)</style>x", "x"),
            ("<p onclick=\"x()\">a</p>", "<p>a</p>"),
            ("<a href=\"javascript:alert(1)\">a</a>", "<a>a</a>"),
            ("<a href=\"/relative\">a</a>", "<a>a</a>"),
            ("<img src=\"data:image/svg+xml,x\" alt=\"a\">", "<img alt=\"a\">"),
            ("<iframe src=\"https://evil\">x</iframe>", ""),
            ("<form action=\"https://evil\"><input name=\"p\"></form>y", "y"),
            ("<p style=\"background-image:url(https://evil);color:red\">a</p>", "<p style=\"color:red\">a</p>"),
            ("<p style=\"position:fixed;top:0\">a</p>", "<p style=\"\">a</p>"),
            ("<svg><a href=\"x\">y</a></svg>z", "z"),
            ("<!-- c --><b>a", "<b>a</b>"),
            ("<html><head><title>t</title></head><body><p>a</p></body></html>", "<p>a</p>"),
            ("<meta http-equiv=\"refresh\" content=\"0\">a", "a"),
        ] {
            assert_eq!(sanitized(bad), left, "{bad}");
        }
    }

    #[test]
    fn what_a_mail_is_made_of_passes() {
        let good = "<table role=\"presentation\" width=\"100%\" cellpadding=\"0\"><tbody><tr><td align=\"center\" \
                    style=\"padding:8px;background-color:#fff\"><a href=\"https://x.example/a?t=b_c.d\" \
                    class=\"u-button\">Go</a></td></tr></tbody></table>";
        let cleaned = sanitized(good);
        for part in ["role=\"presentation\"", "padding:8px", "https://x.example/a?t=b_c.d", "u-button", "cellpadding"] {
            assert!(cleaned.contains(part), "{part} in {cleaned}");
        }
    }
}
