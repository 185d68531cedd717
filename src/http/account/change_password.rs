//! `/password/change`: a new password for whoever knows the present one. In the address of an attempt (`?a=…`) it is a page
//! of the sign-in, where the change is due; without one it is for whoever is signed in.

use axum::{extract::State, response::Response};

use crate::{
    flow::{
        account::session,
        answer::NewSecret,
        change_password::{ChangeCause, ChangeFacts, ChangeOutcome, ChangeWay, Typed, change_password, look},
        interaction::Step,
    },
    http::{
        account::set_password::problem,
        cookies::CookieName,
        csrf::FormOwner,
        error::Trouble,
        form::Form,
        page::{Setting, see_other, with_cookie},
        signin::{self, Open},
        state::{SharedWeb, Web},
        visit::Visit,
    },
    store::session::Session,
    theme::{
        Href, Problem,
        pages::{AttemptExpired, ChangeDone, ChangePassword, ChangeState, PasswordRules},
    },
};

const FORM: &str = "change";
const PATH: &str = "/password/change";

/// Where the page stands: in a sign-in, or by itself.
enum Place {
    SignIn { open: Box<Open>, session: Box<Session>, company: Option<String> },
    Alone { session: Box<Session> },
}

impl Place {
    fn session(&self) -> &Session {
        match self {
            Self::SignIn { session, .. } | Self::Alone { session } => session,
        }
    }

    fn cause(&self) -> ChangeCause {
        match self {
            Self::SignIn { .. } => ChangeCause::Due,
            // What was handed out must be changed, whoever may otherwise.
            Self::Alone { session } if session.password_due.is_some() => ChangeCause::Due,
            Self::Alone { .. } => ChangeCause::Wish,
        }
    }

    fn path(&self) -> String {
        match self {
            Self::SignIn { open, .. } => format!("{PATH}?a={}", open.attempt.id),
            Self::Alone { .. } => PATH.to_owned(),
        }
    }

    /// What the form belongs to: the session, whose id goes on while its cookie changes.
    fn owner(&self) -> String {
        self.session().id.text()
    }
}

/// `/.well-known/change-password`: where password managers look for the page.
pub async fn well_known() -> Response {
    see_other(PATH)
}

/// Shows the form.
pub async fn get(State(web): State<SharedWeb>, visit: Visit) -> Result<Response, Trouble> {
    let place = match place(&web, &visit).await? {
        Ok(place) => place,
        Err(response) => return Ok(response),
    };
    let snapshot = web.node.snapshot().await?;
    let facts = look(&web.node, &snapshot, place.session(), place.cause()).await?;
    page(&web, &visit, &place, &facts, Vec::new()).await
}

/// Changes it.
pub async fn post(State(web): State<SharedWeb>, visit: Visit, form: Form) -> Result<Response, Trouble> {
    let place = match place(&web, &visit).await? {
        Ok(place) => place,
        Err(response) => return Ok(response),
    };
    let snapshot = web.node.snapshot().await?;
    let facts = look(&web.node, &snapshot, place.session(), place.cause()).await?;
    let owner = place.owner();
    if !form.is_genuine(&snapshot, Some(FormOwner::Session(&owner)), FORM) {
        return page(&web, &visit, &place, &facts, vec![Problem::FormStale]).await;
    }
    let typed = Typed { current: form.field("current_password"), new: form.field("new_password") };
    if typed.current.is_empty() {
        let new = typed.new.is_empty().then_some(Problem::NewPasswordMissing);
        let problems = std::iter::once(Problem::CurrentPasswordMissing).chain(new).collect();
        return page(&web, &visit, &place, &facts, problems).await;
    }
    let (session, cause) = (place.session(), place.cause());
    match change_password(&web.node, &snapshot, session, cause, &typed, &visit.caller).await? {
        ChangeOutcome::Changed(secret) => changed(&web, &visit, &place, &secret),
        ChangeOutcome::Rejected => page(&web, &visit, &place, &facts, vec![Problem::CurrentPasswordRejected]).await,
        ChangeOutcome::Refused(failures) => {
            let problems = failures.into_iter().map(problem).collect();
            page(&web, &visit, &place, &facts, problems).await
        }
        ChangeOutcome::Same => page(&web, &visit, &place, &facts, vec![Problem::PasswordSame]).await,
        ChangeOutcome::Throttled(retry_after) => Err(Trouble::throttled(retry_after)),
        ChangeOutcome::NotNow(way) => page(&web, &visit, &place, &ChangeFacts { way, ..facts }, Vec::new()).await,
        ChangeOutcome::SessionGone => Ok(see_other(&place.path())),
    }
}

