//! `/account/licences`: what somebody may use.

use axum::{extract::State, response::Response};

use crate::{
    flow::account::licences::{OwnLicense, licences},
    http::{account::person::Signed, error::Trouble, state::SharedWeb},
    theme::pages::{AccountLicences, LicenceLine, Section},
};

/// Lists it.
pub async fn get(State(web): State<SharedWeb>, signed: Signed) -> Result<Response, Trouble> {
    let now = web.node.now();
    let line = |it: OwnLicense| LicenceLine {
        status: it.license.status(now).as_str(),
        product: it.license.product,
        edition: it.license.edition,
        seats: it.license.seats,
        used: it.license.seats_used,
        until: it.license.valid_to.map(Into::into),
        companies: it.companies,
    };
    let found = licences(&web.node, &signed.user).await?;
    let page =
        AccountLicences { head: signed.head(Section::Licences), licences: found.into_iter().map(line).collect() };
    signed.show(&web, &page, "account")
}
