//! The settings as a document.

use std::fmt::Write as _;

use super::{
    alias::old_names,
    registry::registry,
    setting::{AnySetting, plain},
};

/// `docs/reference/settings.md`.
pub fn page() -> String {
    let mut page = String::from(INTRODUCTION);
    let mut current = "";
    for setting in registry() {
        let section = setting.name().split('.').next().unwrap_or_default();
        if section != current {
            let _ = write!(
                page,
                "\n## {section}\n\n| Setting | Value | Default | Levels | Meaning |\n|---|---|---|---|---|\n"
            );
            current = section;
        }
        page.push_str(&row(*setting));
        if setting.name() == "templates.code_in_subject" {
            page.push_str("| `templates.<key>` | name of a template | `<key>` | instance | Use another template for the purpose `<key>`, such as `templates.mfa.code`. |\n");
        }
    }
    page.push_str("\n## Old names\n\nProperties of the products that Usher replaces are accepted and warned about.\n\n| Old name | Now |\n|---|---|\n");
    for (old, now) in old_names() {
        let _ = writeln!(page, "| `{old}` | {now} |");
    }
    page
}

fn row(setting: &dyn AnySetting) -> String {
    let bounds = setting.bounds().map(|bounds| format!("; {bounds}")).unwrap_or_default();
    let default = match (setting.default_json(), setting.is_secret()) {
        (serde_json::Value::Null, _) => "unset".to_owned(),
        (default, _) if plain(&default).is_empty() => "empty".to_owned(),
        (default, _) => format!("`{}`", plain(&default)),
    };
    let levels = setting.levels().iter().map(|level| level.text()).collect::<Vec<_>>().join(", ");
    let secret = if setting.is_secret() { " Secret: sealed, never shown." } else { "" };
    let (name, kind, help) = (setting.name(), setting.kind(), setting.help());
    format!("| `{name}` | {kind}{bounds} | {default} | {levels} | {help}{secret} |\n")
}

const INTRODUCTION: &str = "\
# Settings

<!-- Generated from src/config/settings by `UPDATE_REFERENCE=1 cargo test --test it reference`. Do not edit. -->

Settings are kept in the database, changed while Usher runs, and audited. `usher apply` sets those of the instance by
`[settings]` in a seed file, those of a customer or client by `settings = { … }` at their entry.

Where several levels say something, the nearest wins: client, group, customer, permission profile, instance. For `mfa.*`
and `password.*` the strictest of all levels wins, the instance's default among them: a customer can ask for more than
the instance, never for less. Durations are ISO 8601: `PT15M`, `PT1H30M`, `P90D`.

`mail.*` and `sms.*` may stand in [`usher.toml`](configuration.md) instead; what stands there, or in the environment,
wins and cannot be changed elsewhere.
";
