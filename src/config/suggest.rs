//! "Did you mean …?" for names that people mistype.

/// The known name closest to `wrong`, if one is close enough to be what was meant.
///
/// A name that only lacks its section (`idle` for `session.idle`), or names a secret where the name of a file belongs
/// (`auth_token` for `auth_token_file`), counts as close.
pub fn did_you_mean<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = fold(wrong);
    known
        .into_iter()
        .map(|name| (closeness(&folded, &fold(name)), name))
        .filter(|(score, _)| *score >= 0.72)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}

fn closeness(wrong: &str, name: &str) -> f64 {
    let is_tail = name.strip_suffix(wrong).is_some_and(|section| section.ends_with('.'));
    let is_file_of = name.strip_prefix(wrong) == Some("_file");
    if is_tail || is_file_of {
        0.9
    } else {
        strsim::normalized_damerau_levenshtein(wrong, name).max(tail_closeness(wrong, name))
    }
}

/// Compares with the last part of a dotted name, at a discount, when the section was left out.
fn tail_closeness(wrong: &str, name: &str) -> f64 {
    match name.rsplit_once('.') {
        Some((_, tail)) if !wrong.contains('.') => 0.95 * strsim::normalized_damerau_levenshtein(wrong, tail),
        _ => 0.0,
    }
}

/// One spelling for `maxAttempts`, `max-attempts` and `max_attempts`.
fn fold(name: &str) -> String {
    let mut folded = String::with_capacity(name.len() + 4);
    for c in name.chars() {
        if c.is_uppercase() && folded.ends_with(|before: char| before.is_lowercase()) {
            folded.push('_');
        }
        folded.extend(c.to_lowercase().map(|c| if c == '-' { '_' } else { c }));
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::did_you_mean;

    #[test]
    fn finds_what_was_meant_and_nothing_else() {
        let known = [
            "session.idle",
            "session.max",
            "lockout.max_attempts",
            "accounts.quota.count_disabled",
            "auth_token_file",
            "http",
        ];
        let cases = [
            ("sesion.idle", Some("session.idle")),
            ("idle", Some("session.idle")),
            ("quota.count_disabled", Some("accounts.quota.count_disabled")),
            ("lockout.maxAttempts", Some("lockout.max_attempts")),
            ("max-attempts", Some("lockout.max_attempts")),
            ("auth_token", Some("auth_token_file")),
            ("htp", Some("http")),
            ("colour", None),
            ("", None),
        ];
        for (wrong, meant) in cases {
            assert_eq!(did_you_mean(wrong, known), meant, "{wrong}");
        }
    }
}
