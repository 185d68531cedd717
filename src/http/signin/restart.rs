//! `/signin/restart`: the same request again, from the beginning. It grants nothing that following the portal's own
//! link would not.

use axum::{extract::State, response::Response};

use crate::{
    base::id::AttemptId,
    flow::{
        account::entry,
        authorize::{Found, find_attempt},
    },
    http::{
        error::Trouble,
        page::see_other,
        state::SharedWeb,
        visit::{PERSONAL, Visit},
    },
    oidc::client::OWN,
};

/// The address that starts an attempt's request again.
pub fn path(attempt: AttemptId) -> String {
    format!("/signin/restart?a={attempt}")
}

/// The request without what tells of a person: it may have come by POST, and goes back through an address.
fn again(query: &str) -> String {
    let kept = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| !PERSONAL.contains(&&**name));
    form_urlencoded::Serializer::new(String::new()).extend_pairs(kept).finish()
}

/// Starts again.
pub async fn get(State(web): State<SharedWeb>, visit: Visit) -> Result<Response, Trouble> {
    let id: Option<AttemptId> = visit.param("a").and_then(|id| id.parse().ok());
    let found = match id {
        Some(id) => find_attempt(&web.node, id, &visit.caller).await?,
        None => Found::Lost,
    };
    match found {
        Found::Live(attempt) | Found::Finished(attempt) | Found::Restart(attempt) => {
            // Our own pages begin another attempt by themselves, where one is needed.
            if attempt.client_id == OWN {
                return Ok(see_other(entry::way_back(&attempt.request.request)));
            }
            Ok(see_other(&format!("/oauth2/authorize?{}", again(&attempt.request.query))))
        }
        Found::Lost => Err(Trouble::not_found()),
    }
}
