//! `/api/v1/templates`: what is mailed, in the words of the installation.
//!
//! | Call | Does |
//! |---|---|
//! | `GET /api/v1/templates` | lists every kind of message, and every template of one's own |
//! | `GET …/{name}?locale=` | what the theme says, what was written over it, the variables |
//! | `PUT …/{name}?locale=` | writes `subject`, `text`, `html`, in a language or in all (`*`, the default) |
//! | `DELETE …/{name}?locale=` | gives it up: the theme's is used again |
//! | `POST …/{name}/.preview` | renders it, stored or not, with a sample |
//! | `POST …/{name}/.test` | sends it with a sample to one address |

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::problem::{Problem, ProblemPart};
use crate::{
    flow::templates::{
        self, EVERY_LANGUAGE, PreviewOutcome, PreviewRequest, RemoveOutcome, TemplateView, TestOutcome, WriteOutcome,
        Written,
    },
    http::{
        extract::{
            admin::{SettingsAdmin, SettingsReader},
            json::Json,
        },
        state::{SharedWeb, Web},
        visit::Visit,
    },
    store::template::TemplateOverride,
    theme::mails::{Fault, Medium, Parts, alias},
};

/// A template in a request.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct TemplateBody {
    purpose: Option<String>,
    subject: Option<String>,
    text: Option<String>,
    html: Option<String>,
}

/// What to preview.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct PreviewBody {
    locale: Option<String>,
    sample: Option<String>,
    subject: Option<String>,
    text: Option<String>,
    html: Option<String>,
}

/// What to send as a test.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TestBody {
    to: String,
    #[serde(default)]
    locale: Option<String>,
    #[serde(default)]
    sample: Option<String>,
}

/// The three parts of a template.
#[derive(Serialize)]
struct Sources {
    subject: Option<String>,
    text: Option<String>,
    html: Option<String>,
}

impl From<Parts> for Sources {
    fn from(Parts { subject, text, html }: Parts) -> Self {
        Self { subject, text, html }
    }
}

/// Lists.
pub async fn list(State(web): State<SharedWeb>, _admin: SettingsReader) -> Result<Response, Problem> {
    let views = templates::list(&web.node).await?;
    let locales = web.theme.mails().locales();
    let all: Vec<Value> = views.iter().map(summary).collect();
    Ok(axum::Json(json!({ "locales": locales, "templates": all })).into_response())
}

/// One template.
pub async fn get(
    State(web): State<SharedWeb>,
    _admin: SettingsReader,
    Path(name): Path<String>,
    visit: Visit,
) -> Result<Response, Problem> {
    shown(&web, &name, locale(&visit), StatusCode::OK).await
}

/// Writes a template.
pub async fn put(
    State(web): State<SharedWeb>,
    admin: SettingsAdmin,
    Path(name): Path<String>,
    visit: Visit,
    Json(body): Json<TemplateBody>,
) -> Result<Response, Problem> {
    let written = Written {
        name: &name,
        locale: locale(&visit),
        purpose: body.purpose.as_deref(),
        parts: Parts { subject: body.subject, text: body.text, html: body.html },
    };
    let wrong = |code, detail: &str| Err(Problem::new(StatusCode::BAD_REQUEST, code, detail));
    match templates::write(&web.node, &web.theme, &admin, &visit.caller, written).await? {
        WriteOutcome::Stored => shown(&web, &name, locale(&visit), StatusCode::OK).await,
        WriteOutcome::Refused(faults) => Err(refused(&faults)),
        WriteOutcome::BadName => wrong("invalidName", "A name is made of small letters, digits, points, - and _."),
        WriteOutcome::UnknownLocale => wrong("unknownLocale", "The theme does not speak this language."),
        WriteOutcome::UnknownPurpose => {
            wrong("unknownPurpose", "A name of one's own needs \"purpose\": the key of the messages it is written for.")
        }
        WriteOutcome::Empty => wrong("empty", "Give at least one of subject, text and html."),
        WriteOutcome::TooMany => {
            Err(Problem::new(StatusCode::CONFLICT, "tooMany", "There are as many templates as there may be."))
        }
    }
}

/// Gives a template up.
pub async fn delete(
    State(web): State<SharedWeb>,
    admin: SettingsAdmin,
    Path(name): Path<String>,
    visit: Visit,
) -> Result<Response, Problem> {
    match templates::remove(&web.node, &admin, &visit.caller, &name, locale(&visit)).await? {
        RemoveOutcome::Restored => Ok(StatusCode::NO_CONTENT.into_response()),
        RemoveOutcome::NotThere => Err(Problem::not_found("Nothing was written over this template in this language.")),
    }
}

