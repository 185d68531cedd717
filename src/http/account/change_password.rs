//! `/password/change`: a new password for whoever knows the present one. In the address of an attempt (`?a=…`) it is a page
//! of the sign-in, where the change is due; without one it is for whoever is signed in.

use axum::{extract::State, response::Response};

use crate::{
    flow::{
        change_password::{ChangeCause, ChangeFacts, ChangeOutcome, ChangeWay, Typed, change_password, look},
        interaction::Step,
        issue_code::NewSecret,
    },
    http::{
        account::{
            person::{Signed, signed},
            set_password::problem,
        },
        cookies::CookieName,
        csrf::FormOwner,
        error::Trouble,
        form::Form,
        layers::RequestContext,
        page::{Setting, see_other, with_cookie},
        signin::{self, Open},
        state::{SharedWeb, Web},
        visit::Visit,
    },
    store::session::Session,
    theme::{
        Href, Problem,
        pages::{ChangeDone, ChangePassword, ChangeState, PasswordRules},
    },
};

const FORM: &str = "change";
const PATH: &str = "/password/change";

/// Where the page stands: in a sign-in, or by itself.
enum Place {
    SignIn { visit: Box<Visit>, open: Box<Open>, session: Box<Session>, company: Option<String> },
    Alone(Box<Signed>),
}

impl Place {
    fn session(&self) -> &Session {
        match self {
            Self::SignIn { session, .. } => session,
            Self::Alone(signed) => &signed.session,
        }
    }

    fn visit(&self) -> &Visit {
        match self {
            Self::SignIn { visit, .. } => visit,
            Self::Alone(signed) => &signed.visit,
        }
    }

    fn cause(&self) -> ChangeCause {
        match self {
            Self::SignIn { .. } => ChangeCause::Due,
            Self::Alone(_) => ChangeCause::Wish,
        }
    }

    fn path(&self) -> String {
        match self {
            Self::SignIn { open, .. } => format!("{PATH}?a={}", open.attempt.id),
            Self::Alone(_) => PATH.to_owned(),
        }
    }

    /// What the form belongs to: the session, whose id goes on while its cookie changes.
    fn owner(&self) -> String {
        self.session().id.text()
    }

    /// The way to prove the second factor anew, where that comes first.
    async fn prove(&self, web: &Web) -> Result<Response, Trouble> {
        let led = match self {
            Self::Alone(signed) => signed.unless_fresh(web, PATH).await?,
            Self::SignIn { .. } => None,
        };
        Ok(led.unwrap_or_else(|| see_other(&self.path())))
    }
}

/// `/.well-known/change-password`: where password managers look for the page.
pub async fn well_known() -> Response {
    see_other(PATH)
}

/// Shows the form.
pub async fn get(State(web): State<SharedWeb>, visit: Visit, context: RequestContext) -> Result<Response, Trouble> {
    let place = match place(&web, visit, context).await? {
        Ok(place) => place,
        Err(response) => return Ok(response),
    };
    let snapshot = web.node.snapshot().await?;
    let facts = look(&web.node, &snapshot, place.session(), place.cause()).await?;
    match facts.way {
        ChangeWay::Prove => place.prove(&web).await,
        ChangeWay::Open | ChangeWay::Off => page(&web, &place, &facts, Vec::new()).await,
    }
}

