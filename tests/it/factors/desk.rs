//! A vendor's people with sessions and factors.

use std::sync::Arc;

use serde_json::{Value, json};
use usher::{
    authn::{
        acr::Acr,
        assurance::Proof,
        factor::{FlowId, MfaMethod},
        mfa_policy::MfaRules,
        one_time_code::{Channel, CodePurpose},
        totp::Seed,
    },
    base::{
        bearer::{self, BearerKind},
        clock::Clock,
        id::{AttemptId, SessionId, UserId},
        moment::Moment,
        secret::Secret,
    },
    config::settings::Scope,
    flow::{
        caller::Caller,
        error::FlowError,
        factors::{
            Enrolling, Proved,
            codes::remember_code,
            passkeys::{BeginPasskey, FinishPasskey, begin_passkey, finish_passkey},
            raise::raise_session,
            recovery::{CreateCodes, create_recovery_codes},
            totp::{BeginTotp, ConfirmTotp, begin_totp, confirm_totp},
            verify::{Answer, FactorProof, FactorVerdict, verify_factor},
        },
        node::Node,
        snapshot::Snapshot,
    },
    store::{
        self,
        one_time_code::CodePlace,
        session::{Browser, Session},
    },
};
use uuid::Uuid;

use super::soft::SoftPasskey;
use crate::support::{
    engine::{Engine, TestDb},
    world::World,
};

/// The name of the site in apps and dialogs.
pub const VENDOR: &str = "Acme";

/// What a verdict is called; the proofs in it are rolled back.
pub fn word(verdict: &FactorVerdict) -> &'static str {
    match verdict {
        FactorVerdict::Proved(_) => "proved",
        FactorVerdict::Wrong => "wrong",
        FactorVerdict::Used => "used",
        FactorVerdict::Gone => "gone",
        FactorVerdict::Locked(_) => "locked",
        FactorVerdict::NotAllowed => "not allowed",
    }
}

/// People, sessions, factors.
pub struct Desk {
    pub world: World,
    pub engine: Engine,
    pub caller: Caller,
}

impl Desk {
    /// Every method is allowed.
    pub async fn new(engine: Engine) -> Self {
        let world = World::new(engine).await;
        world.set("mfa.methods", json!(["passkey", "totp", "recovery", "sms", "email"])).await;
        Self { world, engine, caller: Caller::default() }
    }

    pub fn node(&self) -> &Arc<Node> {
        &self.world.app.node
    }

    pub fn now(&self) -> Moment {
        self.world.app.clock.now()
    }

    pub fn wait(&self, secs: u64) {
        self.world.app.clock.advance(std::time::Duration::from_secs(secs));
    }

    pub fn test(&self) -> &TestDb {
        &self.world.app.test
    }

    pub async fn snapshot(&self) -> Arc<Snapshot> {
        self.node().snapshot().await.unwrap()
    }

    pub async fn rules(&self) -> MfaRules {
        self.snapshot().await.settings.mfa(&Scope::INSTANCE)
    }

    /// A session that a password has just opened.
    pub async fn session(&self, user: UserId) -> Session {
        let now = self.now();
        let mut tx = self.node().db.write().await.unwrap();
        let person = store::user::find(&mut tx, user).await.unwrap().unwrap();
        let session = Session {
            id: SessionId::new(&*self.node().entropy, now),
            user_id: user,
            user_epoch: person.epoch,
            remember: false,
            auth_time: now,
            acr: Acr::Pwd,
            amr: vec!["pwd".to_owned()],
            known_browser_id: None,
            password_due: None,
            last_reference_id: None,
            created_at: now,
            last_seen_at: now,
            expires_at: now.plus(std::time::Duration::from_secs(12 * 3600)),
        };
        let cookie = bearer::mint(BearerKind::Session, session.id.uuid(), &*self.node().entropy);
        store::session::insert(&mut tx, &session, cookie.hash.text(), &Browser::default()).await.unwrap();
        tx.commit().await.unwrap();
        session
    }

    /// The session as it is now, if it is alive.
    pub async fn look(&self, id: SessionId) -> Option<Session> {
        let mut tx = self.node().db.write().await.unwrap();
        store::session::hold(&mut tx, id, self.now()).await.unwrap()
    }

