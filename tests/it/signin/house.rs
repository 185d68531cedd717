//! A database with people in it, and what verifying their passwords needs.

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
};

use usher::{
    authn::{
        lockout::LockoutSettings,
        password::PasswordInput,
        stored_password::{HashCost, Pepper, Peppers},
        throttle::LoginThrottle,
    },
    base::{
        bearer::{BearerKind, Presented, mint, read},
        clock::Clock,
        entropy::{SharedEntropy, SystemEntropy},
        id::UserId,
        rate::LimitPolicy,
        secret::Secret,
    },
    flow::verify_password::{Proof, Rules, Verdict, Verifier},
    hashing::{HashPool, Lane, PoolConfig},
    identity::{
        attributes::Email,
        user::{User, UserAttributes, UserType},
    },
    keys::{
        kek::Kek,
        secret_keys::{Purpose, SecretKeyRow, SecretKeys},
    },
    store::{self, Db},
};

use crate::support::{
    engine::{Engine, TestDb, migrated},
    time::TestClock,
};

/// The password of everybody who has one.
pub const RIGHT: &str = "correct horse battery staple";
/// Its hash, as an LDAP directory holds it.
pub const IMPORTED: &str = "{SSHA}QBOuuNzxlz+G2oFOvO8f8xwJMWuyds6Z";

/// A database with somebody in it, and what verifying needs.
pub struct House {
    pub test: TestDb,
    engine: Engine,
    pub clock: TestClock,
    pub entropy: SharedEntropy,
    secrets: SecretKeys,
    pub lockout: LockoutSettings,
    pub hashing: Arc<HashPool>,
    pub nodes: Vec<Verifier>,
}

impl House {
    pub async fn new(engine: Engine) -> Self {
        let test = migrated(engine).await;
        let (clock, entropy) = (TestClock::default(), Arc::new(SystemEntropy::default()) as SharedEntropy);
        let kek = Kek::from_bytes(&[9; 32]).unwrap();
        let rows: Vec<_> = Purpose::ALL
            .into_iter()
            .map(|purpose| SecretKeyRow::generate(purpose, &kek, &*entropy, clock.now()).unwrap())
            .collect();
        let hashing = HashPool::start(PoolConfig {
            threads: 2,
            cost: HashCost::new(64, 1).unwrap(),
            peppers: Peppers::new(Pepper::new("k1", &[1; 32]).unwrap(), Vec::new()),
            entropy: Arc::clone(&entropy),
            nice: 0,
        });
        let mut house = Self {
            test,
            engine,
            clock,
            entropy,
            secrets: SecretKeys::open(&rows, &kek).unwrap(),
            lockout: LockoutSettings::default(),
            hashing: Arc::new(hashing.unwrap()),
            nodes: Vec::new(),
        };
        house.add_node(house.test.db.clone());
        house
    }

    pub fn add_node(&mut self, db: Db) {
        let throttle = LoginThrottle::new(LimitPolicy::default());
        let (clock, entropy) = (Arc::new(self.clock.clone()), Arc::clone(&self.entropy));
        self.nodes.push(Verifier::new(db, clock, entropy, Arc::clone(&self.hashing), throttle));
    }

    /// Makes a user who signs in with this password.
    pub async fn user(&self, name: &str, hash: Option<&str>) -> UserId {
        let now = self.clock.now();
        let email = Email { value: format!("{name}@acme.example"), verified: true, ..Email::default() };
        let user = User {
            id: UserId::new(&*self.entropy, now),
            user_name: name.to_owned(),
            user_type: UserType::Customer,
            locale: None,
            managed_by: None,
            active: true,
            blocked: false,
            epoch: 3,
            attributes: UserAttributes { emails: vec![email], ..UserAttributes::default() },
            last_sign_in_at: None,
            created_at: now,
            updated_at: now,
        };
        let mut tx = self.test.db.write().await.unwrap();
        store::user::insert(&mut tx, &user).await.unwrap();
        if let Some(hash) = hash {
            store::password::set(&mut tx, user.id, &Secret::new(hash.to_owned()), now).await.unwrap();
        }
        tx.commit().await.unwrap();
        user.id
    }

    pub async fn anna(&self) -> UserId {
        let hash = self.hashing.hash(Lane::Admin, PasswordInput::parse(RIGHT).unwrap()).await.unwrap();
        self.user("anna", Some(&hash)).await
    }

    /// Locks a user as an administrator does.
    pub async fn block(&self, id: UserId) {
        let mut tx = self.test.db.write().await.unwrap();
        assert!(store::user::set_blocked(&mut tx, id, true, self.clock.now()).await.unwrap());
        tx.commit().await.unwrap();
    }

    /// Changes a user.
    pub async fn change(&self, id: UserId, change: impl FnOnce(&mut User)) {
        let mut tx = self.test.db.write().await.unwrap();
        let mut user = store::user::find(&mut tx, id).await.unwrap().unwrap();
        change(&mut user);
        store::user::update(&mut tx, &user).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// A browser that is known to this user.
    pub async fn known_browser(&self, user: UserId) -> Presented {
        let now = self.clock.now();
        let id = self.entropy.uuid(now);
        let cookie = mint(BearerKind::KnownBrowser, id, &*self.entropy);
        let mut tx = self.test.db.write().await.unwrap();
        store::known_browser::learn(&mut tx, id, &cookie.hash, user, now).await.unwrap();
        tx.commit().await.unwrap();
        read(BearerKind::KnownBrowser, cookie.value.expose()).unwrap()
    }

    pub async fn verify_on(&self, node: usize, name: &str, password: &str, from: From<'_>) -> Verdict {
        let proof = Proof {
            username: name,
            password: PasswordInput::parse(password).ok(),
            known_browser: from.browser,
            lane: from.lane,
            ip: Some(IpAddr::V4(Ipv4Addr::new(192, 0, 2, from.host))),
            client_id: Some("portal"),
            request_id: None,
        };
        let rules = Rules {
            lockout: &self.lockout,
            names: self.secrets.current(Purpose::LoginName),
            links: self.secrets.current(Purpose::Link),
            notify_user: true,
        };
        self.nodes[node].verify(proof, rules).await.unwrap()
    }

    pub async fn verify(&self, name: &str, password: &str) -> Verdict {
        self.verify_on(0, name, password, From::default()).await
    }

    /// How many entries of the audit log have this action and reason.
    pub async fn audited(&self, action: &str, reason: Option<&str>) -> i64 {
        const SQL: &str = "SELECT count(*) FROM audit_event WHERE action = $1 AND COALESCE(reason, '') = $2";
        let reason = reason.unwrap_or_default();
        match self.engine {
            Engine::Sqlite => {
                let pool = sqlx::SqlitePool::connect(&self.test.url).await.unwrap();
                sqlx::query_scalar(SQL).bind(action).bind(reason).fetch_one(&pool).await.unwrap()
            }
            Engine::Postgres => {
                let pool = sqlx::PgPool::connect(&self.test.url).await.unwrap();
                sqlx::query_scalar(SQL).bind(action).bind(reason).fetch_one(&pool).await.unwrap()
            }
        }
    }
}

/// Where an attempt comes from.
#[derive(Clone, Copy)]
pub struct From<'a> {
    pub browser: Option<&'a Presented>,
    pub lane: Lane,
    pub host: u8,
}

impl Default for From<'_> {
    fn default() -> Self {
        Self { browser: None, lane: Lane::Untrusted, host: 1 }
    }
}
