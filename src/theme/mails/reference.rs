//! The reference of templates: `docs/reference/templates.md`.

use std::fmt::Write;

use super::{
    alias::alias,
    env::FILTERS,
    kind::{COMMON, MailKind, Medium},
};

/// The page, as Markdown.
pub fn page() -> String {
    let mut page = String::from(
        "# Templates of messages\n\n\
        Every kind of message, with the variables of its own. Each name is written `{{ name }}`, or as the replaced \
        products wrote it, `%Name%`. A variable in bold must be in the text part and in the HTML part.\n\n\
        | Key | Channel | Variables |\n|---|---|---|\n",
    );
    for kind in MailKind::all() {
        let channel = if kind.medium == Medium::Email { "e-mail" } else { "SMS" };
        let own = kind.variables().filter(|name| !COMMON.contains(name));
        let shown = own.map(|name| match kind.required.contains(&name) {
            true => format!("**`{name}`** (`%{}%`)", alias(name)),
            false => format!("`{name}` (`%{}%`)", alias(name)),
        });
        let _ = writeln!(page, "| `{}` | {channel} | {} |", kind.key, shown.collect::<Vec<_>>().join(", "));
    }
    let common: Vec<String> = COMMON.iter().map(|name| format!("`{name}`")).collect();
    let filters: Vec<String> = FILTERS.iter().map(|name| format!("`{name}`")).collect();
    let _ = write!(
        page,
        "\nEvery message has besides: {}. Texts that are not known are empty.\n\n\
        What administrators write (`PUT /api/v1/templates/{{name}}`) may use `{{% if %}}`, `{{% elif %}}`, `{{% else %}}`, \
        the filters {}, the functions `t` and `duration`, and the pieces of the layout:\n\n\
        ```\n{{% from \"mail/parts.html\" import heading, hello, p, small, button, action, figure, facts, where %}}\n```\n\n\
        The HTML part is a fragment: it is cleaned by an allow-list and stands in the layout of all mails.\n",
        common.join(", "),
        filters.join(", "),
    );
    page
}
