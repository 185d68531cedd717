//! A file as it was read, for messages that point into it.

use std::{
    fmt::Write as _,
    ops::Range,
    path::{Path, PathBuf},
};

/// Longest part of a line that a message quotes, in characters.
const QUOTED: usize = 100;

/// A text with the name of its file.
#[derive(Clone, Debug)]
pub struct SourceText {
    path: PathBuf,
    text: String,
}

/// A place in a file, counted as editors count: from one, columns in characters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Position {
    /// Line.
    pub line: usize,
    /// Column.
    pub column: usize,
}

impl SourceText {
    /// A text that stands in the file `path`.
    pub fn new(path: impl Into<PathBuf>, text: impl Into<String>) -> Self {
        Self { path: path.into(), text: text.into() }
    }

    /// Name of the file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Line and column of a byte offset.
    pub fn position(&self, offset: usize) -> Position {
        let before = self.before(offset);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Position {
            line: before.matches('\n').count() + 1,
            column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
        }
    }

    /// File, line and column, the line itself and a mark below `span`, as compilers show it:
    ///
    /// ```text
    ///   --> usher.toml:3:1
    ///    |
    ///  3 | lisen = "127.0.0.1:8080"
    ///    | ^^^^^
    /// ```
    ///
    /// Passwords are dotted out, because the excerpt may end up in a log.
    pub fn excerpt(&self, span: Range<usize>) -> String {
        let Position { line, column } = self.position(span.start);
        let start = self.before(span.start).rfind('\n').map_or(0, |newline| newline + 1);
        let whole = self.text.get(start..).unwrap_or_default().lines().next().unwrap_or_default();
        let skipped = column.saturating_sub(QUOTED / 2);
        let quoted: String = dot_out_secrets(whole)
            .chars()
            .skip(skipped)
            .take(QUOTED)
            .map(|c| if c == '\t' { ' ' } else { c })
            .collect();
        let marked = self.text.get(span).and_then(|text| text.lines().next()).map_or(1, |text| text.chars().count());
        let indent = column.saturating_sub(skipped).saturating_sub(1);
        let marks = "^".repeat(marked.clamp(1, quoted.chars().count().saturating_sub(indent).max(1)));
        let gutter = " ".repeat(line.to_string().len());
        let mut excerpt = format!("{gutter}--> {}:{line}:{column}\n{gutter} |\n", self.path.display());
        // Writing to a String cannot fail.
        let _ = write!(excerpt, "{line} | {quoted}\n{gutter} | {}{marks}", " ".repeat(indent));
        excerpt
    }

    fn before(&self, offset: usize) -> &str {
        let end = (0..=offset.min(self.text.len())).rev().find(|end| self.text.is_char_boundary(*end));
        self.text.get(..end.unwrap_or(0)).unwrap_or_default()
    }
}

/// Puts dots for the characters of passwords, one for each, so that columns stay where they are: what stands between
/// `://` and `@`, and the values of keys whose name says that they hold a secret.
fn dot_out_secrets(line: &str) -> String {
    let mut hidden: Vec<Range<usize>> = Vec::new();
    if let (Some(scheme), Some(at)) = (line.find("://"), line.rfind('@')) {
        hidden.push(scheme + 3..at);
    }
    for (equals, _) in line.match_indices('=') {
        let (before, after) = line.split_at(equals + 1);
        let key = before.trim_end_matches(['=', ' ', '\t', '"', '\'']);
        let key = key.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default().to_lowercase();
        if ["secret", "password", "token", "kek"].iter().any(|word| key.contains(word)) && !key.ends_with("_file") {
            let value = after.trim_start();
            let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
            let end = quote.and_then(|quote| value.get(1..)?.find(quote)).map_or(value.len(), |end| end + 1);
            let start = line.len() - value.len();
            hidden.push(start + usize::from(quote.is_some())..start + end);
        }
    }
    let dot = |(n, c)| if hidden.iter().any(|range| range.contains(&n)) { '•' } else { c };
    line.char_indices().map(dot).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_at_a_span() {
        let source = SourceText::new("usher.toml", "a = 1\nkäse = \"x\"\n");
        let start = source.text().find('"').unwrap();
        assert_eq!(source.excerpt(start..start + 3), " --> usher.toml:2:8\n  |\n2 | käse = \"x\"\n  |        ^^^");
    }

    #[test]
    fn never_quotes_a_password_and_never_leaves_the_text() {
        let source = SourceText::new("f", "url = \"smtp://me:hunter2@mail.example\"");
        for line in [
            source.text(),
            "client_secret = \"hunter2\" # why",
            "user = { userName = 'anna', password='hunter2', active = true }",
            "\"password\" = \"hunter2",
            "auth_token = hunter2",
        ] {
            let excerpt = SourceText::new("f", line).excerpt(0..1);
            assert!(!excerpt.contains("hunter2") && excerpt.contains("•••••••"), "{excerpt}");
            assert_eq!(excerpt.contains("active = true"), line.contains("active = true"));
        }
        assert!(SourceText::new("f", "auth_token_file = \"/run/t\"").excerpt(0..1).contains("/run/t"));
        for span in [0..0, 500..600, 39..40] {
            assert!(source.excerpt(span).contains("--> f:1:"));
        }
        assert!(SourceText::new("f", "").excerpt(0..1).ends_with("| ^"));
    }

    #[test]
    fn shortens_long_lines_around_the_mark() {
        let source = SourceText::new("f", format!("{}!{}", "a".repeat(5000), "b".repeat(5000)));
        let excerpt = source.excerpt(5000..5001);
        assert!(excerpt.len() < 500 && excerpt.contains("a!b"), "{excerpt}");
    }
}
