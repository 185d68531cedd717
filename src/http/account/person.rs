//! Whoever asks for a page of their account, as a handler's argument: nobody else gets to the handler.

use std::sync::Arc;

use axum::{
    extract::FromRequestParts,
    http::request::Parts,
    response::{IntoResponse, Response},
};

use crate::{
    flow::{
        account::{
            entry::{Begun, Entry, begin, enter},
            fresh::{Freshness, freshness},
        },
        interaction::Confirm,
        snapshot::Snapshot,
    },
    http::{
        csrf::FormOwner,
        error::Trouble,
        form::Form,
        layers::RequestContext,
        page::{Setting, see_other, with_flow_cookie},
        signin,
        state::{SharedWeb, Web},
        visit::Visit,
    },
    identity::user::User,
    store::session::Session,
    theme::{
        Page,
        pages::{Account, Head, Section},
    },
};

/// Somebody who is signed in and has proved what is demanded on these pages.
pub struct Signed {
    /// The catalog that the request is looked at under.
    pub snapshot: Arc<Snapshot>,
    /// The session.
    pub session: Session,
    /// Whose it is.
    pub user: User,
    /// The request.
    pub visit: Visit,
    context: RequestContext,
}

impl Signed {
    /// Whether a form called `name` is one that this person was shown.
    pub fn sent(&self, form: &Form, name: &str) -> bool {
        form.is_genuine(&self.snapshot, Some(FormOwner::Session(&self.session.id.text())), name)
    }

    /// What every page of the account shows.
    pub fn head(&self, section: Section) -> Head {
        let account = Account { name: self.user.label(), username: self.user.user_name.clone() };
        Head { account, section }
    }

    /// Shows a page whose forms are called `name`.
    pub fn show<P: Page>(&self, web: &Web, page: &P, name: &str) -> Result<Response, Trouble> {
        let owner = self.session.id.text();
        let csrf = Some(web.form_token(&self.snapshot, FormOwner::Session(&owner), name));
        web.show(&self.visit, page, Setting { csrf, ..Setting::default() })
    }

    /// One of `words`, if the address says that it was done just now.
    pub fn done(&self, words: &'static [&'static str]) -> Option<&'static str> {
        let said = self.visit.param("done")?;
        words.iter().copied().find(|word| *word == said)
    }

    /// The way to prove anew who it is, unless it was proved a moment ago (D29, Q74, Q84): whoever changes a credential or
    /// ends sessions does. It leads back to `path`.
    pub async fn unless_fresh(&self, web: &Web, path: &str) -> Result<Option<Response>, Trouble> {
        match freshness(&web.node, &self.session).await? {
            Freshness::Fresh => Ok(None),
            Freshness::Prove(confirm) => self.prove(web, path, confirm).await.map(Some),
        }
    }

    /// Goes to the sign-in, to prove this anew, and from there to `path`.
    pub async fn prove(&self, web: &Web, path: &str, confirm: Confirm) -> Result<Response, Trouble> {
        let again = Some((&self.session, confirm));
        let started = start(web, &self.snapshot, path, again, &self.visit, self.context).await?;
        Ok(started.unwrap_or_else(|| see_other(path)))
    }
}

impl FromRequestParts<SharedWeb> for Signed {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, web: &SharedWeb) -> Result<Self, Response> {
        let context = RequestContext::from_request_parts(parts, web).await.map_err(IntoResponse::into_response)?;
        let Ok(visit) = Visit::from_request_parts(parts, web).await;
        match signed(web, visit, context).await {
            Ok(found) => found,
            Err(trouble) => Err(trouble.into_response()),
        }
    }
}

/// Whoever is signed in, or the way to the sign-in and back here.
pub async fn signed(web: &Web, visit: Visit, context: RequestContext) -> Result<Result<Signed, Response>, Trouble> {
    let snapshot = web.node.snapshot().await?;
    match enter(&web.node, &snapshot, &visit.caller).await? {
        Entry::In(person) => Ok(Ok(Signed { snapshot, session: person.session, user: person.user, visit, context })),
        Entry::Refused => Err(Trouble::forbidden()),
        // Signed in by now, in another tab: the page itself looks again.
        Entry::Ask => {
            let started = start(web, &snapshot, &visit.here, None, &visit, context).await?;
            Ok(Err(started.unwrap_or_else(|| see_other(&visit.here))))
        }
    }
}

/// Begins an attempt to sign in that leads to `path`; `None` if nothing is due any more.
async fn start(
    web: &Web,
    snapshot: &Arc<Snapshot>,
    path: &str,
    again: Option<(&Session, Confirm)>,
    visit: &Visit,
    context: RequestContext,
) -> Result<Option<Response>, Trouble> {
    let admit = || web.limits.flow_start(context.client);
    match begin(&web.node, snapshot, path, again, &visit.caller, admit).await? {
        Begun::There => Ok(None),
        Begun::Throttled(retry_after) => Err(Trouble::throttled(retry_after)),
        Begun::Ask { attempt, step, flow_cookie } => {
            Ok(Some(with_flow_cookie(web, see_other(&signin::path(&step, attempt)), flow_cookie)))
        }
    }
}