/// Renders a template with a sample.
pub async fn preview(
    State(web): State<SharedWeb>,
    _admin: SettingsReader,
    Path(name): Path<String>,
    Json(body): Json<PreviewBody>,
) -> Result<Response, Problem> {
    let view = found(&web, &name).await?;
    let request = PreviewRequest {
        view: &view,
        locale: body.locale.as_deref().unwrap_or_default(),
        sample: body.sample.as_deref(),
        unsaved: Parts { subject: body.subject, text: body.text, html: body.html },
    };
    match templates::preview(&web.node, &web.theme, request).await? {
        PreviewOutcome::Rendered(rendered) => Ok(axum::Json(json!({
            "locale": rendered.locale,
            "subject": rendered.subject,
            "text": rendered.text,
            "html": rendered.html,
        }))
        .into_response()),
        PreviewOutcome::Refused(faults) => Err(refused(&faults)),
        PreviewOutcome::UnknownSample => Err(unknown_sample()),
    }
}

/// Sends a template with a sample.
pub async fn test(
    State(web): State<SharedWeb>,
    admin: SettingsAdmin,
    Path(name): Path<String>,
    visit: Visit,
    Json(body): Json<TestBody>,
) -> Result<Response, Problem> {
    let view = found(&web, &name).await?;
    let (locale, sample) = (body.locale.as_deref().unwrap_or_default(), body.sample.as_deref());
    match templates::send_test(&web.node, &admin, &visit.caller, &view, &body.to, locale, sample).await? {
        TestOutcome::Sent(id) => Ok((StatusCode::ACCEPTED, axum::Json(json!({ "messageId": id }))).into_response()),
        TestOutcome::UnknownSample => Err(unknown_sample()),
        TestOutcome::BadAddress => {
            Err(Problem::new(StatusCode::BAD_REQUEST, "invalidAddress", "\"to\" is not an e-mail address."))
        }
        TestOutcome::NotByMail => {
            Err(Problem::new(StatusCode::BAD_REQUEST, "notByMail", "Text messages are not sent for a test."))
        }
    }
}

fn locale(visit: &Visit) -> &str {
    visit.param("locale").unwrap_or(EVERY_LANGUAGE)
}

async fn found(web: &Web, name: &str) -> Result<TemplateView, Problem> {
    let view = templates::find(&web.node, name).await?;
    view.ok_or_else(|| Problem::not_found("There is no template of this name."))
}

async fn shown(web: &Web, name: &str, locale: &str, status: StatusCode) -> Result<Response, Problem> {
    let view = found(web, name).await?;
    let variable = |name: &str| {
        let required = view.kind.required.contains(&name);
        json!({ "name": name, "alias": format!("%{}%", alias(name)), "required": required })
    };
    let mut body = summary(&view);
    if let Value::Object(body) = &mut body {
        body.insert("locale".to_owned(), locale.into());
        body.insert("default".to_owned(), json!(Sources::from(view.default_parts(&web.theme))));
        body.insert("override".to_owned(), json!(view.written_for(locale).map(Sources::from)));
        body.insert("variables".to_owned(), view.kind.variables().map(variable).collect());
        body.insert("samples".to_owned(), view.kind.sample_names().collect());
    }
    Ok((status, axum::Json(body)).into_response())
}

fn summary(view: &TemplateView) -> Value {
    let written = |it: &TemplateOverride| json!({ "locale": it.locale, "updatedAt": it.updated_at.to_string(), "updatedBy": it.updated_by });
    json!({
        "name": view.name,
        "purpose": view.kind.key,
        "channel": match view.kind.medium { Medium::Email => "email", Medium::Sms => "sms" },
        "inUse": view.in_use,
        "required": view.kind.required,
        "overrides": view.written.iter().map(written).collect::<Vec<_>>(),
    })
}

fn unknown_sample() -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "unknownSample", "There is no such sample; \"samples\" lists them.")
}

/// The first fault gives its word to the whole (inventory Q21: `missingVariable`).
fn refused(faults: &[Fault]) -> Problem {
    let code = faults.first().map_or("invalid", |fault| fault.code.as_str());
    let part = |fault: &Fault| ProblemPart {
        code: fault.code.as_str(),
        member: fault.part.map(|part| part.as_str()),
        detail: fault.message.clone(),
        line: fault.line,
    };
    let detail = faults.first().map(ToString::to_string).unwrap_or_default();
    Problem::new(StatusCode::BAD_REQUEST, code, detail).with(faults.iter().map(part).collect())
}
