//! `docs/protocol-tests.md`: which test proves which rule. The table is made from the source: `USHER_BLESS=1` writes it.

use super::{
    protocol_rows::{Row, SECTIONS, State},
    source::{Token, files_below, tokens},
};
use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path};

const TABLE: &str = "docs/protocol-tests.md";

/// Rule id → the tests that carry it, each as `(path, function)`.
type Proofs = BTreeMap<String, Vec<(String, String)>>;

#[test]
fn every_rule_has_a_test_and_no_later_rule_has_one() {
    let proofs = proofs();
    let mut wrong = Vec::new();
    for row in rows() {
        let tested = proofs.contains_key(row.id);
        match row.state {
            State::Later if tested => wrong.push(format!("{}: is `later` and has a test", row.id)),
            State::Now | State::Part if !tested => {
                wrong.push(format!("{}: no test is named prot_{}_…", row.id, row.id.to_lowercase()));
            }
            _ => {}
        }
    }
    let unknown = proofs.keys().filter(|id| rows().all(|row| row.id != *id));
    wrong.extend(unknown.map(|id| format!("{id}: has a test and is in no row")));
    assert!(wrong.is_empty(), "{} rules are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_table_in_the_documentation_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(TABLE);
    let table = render(&proofs());
    if std::env::var_os("USHER_BLESS").is_some() {
        fs::write(&path, &table).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(written == table, "{TABLE} is out of date: USHER_BLESS=1 cargo test --test it protocol_table");
}

fn rows() -> impl Iterator<Item = &'static Row> {
    SECTIONS.iter().flat_map(|(_, rows)| rows.iter())
}

/// Reads the names of all tests. A name is found wherever a token is, so tests made by a macro count as well.
fn proofs() -> Proofs {
    let mut proofs = Proofs::new();
    for file in files_below("src", &[".rs"]).into_iter().chain(files_below("tests/it", &[".rs"])) {
        for token in tokens(&file.text) {
            let Token::Word(name) = token else { continue };
            for id in ids_of(&name) {
                let tests = proofs.entry(id).or_default();
                let proof = (file.path.clone(), name.clone());
                if !tests.contains(&proof) {
                    tests.push(proof);
                }
            }
        }
    }
    proofs
}

/// `prot_a5_c3_basic_…` and `prot_a5_prot_c3_basic_…` → `["A5", "C3"]`.
fn ids_of(name: &str) -> Vec<String> {
    let Some(rest) = name.strip_prefix("prot_") else { return Vec::new() };
    let is_id = |part: &&str| {
        let (letter, number) = part.split_at(part.len().min(1));
        "abcdfhijmnp".contains(letter) && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    };
    rest.split('_').filter(|part| *part != "prot").take_while(is_id).map(str::to_uppercase).collect()
}

fn render(proofs: &Proofs) -> String {
    let mut table = String::from(
        "# Which test proves which rule\n\n\
        Made from the names of the tests by `USHER_BLESS=1 cargo test --test it protocol_table`; a test compares it.\n\
        *part*: a part of the rule waits for a feature that does not exist yet, the rest is tested.\n\
        *later*: the whole feature does not exist yet.\n",
    );
    for (heading, rows) in SECTIONS {
        write!(table, "\n## {heading}\n\n| Id | Rule | Tests |\n|---|---|---|\n").unwrap();
        for row in *rows {
            writeln!(table, "| {} | {} | {} |", row.id, row.rule, tests_of(row, proofs)).unwrap();
        }
    }
    table
}

fn tests_of(row: &Row, proofs: &Proofs) -> String {
    let names = proofs.get(row.id).into_iter().flatten();
    let links = names.map(|(path, name)| format!("[`{name}`](../{path})"));
    let state = match row.state {
        State::Now => None,
        State::Part => Some("*part*".to_owned()),
        State::Later => Some("*later*".to_owned()),
    };
    state.into_iter().chain(links).collect::<Vec<_>>().join("<br>")
}

#[test]
fn ids_are_read_from_the_front_of_a_name() {
    assert_eq!(ids_of("prot_a5_basic_credentials_are_form_decoded"), ["A5"]);
    assert_eq!(ids_of("prot_b7_b8_state_and_iss"), ["B7", "B8"]);
    assert_eq!(ids_of("prot_h2_prot_h5_each_refusal"), ["H2", "H5"]);
    assert_eq!(ids_of("prot_d4_dec_d16_a_repeat"), ["D4"]);
    assert_eq!(ids_of("prot_b12_s256_only"), ["B12"]);
    assert!(ids_of("protocol_a5").is_empty());
}
