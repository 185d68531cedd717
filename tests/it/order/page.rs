//! The forms of a page, as a browser reads them.

use crate::support::browser::Answer;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Hidden,
    Text,
    Radio,
    Checkbox,
    Button,
}

#[derive(Clone, Debug)]
pub struct Field {
    pub name: String,
    pub value: String,
    pub kind: Kind,
    pub read_only: bool,
}

#[derive(Clone, Debug)]
pub struct Form {
    pub action: String,
    pub posts: bool,
    pub fields: Vec<Field>,
}

/// Every form of a page, with the buttons that belong to it from outside.
pub fn forms(page: &Answer) -> Vec<Form> {
    let text = page.text();
    let mut forms: Vec<(String, Form)> = Vec::new();
    let mut inside = false;
    for tag in text.split('<').skip(1) {
        let tag = tag.split('>').next().unwrap_or_default();
        let name = tag.split([' ', '\n', '/']).next().unwrap_or_default();
        match name {
            "form" => {
                let action = attribute(tag, "action").unwrap_or_else(|| page.at.clone());
                let posts = attribute(tag, "method").is_some_and(|method| method == "post");
                let form = Form { action, posts, fields: Vec::new() };
                forms.push((attribute(tag, "id").unwrap_or_default(), form));
                inside = true;
            }
            "" if tag.starts_with("/form") => inside = false,
            "input" | "button" | "select" => {
                let Some(field) = field(name, tag) else { continue };
                let owner = attribute(tag, "form");
                let form = match owner {
                    Some(id) => forms.iter_mut().find(|(known, _)| *known == id),
                    None if inside => forms.last_mut(),
                    None => None,
                };
                if let Some((_, form)) = form {
                    form.fields.push(field);
                }
            }
            _ => {}
        }
    }
    forms.into_iter().map(|(_, form)| form).collect()
}

fn field(element: &str, tag: &str) -> Option<Field> {
    let kind = match (element, attribute(tag, "type").as_deref()) {
        ("button", _) => Kind::Button,
        (_, Some("hidden")) => Kind::Hidden,
        (_, Some("radio")) => Kind::Radio,
        (_, Some("checkbox")) => Kind::Checkbox,
        _ => Kind::Text,
    };
    let read_only = tag.split_whitespace().any(|word| word == "readonly");
    Some(Field { name: attribute(tag, "name")?, value: attribute(tag, "value").unwrap_or_default(), kind, read_only })
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let rest = tag.split_once(&format!(" {name}=\"")).or_else(|| tag.split_once(&format!("\n{name}=\"")))?.1;
    Some(crate::support::browser::unescape(rest.split('"').next()?))
}

/// The text of the element with this id.
pub fn text_of(page: &Answer, id: &str) -> Option<String> {
    let text = page.text();
    let from = text.split_once(&format!("id=\"{id}\""))?.1;
    Some(from.split_once('>')?.1.split('<').next()?.to_owned())
}
