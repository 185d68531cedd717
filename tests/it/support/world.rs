//! A small vendor: two companies, a handful of people, a catalogue of permissions.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use usher::{
    authn::password::PasswordInput,
    base::{
        clock::Clock,
        id::{CustomerId, ProfileId, ReferenceId, UserId},
        moment::Moment,
        secret::Secret,
    },
    config::settings::{Level, StoredSetting},
    flow::{self, outbox::postman::Options},
    hashing::Lane,
    identity::{
        attributes::{Address, Email, Name},
        customer::{Customer, CustomerAttributes},
        permission::Permission,
        profile::PermissionProfile,
        reference::{ContactRole, Reference, ReferenceAttributes},
        user::{User, UserAttributes, UserType},
    },
    oidc::client::{ClientMetadata, ClientSecret},
    store,
};

use super::{app::TestApp, engine::Engine};

/// Everybody's password.
pub const PASSWORD: &str = "correct horse battery staple";
/// The portal's secret.
pub const SECRET: &str = "portal-secret-portal-secret-portal-secret";
/// The portal's redirect URI.
pub const CALLBACK: &str = "https://portal.example/callback";

/// The vendor and its people.
pub struct World {
    pub app: TestApp,
    pub acme: CustomerId,
    pub beta: CustomerId,
    /// A reference at ACME and at BETA.
    pub anna: UserId,
    pub anna_at_acme: ReferenceId,
    pub anna_at_beta: ReferenceId,
    /// A reference at ACME only.
    pub bob: UserId,
    pub bob_at_acme: ReferenceId,
    /// No reference at all.
    pub nora: UserId,
}

impl World {
    /// The vendor with the client `portal`: confidential, code and refresh, every scope there is.
    pub async fn new(engine: Engine) -> Self {
        Self::on(TestApp::new(engine).await).await
    }

    /// The same, with messages sent in this way.
    pub async fn with(engine: Engine, options: Options) -> Self {
        Self::on(TestApp::with(engine, options).await).await
    }

    /// The same vendor on this node.
    pub async fn on(app: TestApp) -> Self {
        catalogue(&app).await;
        let acme = customer(&app, "ACME", "Acme AB", "Stockholm").await;
        let beta = customer(&app, "BETA", "Beta Oy", "Helsinki").await;
        let anna = user(&app, "anna@acme.example", "Anna", "Berg").await;
        let bob = user(&app, "bob", "Bob", "Lind").await;
        let nora = user(&app, "nora", "Nora", "Holm").await;
        let anna_at_acme = reference(&app, acme, anna, "Anna Berg", ContactRole::Primary, &["buyer"]).await;
        let anna_at_beta = reference(&app, beta, anna, "Anna B (ordering)", ContactRole::None, &[]).await;
        let bob_at_acme = reference(&app, acme, bob, "Bob Lind", ContactRole::None, &[]).await;
        let world = Self { app, acme, beta, anna, anna_at_acme, anna_at_beta, bob, bob_at_acme, nora };
        world.client(json!({})).await;
        world
    }

    /// Makes or replaces a client: the portal, with these members put over it. Its secret is [`SECRET`].
    pub async fn client(&self, changes: Value) {
        let mut metadata = json!({
            "client_id": "portal",
            "client_name": "Acme Portal",
            "client_uri": "https://portal.example/",
            "token_endpoint_auth_method": "client_secret_basic",
            "redirect_uris": [CALLBACK],
            "post_logout_redirect_uris": ["https://portal.example/"],
            "grant_types": ["authorization_code", "refresh_token"],
            "scope": "openid profile email phone address customer customer:* customers roles groups permissions offline_access",
            "access_token_signed_response_alg": "ES256",
            "id_token_signed_response_alg": "ES256",
            "consent": "none",
            "first_party": true,
        });
        for (name, value) in changes.as_object().unwrap() {
            metadata[name] = value.clone();
        }
        let metadata: ClientMetadata = serde_json::from_value(metadata).unwrap();
        metadata.validate().unwrap();
        let now = self.app.clock.now();
        let mut tx = self.app.node.db.write().await.unwrap();
        if store::client::find(&mut tx, &metadata.client_id).await.unwrap().is_some() {
            store::client::update(&mut tx, &metadata, true, now).await.unwrap();
        } else {
            store::client::insert(&mut tx, &metadata, true, now).await.unwrap();
            let id = self.app.node.entropy.uuid(now);
            let hash = ClientSecret::hash(SECRET);
            store::client::add_secret(&mut tx, &metadata.client_id, id, &hash, None, now).await.unwrap();
        }
        tx.commit().await.unwrap();
    }

