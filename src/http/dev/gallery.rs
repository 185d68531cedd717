//! `/dev/pages`: every page in every state and language.

use axum::{
    extract::{Path, State},
    response::{Html, IntoResponse, Response},
};

use crate::{
    http::{error::Trouble, layers::Rejection, page::Setting, state::SharedWeb, visit::Visit},
    theme::{
        Href, Sample,
        pages::{Gallery, GalleryRow},
    },
};

/// The list.
pub async fn list(State(web): State<SharedWeb>, visit: Visit) -> Result<Response, Trouble> {
    let link = |sample: &Sample, locale: &String| {
        let address = format!("/dev/pages/{}/{}?lang={locale}", sample.page, sample.name);
        (locale.clone(), Href::local(address))
    };
    let rows = Sample::all().into_iter().map(|sample| GalleryRow {
        links: web.theme.locales().iter().map(|locale| link(&sample, locale)).collect(),
        page: sample.page.to_owned(),
        sample: sample.name.to_owned(),
    });
    web.show(&visit, &Gallery { rows: rows.collect() }, Setting::default())
}

/// One page in one state.
pub async fn sample(
    State(web): State<SharedWeb>,
    Path((page, name)): Path<(String, String)>,
    visit: Visit,
) -> Result<Response, Trouble> {
    let Some(sample) = Sample::find(&page, &name) else { return Ok(Rejection::NotFound.into_response()) };
    let locale = visit.locale(None, web.theme.locales());
    let frame = Sample::frame(&locale, Href::local(visit.here.clone()));
    let html = sample.render(&web.theme, &frame).map_err(|error| Trouble::internal(&error))?;
    Ok(Html(html).into_response())
}
