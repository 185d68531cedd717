//! The one place that writes to standard output and standard error.

use std::io::{self, Write};

use serde::Serialize;

use super::error::CliError;

/// Where a command's words go.
pub(super) struct Output {
    json: bool,
}

impl Output {
    pub(super) const fn new(json: bool) -> Self {
        Self { json }
    }

    /// Whether data is wanted as JSON.
    pub(super) const fn is_json(&self) -> bool {
        self.json
    }

    /// Writes text as it is.
    pub(super) fn text(&mut self, text: &str) -> Result<(), CliError> {
        let mut out = io::stdout().lock();
        out.write_all(text.as_bytes())?;
        Ok(out.flush()?)
    }

    /// Writes one line.
    pub(super) fn line(&mut self, line: &str) -> Result<(), CliError> {
        self.text(&format!("{line}\n"))
    }

    /// Writes data for programs.
    pub(super) fn json(&mut self, data: &impl Serialize) -> Result<(), CliError> {
        let text = serde_json::to_string_pretty(data).map_err(io::Error::from)?;
        self.line(&text)
    }

    /// Writes data as JSON if that is wanted, else as text.
    pub(super) fn data(&mut self, data: &impl Serialize, text: impl FnOnce() -> String) -> Result<(), CliError> {
        if self.json { self.json(data) } else { self.text(&text()) }
    }

    /// Says something beside the data, on standard error. Nobody may be listening.
    pub(super) fn note(&mut self, text: &str) {
        drop(writeln!(io::stderr().lock(), "{text}"));
    }

    /// Writes a line of progress over the one before, on standard error.
    pub(super) fn progress(text: &str) {
        drop(write!(io::stderr().lock(), "{text}"));
    }

    /// Says why the command failed.
    pub(super) fn error(&mut self, error: &CliError) {
        self.note(&format!("usher: {error}"));
    }
}

/// Columns below their headings, each as wide as its widest cell.
pub(super) fn table<const N: usize>(headings: [&str; N], rows: &[[String; N]]) -> String {
    let mut widths = headings.map(|heading| heading.chars().count());
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |cells: [&str; N]| {
        let padded = cells.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}")).collect::<Vec<_>>();
        format!("{}\n", padded.join("  ").trim_end())
    };
    let body = rows.iter().map(|row| line(row.each_ref().map(String::as_str)));
    std::iter::once(line(headings)).chain(body).collect()
}

/// A title with branches; the lines of one branch may be several.
pub(super) fn tree(title: &str, lines: &[String]) -> String {
    let branch = |n: usize| if n + 1 == lines.len() { "└─" } else { "├─" };
    let body: String = lines.iter().enumerate().map(|(n, line)| format!("  {} {line}\n", branch(n))).collect();
    format!("\n  {title}\n{body}\n")
}

#[cfg(test)]
mod tests {
    use super::table;

    #[test]
    fn columns_line_up() {
        let rows = [["a".to_owned(), "länger".to_owned()], ["bcd".to_owned(), String::new()]];
        assert_eq!(table(["Id", "Name"], &rows), "Id   Name\na    länger\nbcd\n");
    }
}