    /// Changes a user.
    pub async fn change_user(&self, id: UserId, change: impl FnOnce(&mut User)) {
        let mut tx = self.app.node.db.write().await.unwrap();
        let mut user = store::user::find(&mut tx, id).await.unwrap().unwrap();
        change(&mut user);
        store::user::update(&mut tx, &user).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Locks a user as an administrator does, or ends that lock.
    pub async fn block(&self, id: UserId, blocked: bool) {
        let mut tx = self.app.node.db.write().await.unwrap();
        store::user::set_blocked(&mut tx, id, blocked, self.app.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Signs a user out everywhere.
    pub async fn sign_out_everywhere(&self, id: UserId) {
        let mut tx = self.app.node.db.write().await.unwrap();
        store::user::move_epoch(&mut tx, id).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Changes a reference.
    pub async fn change_reference(&self, customer: CustomerId, user: UserId, change: impl FnOnce(&mut Reference)) {
        let mut tx = self.app.node.db.write().await.unwrap();
        let mut reference = store::reference::find_by_user(&mut tx, customer, user).await.unwrap().unwrap();
        change(&mut reference);
        store::reference::update(&mut tx, &reference).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Changes a customer.
    pub async fn change_customer(&self, id: CustomerId, change: impl FnOnce(&mut Customer)) {
        let mut tx = self.app.node.db.write().await.unwrap();
        let mut customer = store::customer::find(&mut tx, id).await.unwrap().unwrap();
        change(&mut customer);
        store::customer::update(&mut tx, &customer).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Sets a setting of the instance; one that is a secret is sealed.
    pub async fn set(&self, name: &str, value: Value) {
        let (level, subject, node) = (Level::Instance, String::new(), &self.app.node);
        let setting = StoredSetting { level, subject, name: name.into(), value };
        let row = flow::settings::row(&node.kek, &*node.entropy, &setting).unwrap();
        let mut tx = self.app.node.db.write().await.unwrap();
        store::setting::set(&mut tx, &row, "test", self.app.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Adds a person with the usual password and no reference.
    pub async fn person(&self, user_name: &str) -> UserId {
        user(&self.app, user_name, user_name, "Test").await
    }

    /// Adds a company.
    pub async fn company(&self, code: &str, name: &str) -> CustomerId {
        customer(&self.app, code, name, "Göteborg").await
    }

    /// Makes somebody a reference.
    pub async fn membership(&self, customer: CustomerId, user: UserId) -> ReferenceId {
        reference(&self.app, customer, user, "Member", ContactRole::None, &[]).await
    }
}

async fn catalogue(app: &TestApp) {
    let now = app.clock.now();
    let mut tx = app.node.db.write().await.unwrap();
    for key in ["orders.create", "orders.read", "prices.read"] {
        let permission = Permission {
            key: key.into(),
            label: key.into(),
            group: "Orders".into(),
            default_for_reference: key != "orders.create",
            default_for_profile: true,
            audiences: Vec::new(),
            deprecated: false,
            created_at: now,
            updated_at: now,
        };
        store::permission::insert(&mut tx, &permission).await.unwrap();
    }
    let profile = PermissionProfile {
        id: ProfileId::new(&*app.node.entropy, now),
        display_name: "Standard".into(),
        description: String::new(),
        is_default: true,
        permissions: BTreeMap::new(),
        created_at: now,
        updated_at: now,
    };
    store::profile::insert(&mut tx, &profile).await.unwrap();
    tx.commit().await.unwrap();
}

async fn customer(app: &TestApp, code: &str, name: &str, city: &str) -> CustomerId {
    let now = app.clock.now();
    let address = Address {
        street_address: Some("Storgatan 1".into()),
        locality: Some(city.into()),
        postal_code: Some("111 22".into()),
        country: Some("SE".into()),
        primary: true,
        ..Address::default()
    };
    let customer = Customer {
        id: CustomerId::new(&*app.node.entropy, now),
        code: code.parse().unwrap(),
        display_name: name.into(),
        ledger_number: None,
        parent: None,
        profile: None,
        active: true,
        attributes: CustomerAttributes { addresses: vec![address], ..CustomerAttributes::default() },
        created_at: now,
        updated_at: now,
    };
    let mut tx = app.node.db.write().await.unwrap();
    store::customer::insert(&mut tx, &customer).await.unwrap();
    tx.commit().await.unwrap();
    customer.id
}

async fn user(app: &TestApp, user_name: &str, given: &str, family: &str) -> UserId {
    let now = app.clock.now();
    let address = if user_name.contains('@') { user_name.to_owned() } else { format!("{user_name}@mail.example") };
    let email = Email { value: address, verified: true, primary: true, ..Email::default() };
    let name = Name { given_name: Some(given.into()), family_name: Some(family.into()), ..Name::default() };
    let user = User {
        id: UserId::new(&*app.node.entropy, now),
        user_name: user_name.into(),
        user_type: UserType::Customer,
        locale: Some("sv-SE".into()),
        managed_by: None,
        active: true,
        blocked: false,
        epoch: 0,
        attributes: UserAttributes { name, emails: vec![email], ..UserAttributes::default() },
        last_sign_in_at: None,
        created_at: now,
        updated_at: now,
    };
    let hash = app.node.hashing.hash(Lane::Admin, PasswordInput::parse(PASSWORD).unwrap()).await.unwrap();
    let mut tx = app.node.db.write().await.unwrap();
    store::user::insert(&mut tx, &user).await.unwrap();
    store::password::set(&mut tx, user.id, &Secret::new(hash), now).await.unwrap();
    tx.commit().await.unwrap();
    user.id
}

async fn reference(
    app: &TestApp,
    customer: CustomerId,
    user: UserId,
    name: &str,
    contact_role: ContactRole,
    roles: &[&str],
) -> ReferenceId {
    let now: Moment = app.clock.now();
    let reference = Reference {
        id: ReferenceId::new(&*app.node.entropy, now),
        customer,
        user: Some(user),
        connector_key: String::new(),
        external_id: None,
        display_name: name.into(),
        internet_user: true,
        active: true,
        accepted_at: Some(now),
        is_default: false,
        contact_role,
        permissions: BTreeMap::from([("orders.create".to_owned(), contact_role == ContactRole::Primary)]),
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        source: "apply".into(),
        attributes: ReferenceAttributes::default(),
        last_used_at: None,
        created_at: now,
        updated_at: now,
    };
    let mut tx = app.node.db.write().await.unwrap();
    store::reference::insert(&mut tx, &reference).await.unwrap();
    tx.commit().await.unwrap();
    reference.id
}
