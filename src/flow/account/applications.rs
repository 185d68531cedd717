//! The applications that somebody let in, and how they shut them out (screens.md 2; revocation matrix, "Consent revoked").

use std::collections::BTreeMap;

use crate::{
    base::{id::UserId, moment::Moment},
    flow::{account::event, caller::Caller, error::FlowError, node::Node, snapshot::Snapshot},
    store,
};

/// An application that may do something for somebody.
#[derive(Clone, PartialEq, Debug)]
pub struct Application {
    /// Its id.
    pub client_id: String,
    /// Its name.
    pub name: String,
    /// Its registered home.
    pub home: Option<String>,
    /// What it may do: everything that was agreed to or that lives.
    pub scopes: Vec<String>,
    /// It may go on after the person has signed out.
    pub offline: bool,
    /// Since when.
    pub since: Moment,
    /// When it was given a token last, as far as that is kept.
    pub last_used_at: Option<Moment>,
}

/// What is known of one application.
struct Known {
    scopes: Vec<String>,
    offline: bool,
    since: Moment,
    last_used_at: Option<Moment>,
}

/// The applications of a person, by name. Those that nobody knows any more are none.
pub async fn applications(node: &Node, snapshot: &Snapshot, user: UserId) -> Result<Vec<Application>, FlowError> {
    let now = node.now();
    let mut tx = node.db.read().await?;
    let grants = store::application::live_grants(&mut tx, user, now).await?;
    let consents = store::consent::of_user(&mut tx, user).await?;
    drop(tx);
    let mut all: BTreeMap<String, Known> = BTreeMap::new();
    for consent in consents {
        add(&mut all, consent.client_id, &consent.scopes, consent.granted_at);
    }
    for grant in grants {
        let scopes: Vec<String> = grant.scope.split(' ').map(str::to_owned).collect();
        let known = add(&mut all, grant.client_id, &scopes, grant.created_at);
        known.offline |= grant.offline;
        known.last_used_at = known.last_used_at.max(grant.last_used_at.or(Some(grant.created_at)));
    }
    let shown = |(client_id, known): (String, Known)| {
        let client = snapshot.client(&client_id)?;
        Some(Application {
            name: client.name().to_owned(),
            home: client.metadata().client_uri.clone(),
            client_id,
            scopes: known.scopes,
            offline: known.offline,
            since: known.since,
            last_used_at: known.last_used_at,
        })
    };
    let mut shown: Vec<Application> = all.into_iter().filter_map(shown).collect();
    shown.sort_by_key(|it| it.name.to_lowercase());
    Ok(shown)
}

fn add<'a>(all: &'a mut BTreeMap<String, Known>, client: String, scopes: &[String], at: Moment) -> &'a mut Known {
    let fresh = Known { scopes: Vec::new(), offline: false, since: at, last_used_at: None };
    let known = all.entry(client).or_insert(fresh);
    known.since = known.since.min(at);
    for scope in scopes {
        if !scope.is_empty() && !known.scopes.contains(scope) {
            known.scopes.push(scope.clone());
        }
    }
    known
}

/// Shuts an application out: what was agreed to is forgotten, what lives of it ends, tokens included. `false` if there
/// was nothing of the kind.
pub async fn revoke(node: &Node, user: UserId, client_id: &str, caller: &Caller) -> Result<bool, FlowError> {
    let now = node.now();
    let mut tx = node.db.write().await?;

    let consents = store::consent::revoke(&mut tx, user, client_id).await?;
    let grants = store::application::revoke_for_client(&mut tx, user, client_id, "consent revoked", now).await?;
    store::consent::forget(&mut tx, user, client_id).await?;
    if consents + grants == 0 {
        tx.rollback().await?;
        return Ok(false);
    }
    let event = event(node, now, "application.revoked", user, caller).client(client_id).detail("grants", grants);
    store::audit::record(&mut tx, &event).await?;
    tx.commit().await?;
    Ok(true)
}
