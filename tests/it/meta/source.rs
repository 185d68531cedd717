//! The source tree as data: its files, and a Rust file as a list of tokens.

use std::{fs, path::Path};

/// A file of the repository: its path below the root with `/` between the parts, and its text.
pub(super) struct SourceFile {
    pub(super) path: String,
    pub(super) text: String,
}

/// Every file below `folder` (relative to the repository) that ends in one of `extensions`, sorted by path.
pub(super) fn files_below(folder: &str, extensions: &[&str]) -> Vec<SourceFile> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    collect(root, &root.join(folder), extensions, &mut found);
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

fn collect(root: &Path, folder: &Path, extensions: &[&str], found: &mut Vec<SourceFile>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.map(|entry| entry.unwrap().path()) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if name != "node_modules" {
                collect(root, &path, extensions, found);
            }
        } else if extensions.iter().any(|extension| name.ends_with(extension)) {
            let path_below = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
            found.push(SourceFile { path: path_below, text: fs::read_to_string(&path).unwrap() });
        }
    }
}

/// A piece of Rust that matters for reading paths: comments, literals and lifetimes are gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Word(String),
    /// `::`
    PathSeparator,
    Other(char),
}

/// Splits Rust source into tokens. Understands nested comments, raw strings and lifetimes.
pub(super) fn tokens(source: &str) -> Vec<Token> {
    let text: Vec<char> = source.chars().collect();
    let (mut tokens, mut at) = (Vec::new(), 0);
    while at < text.len() {
        at = match (text[at], text.get(at + 1)) {
            ('/', Some('/')) => end_of_line(&text, at),
            ('/', Some('*')) => end_of_block_comment(&text, at),
            ('"', _) => end_of_string(&text, at + 1),
            ('r', Some('"' | '#')) if raw_string_hashes(&text, at + 1).is_some() => end_of_raw_string(&text, at + 1),
            ('\'', _) => end_of_char_or_lifetime(&text, at),
            (':', Some(':')) => {
                tokens.push(Token::PathSeparator);
                at + 2
            }
            (letter, _) if letter.is_alphanumeric() || letter == '_' => {
                let end = end_of_word(&text, at);
                tokens.push(Token::Word(text[at..end].iter().collect()));
                end
            }
            (letter, _) => {
                if !letter.is_whitespace() {
                    tokens.push(Token::Other(letter));
                }
                at + 1
            }
        };
    }
    tokens
}

fn end_of_line(text: &[char], from: usize) -> usize {
    (from..text.len()).find(|at| text[*at] == '\n').unwrap_or(text.len())
}

fn end_of_block_comment(text: &[char], from: usize) -> usize {
    let (mut depth, mut at) = (0, from);
    while at + 1 < text.len() {
        match (text[at], text[at + 1]) {
            ('/', '*') => (depth, at) = (depth + 1, at + 2),
            ('*', '/') if depth == 1 => return at + 2,
            ('*', '/') => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
    }
    text.len()
}

fn end_of_string(text: &[char], from: usize) -> usize {
    let mut at = from;
    while at < text.len() {
        match text[at] {
            '\\' => at += 2,
            '"' => return at + 1,
            _ => at += 1,
        }
    }
    text.len()
}

/// The number of `#` in front of a raw string's quote, if there is one (`r#type` is a word, not a string).
fn raw_string_hashes(text: &[char], from: usize) -> Option<usize> {
    let hashes = text[from..].iter().take_while(|letter| **letter == '#').count();
    (text.get(from + hashes) == Some(&'"')).then_some(hashes)
}

fn end_of_raw_string(text: &[char], from: usize) -> usize {
    let hashes = raw_string_hashes(text, from).unwrap();
    let closes = |at: usize| text[at] == '"' && (1..=hashes).all(|step| text.get(at + step) == Some(&'#'));
    (from + hashes + 1..text.len()).find(|at| closes(*at)).map_or(text.len(), |at| at + hashes + 1)
}

fn end_of_char_or_lifetime(text: &[char], from: usize) -> usize {
    match (text.get(from + 1), text.get(from + 2)) {
        (Some('\\'), _) => (from + 3..text.len()).find(|at| text[*at] == '\'').map_or(text.len(), |at| at + 1),
        (Some(_), Some('\'')) => from + 3,
        _ => end_of_word(text, from + 1),
    }
}

fn end_of_word(text: &[char], from: usize) -> usize {
    (from..text.len()).find(|at| !(text[*at].is_alphanumeric() || text[*at] == '_')).unwrap_or(text.len())
}

#[test]
fn tokens_leave_out_comments_and_literals() {
    let source = r##"// crate::a
        /* crate::b /* nested */ crate::c */ let x: &'static str = "crate::d \" crate::e"; let c = '"';
        let raw = r#"crate::f "quoted" "#; use crate::g; let escaped = '\''; r#type::h"##;
    let words: Vec<String> = tokens(source)
        .into_iter()
        .filter_map(|token| if let Token::Word(word) = token { Some(word) } else { None })
        .collect();
    assert_eq!(
        words,
        ["let", "x", "str", "let", "c", "let", "raw", "use", "crate", "g", "let", "escaped", "r", "type", "h"]
    );
}
