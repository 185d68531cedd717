//! What does not change from request to request, in memory, parsed once, swapped whole (performance.md 9).

use std::{collections::HashMap, sync::Arc};

use arc_swap::ArcSwapOption;
use tokio::sync::Mutex;

use crate::{
    base::moment::Moment,
    config::settings::Settings,
    flow::{account, error::FlowError, keys, node::Node, settings},
    identity::{permission::Permission, profile::PermissionProfile},
    keys::{ring::KeyRing, rotation::Policy, secret_keys::SecretKeys},
    oidc::client::{Client, OWN},
    store::{client, permission, profile},
};

/// The catalog at one moment: clients, settings, keys, permissions, profiles.
pub struct Snapshot {
    /// By `client_id`.
    pub clients: HashMap<String, Arc<Client>>,
    /// The pages of the account, which ask for a sign-in like a client.
    pub own: Arc<Client>,
    /// Every setting at every level.
    pub settings: Settings,
    /// The permission catalogue.
    pub permissions: Vec<Permission>,
    /// Permission profiles.
    pub profiles: Vec<PermissionProfile>,
    /// Signing keys.
    pub ring: KeyRing,
    /// Symmetric keys.
    pub secrets: SecretKeys,
    generation: i64,
}

impl Snapshot {
    /// The client of this id, active or not.
    pub fn client(&self, client_id: &str) -> Option<Arc<Client>> {
        self.clients.get(client_id).map(Arc::clone)
    }

    /// The client that an attempt to sign in is for: one of those, or our own pages.
    pub fn client_of_attempt(&self, client_id: &str) -> Option<Arc<Client>> {
        if client_id == OWN { Some(Arc::clone(&self.own)) } else { self.client(client_id) }
    }
}

/// Holds the current snapshot and makes a new one when the catalog moved on.
#[derive(Default)]
pub(super) struct SnapshotCell {
    current: ArcSwapOption<Snapshot>,
    loading: Mutex<()>,
}

impl SnapshotCell {
    /// The snapshot of the catalog as this node knows it: at once after its own writes, within a second after others'.
    pub(super) async fn get(&self, node: &Node, now: Moment) -> Result<Arc<Snapshot>, FlowError> {
        let generation = node.db.versions().catalog();
        if let Some(snapshot) = self.fresh(generation, now) {
            return Ok(snapshot);
        }
        // One request loads, the others wait for it.
        let _loading = self.loading.lock().await;
        let generation = node.db.versions().catalog();
        if let Some(snapshot) = self.fresh(generation, now) {
            return Ok(snapshot);
        }
        let snapshot = Arc::new(load(node, now, generation).await?);
        self.current.store(Some(Arc::clone(&snapshot)));
        Ok(snapshot)
    }

    /// The snapshot that is in memory, however old.
    pub(super) fn known(&self) -> Option<Arc<Snapshot>> {
        self.current.load_full()
    }

    fn fresh(&self, generation: i64, now: Moment) -> Option<Arc<Snapshot>> {
        self.current
            .load_full()
            .filter(|it| it.generation == generation && it.ring.changes_at().is_none_or(|at| at > now))
    }
}

async fn load(node: &Node, now: Moment, generation: i64) -> Result<Snapshot, FlowError> {
    let mut tx = node.db.read().await?;
    let mut stored = settings::stored(&mut tx, &node.kek).await?;
    stored.extend_from_slice(node.pinned());
    let (settings, refused) = Settings::new(stored, node.site);
    for error in refused {
        tracing::warn!(%error, "a stored setting cannot be read; its default holds");
    }
    let signing = keys::signing_rows(&mut tx).await?;
    let secrets = SecretKeys::open(&keys::secret_rows(&mut tx).await?, &node.kek)?;
    let mut clients = HashMap::new();
    for stored in client::all(&mut tx).await? {
        let client_id = stored.metadata.client_id.clone();
        match Client::new(stored.metadata, stored.active, stored.secrets) {
            Ok(client) => drop(clients.insert(client_id, Arc::new(client.in_epoch(stored.epoch)))),
            // One client that breaks today's rules is closed; the others go on.
            Err(error) => tracing::error!(client_id, %error, "a stored client breaks the rules and is not served"),
        }
    }
    let own = Client::own(&format!("{}{}", node.issuer, account::entry::HOME)).map_err(|error| {
        tracing::error!(%error, "the pages of the account cannot ask for a sign-in");
        FlowError::Corrupt("public_url")
    })?;
    Ok(Snapshot {
        clients,
        own: Arc::new(own),
        settings,
        permissions: permission::catalogue(&mut tx).await?,
        profiles: profile::all(&mut tx).await?,
        ring: KeyRing::open(&signing, &node.kek, &Policy::default(), now)?,
        secrets,
        generation,
    })
}
