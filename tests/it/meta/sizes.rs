//! No file grows into a second thing.

use super::source::files_below;

/// Lines; architecture.md asks for about 400, this is the hard limit.
const LIMIT: usize = 450;

#[test]
fn no_source_file_is_longer_than_the_limit() {
    let too_long: Vec<String> = ["src", "tests", "examples", "benches"]
        .iter()
        .flat_map(|folder| files_below(folder, &[".rs", ".mjs"]))
        .map(|file| (file.path, file.text.lines().count()))
        .filter(|(_, lines)| *lines > LIMIT)
        .map(|(path, lines)| format!("{path}: {lines} lines"))
        .collect();
    assert!(too_long.is_empty(), "longer than {LIMIT} lines:\n{}", too_long.join("\n"));
}
