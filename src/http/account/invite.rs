//! `/invite`: the first password of somebody who was invited, or a membership more.

use axum::{extract::State, http::HeaderMap, response::Response};

use crate::{
    base::bearer::{BearerKind, Presented},
    flow::accept_invitation::{AcceptOutcome, Invitation, Way, accept, decline, look},
    http::{
        account::{link, person::signed, set_password::problem},
        csrf::FormOwner,
        error::Trouble,
        form::Form,
        layers::RequestContext,
        page::{Setting, see_other},
        state::{SharedWeb, Web},
        visit::Visit,
    },
    theme::{
        Href, Problem,
        pages::{Invite, InviteDone, InviteResult, InviteWay, PasswordRules},
    },
};

const FORM: &str = "invite";
const PATH: &str = "/invite";

/// Shows the invitation. A GET never uses the link up (D24).
pub async fn get(
    State(web): State<SharedWeb>,
    visit: Visit,
    context: RequestContext,
    headers: HeaderMap,
) -> Result<Response, Trouble> {
    if let Some(secret) = link::in_address(&visit.query) {
        return Ok(link::moved(&web, secret, PATH));
    }
    let presented = link::carried(&web, &headers, BearerKind::InviteLink);
    match found(&web, &visit, presented.as_ref()).await? {
        // To the sign-in, and back here as whoever that is.
        Some((_, Invitation { way: Way::SignIn, .. })) if visit.param("signin").is_some() => {
            Ok(signed(&web, visit, context).await?.map_or_else(|way| way, |_| see_other(PATH)))
        }
        Some((presented, invitation)) => page(&web, &visit, presented, &invitation, Vec::new()).await,
        None => link::expired_with_another(&web, &visit, presented.as_ref(), PATH).await,
    }
}

/// Accepts or declines.
pub async fn post(
    State(web): State<SharedWeb>,
    visit: Visit,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, Trouble> {
    let presented = link::carried(&web, &headers, BearerKind::InviteLink);
    let Some((presented, invitation)) = found(&web, &visit, presented.as_ref()).await? else {
        if let Some(presented) = &presented
            && let Some(response) = link::again(&web, &visit, presented, &form).await?
        {
            return Ok(response);
        }
        return link::expired_with_another(&web, &visit, presented.as_ref(), PATH).await;
    };
    let snapshot = web.node.snapshot().await?;
    let owner = link::owner(presented);
    if !form.is_genuine(&snapshot, Some(FormOwner::Flow(&owner)), FORM) {
        return page(&web, &visit, presented, &invitation, vec![Problem::FormStale]).await;
    }
    let outcome = match form.field("action") {
        "decline" => decline(&web.node, presented, &visit.caller).await?,
        _ => accept(&web.node, presented, form.field("new_password"), &visit.caller).await?,
    };
    match outcome {
        AcceptOutcome::Accepted { first, customer } => {
            let result = if first { InviteResult::PasswordSaved } else { InviteResult::Joined };
            done(&web, &visit, result, customer)
        }
        AcceptOutcome::Declined => done(&web, &visit, InviteResult::Declined, invitation.customer),
        AcceptOutcome::Refused(failures) => {
            let problems = failures.into_iter().map(problem).collect();
            page(&web, &visit, presented, &invitation, problems).await
        }
        AcceptOutcome::OtherAccount | AcceptOutcome::SignIn => Ok(see_other(PATH)),
        AcceptOutcome::LinkGone => link::expired_with_another(&web, &visit, Some(presented), PATH).await,
    }
}

async fn found<'a>(
    web: &Web,
    visit: &Visit,
    presented: Option<&'a Presented>,
) -> Result<Option<(&'a Presented, Invitation)>, Trouble> {
    let Some(presented) = presented else { return Ok(None) };
    Ok(look(&web.node, presented, &visit.caller).await?.map(|invitation| (presented, invitation)))
}

fn done(web: &Web, visit: &Visit, result: InviteResult, customer: Option<String>) -> Result<Response, Trouble> {
    let page = InviteDone { result, customer: customer.unwrap_or_default() };
    Ok(link::used(web, web.show(visit, &page, Setting::default())?))
}

async fn page(
    web: &Web,
    visit: &Visit,
    presented: &Presented,
    invitation: &Invitation,
    problems: Vec<Problem>,
) -> Result<Response, Trouble> {
    let snapshot = web.node.snapshot().await?;
    // Whose invitation it is, is nobody else's business.
    let own = !matches!(invitation.way, Way::OtherAccount);
    let shown = |text: &str| if own { text.to_owned() } else { String::new() };
    let page = Invite {
        action: Href::local(PATH),
        way: match &invitation.way {
            Way::FirstPassword(_) => InviteWay::FirstPassword,
            Way::Confirm => InviteWay::Confirm,
            Way::SignIn => InviteWay::SignIn,
            Way::OtherAccount => InviteWay::OtherAccount,
        },
        username: shown(&invitation.user_name),
        email: shown(&invitation.email),
        customer: shown(invitation.customer.as_deref().unwrap_or_default()),
        inviter: shown(&invitation.inviter),
        rules: match &invitation.way {
            Way::FirstPassword(policy) => Some(PasswordRules::new(policy, &problems)),
            _ => None,
        },
        sign_in: Href::local(format!("{PATH}?signin=1")),
        sign_out: Href::local("/signout"),
        problems,
    };
    let owner = link::owner(presented);
    let csrf = Some(web.form_token(&snapshot, FormOwner::Flow(&owner), FORM));
    web.show(visit, &page, Setting { csrf, ..Setting::default() })
}
