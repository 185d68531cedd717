//! `/account/customers`: the companies that somebody works for.

use axum::{extract::State, response::Response};

use crate::{
    flow::account::customers::{Membership, Wish, change, memberships},
    http::{
        account::person::Signed,
        error::Trouble,
        form::Form,
        page::see_other,
        state::{SharedWeb, Web},
    },
    store::own_reference::OwnReference,
    theme::{
        Href, LastUsed, Problem,
        pages::{AccountCustomers, MembershipLine, Section},
    },
};

const FORM: &str = "account-customers";
const PATH: &str = "/account/customers";
const DONE: &[&str] = &["default-set", "invitation-accepted", "company-left"];

/// Lists them. With `leave`: asks before one is left.
pub async fn get(State(web): State<SharedWeb>, signed: Signed) -> Result<Response, Trouble> {
    page(&web, &signed, Vec::new()).await
}

/// Proposes, accepts or leaves one.
pub async fn post(State(web): State<SharedWeb>, signed: Signed, form: Form) -> Result<Response, Trouble> {
    if !signed.sent(&form, FORM) {
        return page(&web, &signed, vec![Problem::FormStale]).await;
    }
    let (wish, word) = match form.field("action") {
        "default" => (Wish::Default, "default-set"),
        "accept" => (Wish::Accept, "invitation-accepted"),
        "leave" => (Wish::Leave, "company-left"),
        _ => return Ok(see_other(PATH)),
    };
    let Ok(id) = form.field("reference").parse() else { return Ok(see_other(PATH)) };
    let (node, caller) = (&web.node, &signed.visit.caller);
    match change(node, &signed.snapshot, &signed.user, id, wish, caller).await? {
        Membership::Done => Ok(see_other(&format!("{PATH}?done={word}"))),
        Membership::NotFound => Ok(see_other(PATH)),
        Membership::Managed => page(&web, &signed, vec![Problem::CompanyManaged]).await,
        Membership::NoRoom => page(&web, &signed, vec![Problem::NoRoom]).await,
    }
}

async fn page(web: &Web, signed: &Signed, problems: Vec<Problem>) -> Result<Response, Trouble> {
    let found = memberships(&web.node, &signed.user).await?;
    let asked = signed.visit.param("leave");
    let leaving = found.iter().find(|own| asked == Some(own.reference.id.text().as_str()));
    let leaving = leaving.filter(|own| own.reference.may_be_left());
    let usable = found.iter().filter(|own| own.reference.is_usable()).count();
    let now = web.node.now();
    let line = |own: &OwnReference| MembershipLine {
        id: own.reference.id.text(),
        name: own.customer_name.clone(),
        code: own.code.clone(),
        roles: own.reference.roles.clone(),
        invited: own.reference.may_be_accepted(),
        usable: own.reference.is_usable(),
        is_default: own.reference.is_default,
        last_used: own.reference.last_used_at.map(|at| LastUsed::new(at, now)),
        leave: own.reference.may_be_left().then(|| Href::local(format!("{PATH}?leave={}", own.reference.id.text()))),
    };
    let page = AccountCustomers {
        head: signed.head(Section::Customers),
        action: Href::local(PATH),
        done: signed.done(DONE),
        leaving: leaving.map(line),
        last: usable == 1 && leaving.is_some_and(|own| own.reference.is_usable()),
        memberships: found.iter().map(line).collect(),
        several: usable > 1,
        problems,
    };
    signed.show(web, &page, FORM)
}
