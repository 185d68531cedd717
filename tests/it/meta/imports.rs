//! The import law of `docs/architecture.md`: which layer may name which.

use super::source::{Token, files_below, tokens};

/// The rules that touch nothing outside: facts in, decisions out.
const PURE: &[&str] = &["base", "identity", "authn", "oidc"];

/// What a layer may name.
struct Layer {
    name: &'static str,
    /// Anything of these.
    any: &'static [&'static [&'static str]],
    /// Types of these, not their functions.
    types: &'static [&'static str],
}

const LAYERS: &[Layer] = &[
    Layer { name: "base", any: &[], types: &[] },
    Layer { name: "identity", any: &[&["base"]], types: &[] },
    Layer { name: "authn", any: &[&["base", "identity"]], types: &[] },
    Layer { name: "oidc", any: &[&["base", "identity", "authn"]], types: &[] },
    Layer { name: "store", any: &[PURE], types: &[] },
    Layer { name: "keys", any: &[PURE], types: &[] },
    Layer { name: "config", any: &[PURE], types: &[] },
    Layer { name: "hashing", any: &[PURE], types: &[] },
    Layer { name: "telemetry", any: &[&["base", "config"]], types: &[] },
    Layer { name: "outbound", any: &[PURE, &["config"]], types: &[] },
    Layer { name: "notify", any: &[PURE, &["keys", "config", "outbound"]], types: &[] },
    Layer { name: "theme", any: &[PURE, &["keys", "config"]], types: &[] },
    Layer {
        name: "flow",
        any: &[PURE, &["store", "keys", "config", "hashing", "outbound", "notify", "theme"]],
        types: &[],
    },
    Layer { name: "http", any: &[PURE, &["flow", "theme", "config", "notify"]], types: &["store", "keys", "hashing"] },
    Layer { name: "jobs", any: &[PURE, &["flow", "theme", "config", "notify"]], types: &["store", "keys", "hashing"] },
    Layer {
        name: "cli",
        any: &[PURE, &["flow", "theme", "config", "notify", "app", "server"]],
        types: &["store", "keys", "hashing"],
    },
];

/// The composition root and the binary may name anything.
const ROOTS: &[&str] = &["app", "server", "main", "lib"];

#[test]
fn the_import_law_holds() {
    let mut broken = Vec::new();
    for file in files_below("src", &[".rs"]) {
        let modules = module_of(&file.path);
        let layer = modules[0].as_str();
        if ROOTS.contains(&layer) {
            continue;
        }
        let Some(law) = LAYERS.iter().find(|law| law.name == layer) else {
            broken.push(format!("{}: `{layer}` is no layer: add it to the law and to docs/architecture.md", file.path));
            continue;
        };
        for path in crate_paths(&tokens(&file.text), modules.len()) {
            if !law.allows(&path) {
                broken.push(format!("{}: `{layer}` may not name `crate::{}`", file.path, path.join("::")));
            }
        }
    }
    assert!(broken.is_empty(), "the import law is broken:\n{}", broken.join("\n"));
}

impl Layer {
    fn allows(&self, path: &[String]) -> bool {
        let target = path[0].as_str();
        let a_type = || path.iter().any(|part| part.starts_with(char::is_uppercase));
        target == self.name
            || target == "telemetry"
            || self.any.iter().any(|group| group.contains(&target))
            || (self.types.contains(&target) && a_type())
    }
}

/// `src/flow/sign_in.rs` → `["flow", "sign_in"]`; `mod.rs` stands for its folder.
fn module_of(path: &str) -> Vec<String> {
    let inner = path.trim_start_matches("src/").trim_end_matches(".rs");
    inner.trim_end_matches("/mod").split('/').map(str::to_owned).collect()
}

