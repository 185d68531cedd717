//! Language tags and the choice among those that a theme speaks.

/// Order of preference out of an `Accept-Language` header or a `ui_locales` parameter (RFC 9110 §12.5.4, OpenID Core §3.1.2.1).
/// Never fails: what is not a tag is passed over.
pub fn preferences(header: &str) -> Vec<&str> {
    let mut weighted: Vec<(&str, u32)> = header
        .split([',', ' '])
        .filter_map(|part| {
            let mut pieces = part.trim().split(';');
            let tag = pieces.next()?.trim();
            let quality = pieces
                .find_map(|piece| piece.trim().strip_prefix("q="))
                .and_then(|q| q.parse::<f32>().ok())
                .map_or(1000, |q| (q.clamp(0.0, 1.0) * 1000.0) as u32);
            let well_formed =
                !tag.is_empty() && tag.len() <= 35 && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
            (well_formed && quality > 0).then_some((tag, quality))
        })
        .take(16)
        .collect();
    weighted.sort_by_key(|(_, quality)| std::cmp::Reverse(*quality));
    weighted.into_iter().map(|(tag, _)| tag).collect()
}

/// The first of `available` that a preference asks for: the whole tag, else its language (`sv-SE` finds `sv`).
pub fn choose<'a>(preferences: impl IntoIterator<Item = &'a str>, available: &[String]) -> Option<String> {
    preferences.into_iter().find_map(|wanted| {
        let exact = available.iter().find(|tag| tag.eq_ignore_ascii_case(wanted));
        let language = wanted.split('-').next().unwrap_or(wanted);
        exact.or_else(|| available.iter().find(|tag| tag.eq_ignore_ascii_case(language))).cloned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quality_orders_and_rubbish_is_ignored() {
        assert_eq!(preferences("de;q=0.5, sv-SE, \u{0}x, en;q=0"), ["sv-SE", "de"]);
        let available = ["en".to_owned(), "sv".to_owned()];
        assert_eq!(choose(["fi", "sv-SE"], &available), Some("sv".to_owned()));
        assert_eq!(choose(["fi"], &available), None);
    }
}