/// Changes it.
pub async fn post(
    State(web): State<SharedWeb>,
    visit: Visit,
    context: RequestContext,
    form: Form,
) -> Result<Response, Trouble> {
    let place = match place(&web, visit, context).await? {
        Ok(place) => place,
        Err(response) => return Ok(response),
    };
    let snapshot = web.node.snapshot().await?;
    let facts = look(&web.node, &snapshot, place.session(), place.cause()).await?;
    let owner = place.owner();
    if !form.is_genuine(&snapshot, Some(FormOwner::Session(&owner)), FORM) {
        return page(&web, &place, &facts, vec![Problem::FormStale]).await;
    }
    let typed = Typed { current: form.field("current_password"), new: form.field("new_password") };
    if typed.current.is_empty() {
        let new = typed.new.is_empty().then_some(Problem::NewPasswordMissing);
        let problems = std::iter::once(Problem::CurrentPasswordMissing).chain(new).collect();
        return page(&web, &place, &facts, problems).await;
    }
    let (session, cause) = (place.session(), place.cause());
    match change_password(&web.node, &snapshot, session, cause, &typed, &place.visit().caller).await? {
        ChangeOutcome::Changed(secret) => changed(&web, &place, &secret),
        ChangeOutcome::Rejected => page(&web, &place, &facts, vec![Problem::CurrentPasswordRejected]).await,
        ChangeOutcome::Refused(failures) => {
            let problems = failures.into_iter().map(problem).collect();
            page(&web, &place, &facts, problems).await
        }
        ChangeOutcome::Same => page(&web, &place, &facts, vec![Problem::PasswordSame]).await,
        ChangeOutcome::Throttled(retry_after) => Err(Trouble::throttled(retry_after)),
        ChangeOutcome::NotNow(ChangeWay::Prove) => place.prove(&web).await,
        ChangeOutcome::NotNow(way) => page(&web, &place, &ChangeFacts { way, ..facts }, Vec::new()).await,
        ChangeOutcome::SessionGone => Ok(see_other(&place.path())),
    }
}

/// Where the request stands, or the answer that leads elsewhere: to the sign-in, to what is due in it.
async fn place(web: &Web, visit: Visit, context: RequestContext) -> Result<Result<Place, Response>, Trouble> {
    if visit.param("a").is_none() {
        return Ok(signed(web, visit, context).await?.map(|signed| Place::Alone(Box::new(signed))));
    }
    let open = match signin::open(web, &visit).await? {
        Ok(open) => open,
        Err(response) => return Ok(Err(response)),
    };
    let due = signin::due(web, &visit, &open, |step| matches!(step, Step::ChangePassword { .. })).await?;
    let (findings, step) = match due {
        Ok(due) => due,
        Err(response) => return Ok(Err(response)),
    };
    let (Some(session), Step::ChangePassword { company }) = (findings.session, step) else {
        return Err(Trouble::not_found());
    };
    Ok(Ok(Place::SignIn { visit: Box::new(visit), open: Box::new(open), session: Box::new(session), company }))
}

/// The session goes on under its new cookie: back into the sign-in, or a page that says so.
fn changed(web: &Web, place: &Place, secret: &NewSecret) -> Result<Response, Trouble> {
    let response = match place {
        Place::SignIn { open, .. } => see_other(&format!("/signin?a={}", open.attempt.id)),
        Place::Alone(signed) => web.show(&signed.visit, &ChangeDone {}, Setting::default())?,
    };
    Ok(with_cookie(response, web.cookies.set(CookieName::Session, secret.value.expose(), secret.keep)))
}

async fn page(web: &Web, place: &Place, facts: &ChangeFacts, problems: Vec<Problem>) -> Result<Response, Trouble> {
    let snapshot = web.node.snapshot().await?;
    let state = match (facts.way, place) {
        (ChangeWay::Off, _) => ChangeState::Off,
        (_, Place::SignIn { company: Some(_), .. }) => ChangeState::Rules,
        (_, Place::SignIn { company: None, .. }) => ChangeState::Temporary,
        (_, Place::Alone(_)) => ChangeState::Wish,
    };
    let company = match place {
        Place::SignIn { company, .. } => company.clone().unwrap_or_default(),
        Place::Alone(_) => String::new(),
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
        Place::SignIn { open, .. } => Setting { csrf, ..open.setting(web, &place.visit().caller, FORM) },
        Place::Alone(_) => Setting { csrf, ..Setting::default() },
    };
    web.show(place.visit(), &page, setting)
}
