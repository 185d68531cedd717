//! The UserInfo endpoint (OpenID Core §5.3).

use bytes::Bytes;

use crate::{
    base::{id::UserId, moment::Moment},
    flow::{
        access_token::{self, Held},
        error::{FlowError, ProtocolError},
        facts::About,
        interaction::client_rules,
        issue_tokens::claims_request,
        known_tokens::{AnswerKind, key},
        may_issue::{Lock, Question, may_issue},
        node::Node,
    },
    identity::selection,
    oidc::{
        claims::Release,
        client::Client,
        facts::Company,
        scope::OPENID,
        userinfo::{self, insufficient_scope, invalid_token},
    },
    store::{self, Tx},
};

/// The claims behind an access token, as the body of the answer.
///
/// # Errors
/// `invalid_token` for a token that is not, or no longer, good; `insufficient_scope` for one without `openid` (H2, H5).
pub async fn answer(node: &Node, token: &str) -> Result<Bytes, ProtocolError> {
    let now = node.now();
    node.stay_in_touch(now).await?;
    let generation = node.db.versions().state();
    let name = key(AnswerKind::UserInfo, "", token);
    if let Some(body) = node.known_tokens.get(&name, generation, now) {
        return Ok(body);
    }
    let snapshot = node.snapshot().await?;
    let token = access_token::read(node, &snapshot, token, now).await?.ok_or_else(invalid_token)?;
    if !token.scope.contains(OPENID) {
        return Err(insufficient_scope().into());
    }
    let client = snapshot.client(&token.client_id).ok_or_else(invalid_token)?;
    let mut tx = node.db.read().await?;
    let Held::ByGrant(grant) = access_token::held(&mut tx, &token).await? else { return Err(invalid_token().into()) };
    let question = Question {
        client: &client,
        grant: Some(&grant),
        user: grant.user_id,
        user_epoch: grant.user_epoch,
        reference: access_token::reference(&token, &client, &grant),
        // A token outlives the idle session it came from; a session that was ended has revoked its grant.
        session: None,
        lock: Lock::Passes,
        assured: None,
        audience: &token.aud.0,
    };
    let permit = may_issue(&mut tx, &snapshot, &question, now).await?.map_err(|_| invalid_token())?;
    let about = About::of(&mut tx, &permit, &token.scope, now).await?;
    let subject = about.subject();
    let request = claims_request(&grant);
    let release = Release { client: &client, scope: &token.scope, request: &request };
    let companies = match release.in_userinfo("customers") {
        true => companies(&mut tx, &client, grant.user_id).await?,
        false => Vec::new(),
    };
    let claims = userinfo::answer(&subject, &release, &companies).ok_or_else(invalid_token)?;
    let body = Bytes::from(serde_json::to_vec(&claims).map_err(|_| FlowError::Corrupt("claims"))?);
    node.known_tokens.put(name, generation, Moment::from_secs(token.exp), body.clone());
    Ok(body)
}

/// The companies that the person may act for here (scope `customers`).
pub(super) async fn companies(tx: &mut Tx, client: &Client, user: UserId) -> Result<Vec<Company>, FlowError> {
    let candidates = store::reference::candidates_for_user(tx, user).await?;
    let eligible = selection::eligible(&candidates, &client_rules(client));
    let company = |it: &selection::Candidate| Company {
        id: it.customer,
        code: it.code.clone(),
        name: it.customer_name.clone(),
        reference_id: it.reference,
    };
    Ok(eligible.into_iter().map(company).collect())
}