/// Where the request stands, or the answer that leads elsewhere.
async fn place(web: &Web, visit: &Visit) -> Result<Result<Place, Response>, Trouble> {
    if visit.param("a").is_none() {
        let snapshot = web.node.snapshot().await?;
        return Ok(match session(&web.node, &snapshot, &visit.caller).await? {
            Some(session) => Ok(Place::Alone { session: Box::new(session) }),
            None => Err(web.show(visit, &AttemptExpired { restart: None }, Setting::default())?),
        });
    }
    let open = match signin::open(web, visit).await? {
        Ok(open) => open,
        Err(response) => return Ok(Err(response)),
    };
    let due = signin::due(web, visit, &open, |step| matches!(step, Step::ChangePassword { .. })).await?;
    let (findings, step) = match due {
        Ok(due) => due,
        Err(response) => return Ok(Err(response)),
    };
    let (Some(session), Step::ChangePassword { company }) = (findings.session, step) else {
        return Err(Trouble::not_found());
    };
    Ok(Ok(Place::SignIn { open: Box::new(open), session: Box::new(session), company }))
}

/// The session goes on under its new cookie: back into the sign-in, or a page that says so.
fn changed(web: &Web, visit: &Visit, place: &Place, secret: &NewSecret) -> Result<Response, Trouble> {
    let response = match place {
        Place::SignIn { open, .. } => see_other(&format!("/signin?a={}", open.attempt.id)),
        Place::Alone { .. } => web.show(visit, &ChangeDone {}, Setting::default())?,
    };
    Ok(with_cookie(response, web.cookies.set(CookieName::Session, secret.value.expose(), secret.keep)))
}

async fn page(
    web: &Web,
    visit: &Visit,
    place: &Place,
    facts: &ChangeFacts,
    problems: Vec<Problem>,
) -> Result<Response, Trouble> {
    let snapshot = web.node.snapshot().await?;
    let state = match (facts.way, place) {
        (ChangeWay::Off, _) => ChangeState::Off,
        (ChangeWay::Prove, _) => ChangeState::Prove,
        (ChangeWay::Open, Place::SignIn { company: Some(_), .. }) => ChangeState::Rules,
        (ChangeWay::Open, Place::SignIn { company: None, .. }) => ChangeState::Temporary,
        (ChangeWay::Open, Place::Alone { .. }) => ChangeState::Wish,
    };
    let company = match place {
        Place::SignIn { company, .. } => company.clone().unwrap_or_default(),
        Place::Alone { .. } => String::new(),
    };
    let page = ChangePassword {
        action: Href::local(place.path()),
        state,
        username: facts.user_name.clone(),
        company,
        customers: if facts.customers.len() > 1 { facts.customers.clone() } else { Vec::new() },
        rules: PasswordRules::new(&facts.policy, &problems),
        problems,
    };
    let csrf = Some(web.form_token(&snapshot, FormOwner::Session(&place.owner()), FORM));
    let setting = match place {
        Place::SignIn { open, .. } => Setting { csrf, ..open.setting(web, &visit.caller, FORM) },
        Place::Alone { .. } => Setting { csrf, ..Setting::default() },
    };
    web.show(visit, &page, setting)
}
