//! The examples of docs/reference/seed-file.md are true, and it names every key.

use usher::{config::settings::Site, config::source_text::SourceText, flow::apply::SeedFile};

use super::{applied, told};
use crate::support::{app::TestApp, engine::Engine};

const PAGE: &str = include_str!("../../../docs/reference/seed-file.md");

/// The blocks of TOML, one after the other.
fn examples() -> String {
    let blocks = PAGE.split("```toml\n").skip(1).filter_map(|rest| rest.split_once("```"));
    blocks.map(|(block, _)| block).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn the_examples_apply() {
    let app = TestApp::new(Engine::Sqlite).await;
    assert!(applied(&app.node, &examples()).await.len() > 10);
    assert!(told(&applied(&app.node, &examples()).await).is_empty());
}

#[test]
fn every_key_of_the_reference_file_is_named() {
    let whole = include_str!("whole.toml");
    let keys = whole.lines().filter_map(|line| line.split_once(" = ")).map(|(key, _)| key.trim());
    for key in keys.filter(|key| key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')) {
        assert!(PAGE.contains(&format!("`{key}`")), "{key}");
    }
}

#[test]
fn the_message_shown_is_the_message_given() {
    let text = "[[user]]\nusername = \"anna\"\n";
    let Err(faults) = SeedFile::read(SourceText::new("seed.toml", text), Site::Public) else { panic!("read") };
    let message = faults.to_string();
    let last = message.split("\n\n").last().unwrap();
    assert!(PAGE.contains(last), "{last}");
}