/// Every path that starts at the crate root, in `use` trees and in expressions: `["store", "user", "find"]`.
/// `super::super::…` from a module `depth` deep counts when it climbs to the root.
fn crate_paths(tokens: &[Token], depth: usize) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for at in 0..tokens.len() {
        let after_separator = at > 0 && tokens[at - 1] == Token::PathSeparator;
        if after_separator {
            continue;
        }
        if is_word(tokens.get(at), "crate") && tokens.get(at + 1) == Some(&Token::PathSeparator) {
            use_tree(tokens, at + 2, &mut Vec::new(), &mut found);
        } else if is_word(tokens.get(at), "super") {
            let mut end = at;
            while is_word(tokens.get(end), "super") && tokens.get(end + 1) == Some(&Token::PathSeparator) {
                end += 2;
            }
            if (end - at) / 2 >= depth {
                let mut climbed = Vec::new();
                use_tree(tokens, end, &mut Vec::new(), &mut climbed);
                let known = |path: &Vec<String>| LAYERS.iter().any(|law| law.name == path[0]);
                found.extend(climbed.into_iter().filter(known));
            }
        }
    }
    found
}

fn is_word(token: Option<&Token>, word: &str) -> bool {
    matches!(token, Some(Token::Word(found)) if found == word)
}

/// Reads `a::{b::C, d}` from `at` on, adds one path per leaf, and returns where the tree ends.
fn use_tree(tokens: &[Token], mut at: usize, prefix: &mut Vec<String>, found: &mut Vec<Vec<String>>) -> usize {
    let outer = prefix.len();
    let end = loop {
        match tokens.get(at) {
            Some(Token::Word(word)) => {
                prefix.push(word.clone());
                if tokens.get(at + 1) == Some(&Token::PathSeparator) {
                    at += 2;
                    continue;
                }
                found.push(prefix.clone());
                // The other name of `b as c` is no path.
                break if is_word(tokens.get(at + 1), "as") { at + 3 } else { at + 1 };
            }
            Some(Token::Other('{')) => {
                at += 1;
                while tokens.get(at).is_some_and(|token| *token != Token::Other('}')) {
                    at = match tokens[at] {
                        Token::Word(_) | Token::Other('{' | '*') => use_tree(tokens, at, prefix, found),
                        _ => at + 1,
                    };
                }
                break at + 1;
            }
            // A glob, or the end of something like `Type::<T>`: what stands so far is the path.
            _ if prefix.is_empty() => break at + 1,
            _ => {
                found.push(prefix.clone());
                break at + 1;
            }
        }
    };
    prefix.truncate(outer);
    end
}

#[test]
fn paths_are_found_in_trees_expressions_and_climbs() {
    let source = "use crate::{base::{Clock, moment::Moment as M}, store::user as u};
        pub(crate) fn f() { crate::keys::ring::Ring::new(); let x = $crate::flow::go; }
        mod tests { use super::super::http::router; use super::*; }";
    let paths: Vec<String> = crate_paths(&tokens(source), 2).iter().map(|path| path.join("::")).collect();
    let expected =
        ["base::Clock", "base::moment::Moment", "store::user", "keys::ring::Ring::new", "flow::go", "http::router"];
    for path in expected {
        assert!(paths.iter().any(|found| found == path), "{path} is missing in {paths:?}");
    }
    assert!(!paths.iter().any(|found| ["as", "base::as", "base::M", "u"].contains(&found.as_str())), "{paths:?}");
}

#[test]
fn a_layer_of_types_does_not_give_functions() {
    let http = LAYERS.iter().find(|law| law.name == "http").unwrap();
    let path = |text: &str| text.split("::").map(str::to_owned).collect::<Vec<_>>();
    assert!(http.allows(&path("store::Db")));
    assert!(http.allows(&path("flow::sign_in::sign_in")));
    assert!(!http.allows(&path("store::user::find")));
    assert!(!http.allows(&path("cli::serve")));
    assert!(!LAYERS.iter().any(|law| law.name != "http" && law.allows(&path("http::router"))), "nobody names http");
}