    pub fn enrolling<'a>(&'a self, session: &'a Session, rules: &'a MfaRules) -> Enrolling<'a> {
        Enrolling { session, flow: FlowId::Session(session.id), rules, caller: &self.caller }
    }

    /// A new attempt to sign in.
    pub fn attempt(&self) -> FlowId {
        FlowId::Attempt(AttemptId::new(&*self.node().entropy, self.now()))
    }

    /// Enrols an app for whoever has just given a password. Its first code is used.
    pub async fn app_of(&self, user: UserId) -> Seed {
        let (session, rules) = (self.session(user).await, self.rules().await);
        let enrolling = self.enrolling(&session, &rules);
        let BeginTotp::Offer(offer) = begin_totp(self.node(), &enrolling, VENDOR).await.unwrap() else {
            panic!("refused")
        };
        let seed = seed(&offer.secret);
        let code = seed.code_at(self.now());
        let ConfirmTotp::Enrolled(proved) = confirm_totp(self.node(), &enrolling, code.expose()).await.unwrap() else {
            panic!("not confirmed")
        };
        proved.tx.commit().await.unwrap();
        // The code of the step after next cannot have been used.
        self.wait(60);
        seed
    }

    /// Enrols a passkey for whoever has just given a password.
    pub async fn passkey_of(&self, user: UserId, mut passkey: SoftPasskey) -> SoftPasskey {
        let (session, rules) = (self.session(user).await, self.rules().await);
        let enrolling = self.enrolling(&session, &rules);
        let options = self.begin(&enrolling).await;
        let answer = passkey.create(&options);
        match finish_passkey(self.node(), &enrolling, &answer).await.unwrap() {
            FinishPasskey::Enrolled { proved, .. } => proved.tx.commit().await.unwrap(),
            _ => panic!("not enrolled"),
        }
        passkey
    }

    pub async fn begin(&self, enrolling: &Enrolling<'_>) -> Value {
        match begin_passkey(self.node(), enrolling, VENDOR).await.unwrap() {
            BeginPasskey::Options(options) => options,
            _ => panic!("refused"),
        }
    }

    /// Ten codes for somebody whose session allows it.
    pub async fn codes_of(&self, session: &Session) -> Vec<Secret<String>> {
        let rules = self.rules().await;
        let (snapshot, enrolling) = (self.snapshot().await, self.enrolling(session, &rules));
        loop {
            match create_recovery_codes(self.node(), &snapshot, &enrolling).await {
                Ok(CreateCodes::Created(codes)) => return codes,
                Ok(CreateCodes::Refused(refusal)) => panic!("{refusal:?}"),
                // Ten hashes at once are much for a machine that does other things, too.
                Err(FlowError::Overloaded(_)) => tokio::time::sleep(std::time::Duration::from_millis(100)).await,
                Err(error) => panic!("{error:?}"),
            }
        }
    }

    /// Keeps `digits` as a code of this flow, as the sender of messages does.
    pub async fn send(&self, user: UserId, flow: FlowId, channel: Channel, digits: &str) -> Moment {
        self.send_for(user, flow, channel, CodePurpose::SecondFactor, "", digits).await
    }

    pub async fn send_for(
        &self,
        user: UserId,
        flow: FlowId,
        channel: Channel,
        purpose: CodePurpose,
        about: &str,
        digits: &str,
    ) -> Moment {
        let place = CodePlace { user, purpose, flow, channel };
        let mut tx = self.node().db.write().await.unwrap();
        let digits = Secret::new(digits.to_owned());
        let until = remember_code(&mut tx, self.node(), &*self.snapshot().await, place, about, &digits).await.unwrap();
        tx.commit().await.unwrap();
        until
    }

    pub async fn verify_on(&self, node: &Node, user: UserId, flow: FlowId, answer: Answer<'_>) -> FactorVerdict {
        let proof = FactorProof { user, flow, answer, client_id: Some("portal"), caller: &self.caller };
        let snapshot = node.snapshot().await.unwrap();
        verify_factor(node, &snapshot, &proof, &MfaMethod::ALL).await.unwrap()
    }

    pub async fn verify(&self, user: UserId, flow: FlowId, answer: Answer<'_>) -> FactorVerdict {
        self.verify_on(self.node(), user, flow, answer).await
    }

    /// Verifies and commits what was proved; the word for what came of it.
    pub async fn try_on(&self, node: &Node, user: UserId, flow: FlowId, answer: Answer<'_>) -> &'static str {
        let verdict = self.verify_on(node, user, flow, answer).await;
        let word = word(&verdict);
        if let FactorVerdict::Proved(proved) = verdict {
            proved.tx.commit().await.unwrap();
        }
        word
    }

    pub async fn tries(&self, user: UserId, flow: FlowId, answer: Answer<'_>) -> &'static str {
        self.try_on(self.node(), user, flow, answer).await
    }

    pub async fn totp(&self, user: UserId, code: &str) -> &'static str {
        self.tries(user, self.attempt(), Answer::Totp(code)).await
    }

    /// The right code of now.
    pub async fn right(&self, user: UserId, seed: &Seed) -> &'static str {
        self.totp(user, seed.code_at(self.now()).expose()).await
    }

    /// A code that no step near now has.
    pub fn wrong(&self, seed: &Seed) -> String {
        let wrong = |code: &String| seed.step_of(code, self.now()).is_none();
        (0..).map(|number| format!("{number:06}")).find(wrong).unwrap()
    }

    /// Raises a session by a proof and commits.
    pub async fn raise(&self, mut proved: Box<Proved>, session: SessionId) -> Session {
        let now = self.now();
        let raised = raise_session(&mut proved, self.node(), session, now).await.unwrap().unwrap();
        proved.tx.commit().await.unwrap();
        raised.session
    }

    /// A session raised by the app.
    pub async fn raised(&self, user: UserId, seed: &Seed) -> Session {
        self.wait(60);
        let session = self.session(user).await;
        let code = seed.code_at(self.now());
        match self.verify(user, FlowId::Session(session.id), Answer::Totp(code.expose())).await {
            FactorVerdict::Proved(proved) => self.raise(proved, session.id).await,
            other => panic!("{}", word(&other)),
        }
    }

    /// How many entries of the audit log have this action and reason.
    pub async fn audited(&self, action: &str, reason: &str) -> i64 {
        const SQL: &str = "SELECT count(*) FROM audit_event WHERE action = $1 AND COALESCE(reason, '') = $2";
        match self.engine {
            Engine::Sqlite => {
                let pool = sqlx::SqlitePool::connect(&self.test().url).await.unwrap();
                sqlx::query_scalar(SQL).bind(action).bind(reason).fetch_one(&pool).await.unwrap()
            }
            Engine::Postgres => {
                let pool = sqlx::PgPool::connect(&self.test().url).await.unwrap();
                sqlx::query_scalar(SQL).bind(action).bind(reason).fetch_one(&pool).await.unwrap()
            }
        }
    }

    /// Does to the database what nobody else would.
    pub async fn execute(&self, sql: &str) {
        let sql = sqlx::AssertSqlSafe(sql.to_owned());
        match self.engine {
            Engine::Sqlite => {
                let pool = sqlx::SqlitePool::connect(&self.test().url).await.unwrap();
                sqlx::raw_sql(sql).execute(&pool).await.unwrap();
            }
            Engine::Postgres => {
                let pool = sqlx::PgPool::connect(&self.test().url).await.unwrap();
                sqlx::raw_sql(sql).execute(&pool).await.unwrap();
            }
        }
    }

    /// The nodes of this database: SQLite has one, PostgreSQL two.
    pub async fn nodes(&self) -> Vec<Arc<Node>> {
        let mut nodes = vec![Arc::clone(self.node())];
        if self.engine == Engine::Postgres {
            nodes.push(self.world.app.beside().await.0);
        }
        nodes
    }

    pub async fn only_factor(&self, user: UserId) -> Uuid {
        let mut tx = self.node().db.read().await.unwrap();
        store::factor::enrolled(&mut tx, user).await.unwrap()[0].id
    }
}

/// The seed behind the text that a page shows.
pub fn seed(shown: &Secret<String>) -> Seed {
    let base32 = shown.expose().replace(' ', "");
    Seed::from_bytes(totp_rs::Secret::try_from_base32(base32).unwrap().as_bytes()).unwrap()
}

/// A passkey's proof.
pub fn is_passkey(proof: Proof) -> bool {
    matches!(proof, Proof::Passkey { .. })
}
