//! Everything that is kept about somebody, for themselves (screens.md 2; GDPR article 15 and 20). Names are those of SCIM and
//! OpenID Connect (D26). No secret, no hash, and nothing about anybody else.

use serde_json::{Value, json};

use crate::{
    base::moment::Moment,
    flow::{
        account::{event, licences},
        caller::Caller,
        error::FlowError,
        factors::list::list_factors,
        node::Node,
        snapshot::Snapshot,
    },
    identity::user::User,
    store::{self, own_reference::OwnReference, own_session::OwnSession},
};

/// Entries of the audit log that are told; older ones are an administrator's to look up.
const ENTRIES: i64 = 10_000;

/// Puts it together, and notes that it was handed out.
pub async fn export(node: &Node, snapshot: &Snapshot, user: &User, caller: &Caller) -> Result<Value, FlowError> {
    let now = node.now();
    let mut tx = node.db.read().await?;
    let references = store::own_reference::of_user(&mut tx, user.id).await?;
    let sessions = store::own_session::of_user(&mut tx, user.id, now).await?;
    let consents = store::consent::of_user(&mut tx, user.id).await?;
    let grants = store::application::live_grants(&mut tx, user.id, now).await?;
    let entries = store::audit::of_user(&mut tx, user.id, None, ENTRIES).await?;
    let password = store::password::changed_at(&mut tx, user.id).await?;
    drop(tx);
    let factors = list_factors(node, user.id).await?;
    let licences = licences::licences(node, user).await?;
    let name = |id: &str| snapshot.client(id).map(|client| client.name().to_owned());
    let document = json!({
        "issuer": node.issuer,
        "exportedAt": text(now),
        "user": person(user),
        "passwordChangedAt": password.map(text),
        "signInMethods": factors.enrolled.iter().map(|it| json!({
            "method": it.method.text(), "name": it.name, "createdAt": text(it.created_at),
            "lastUsedAt": it.last_used_at.map(text),
        })).collect::<Vec<_>>(),
        "recoveryCodesLeft": factors.recovery_left,
        "trustedBrowsers": factors.trusted.iter().map(|it| json!({
            "userAgent": it.user_agent, "ip": it.ip, "createdAt": text(it.created_at),
        })).collect::<Vec<_>>(),
        "sessions": sessions.iter().map(session).collect::<Vec<_>>(),
        "references": references.iter().map(reference).collect::<Vec<_>>(),
        "consents": consents.iter().map(|it| json!({
            "clientId": it.client_id, "clientName": name(&it.client_id), "scopes": it.scopes,
            "grantedAt": text(it.granted_at),
        })).collect::<Vec<_>>(),
        "grants": grants.iter().map(|it| json!({
            "clientId": it.client_id, "clientName": name(&it.client_id), "scope": it.scope, "offline": it.offline,
            "createdAt": text(it.created_at), "lastUsedAt": it.last_used_at.map(text),
        })).collect::<Vec<_>>(),
        "licenses": licences.iter().map(|it| json!({
            "product": it.license.product, "edition": it.license.edition, "customers": it.companies,
            "validTo": it.license.valid_to.map(text),
        })).collect::<Vec<_>>(),
        "activity": entries.iter().map(|it| json!({
            "at": text(it.at), "action": it.action, "succeeded": it.succeeded, "actor": it.actor,
            "clientId": it.client_id, "ip": it.ip,
        })).collect::<Vec<_>>(),
    });
    let mut tx = node.db.write().await?;
    store::audit::record(&mut tx, &event(node, now, "data.exported", user.id, caller)).await?;
    tx.commit().await?;
    Ok(document)
}

fn text(moment: Moment) -> String {
    moment.to_string()
}

fn person(user: &User) -> Value {
    json!({
        "id": user.id.text(),
        "userName": user.user_name,
        "userType": user.user_type.as_str(),
        "locale": user.locale,
        "attributes": user.attributes,
        "createdAt": text(user.created_at),
        "updatedAt": text(user.updated_at),
        "lastSignInAt": user.last_sign_in_at.map(text),
    })
}

fn session(own: &OwnSession) -> Value {
    json!({
        "createdAt": text(own.session.created_at),
        "lastSeenAt": text(own.session.last_seen_at),
        "expiresAt": text(own.session.expires_at),
        "ip": own.browser.ip,
        "userAgent": own.browser.user_agent,
        "clientIds": own.clients,
    })
}

fn reference(own: &OwnReference) -> Value {
    let it = &own.reference;
    json!({
        "id": it.id.text(),
        "customer": { "code": own.code, "displayName": own.customer_name },
        "displayName": it.display_name,
        "status": it.status().as_str(),
        "internetUser": it.internet_user,
        "roles": it.roles,
        "permissions": it.permissions,
        "attributes": it.attributes,
        "createdAt": text(it.created_at),
        "lastUsedAt": it.last_used_at.map(text),
    })
}
