//! Which proofs exist, and what may follow from them.

use std::{collections::BTreeMap, time::Duration};

use serde_json::json;
use usher::{
    authn::totp::Seed,
    base::{clock::Clock, id::UserId, moment::Moment},
    store,
};

use super::{Tally, rng::Rng};
use crate::{
    factors::desk::Desk,
    step_up::{MFA, set_at},
    support::{
        app::basic,
        browser::{Answer, Browser},
        engine::Engine,
        portal::{VERIFIER, claims},
        world::{CALLBACK, PASSWORD, SECRET},
    },
};

/// An index into [`Model::people`].
pub type Who = usize;

/// Somebody who signs in.
pub struct Person {
    pub id: UserId,
    pub name: &'static str,
    pub companies: &'static [&'static str],
    pub password: String,
    /// The apps that were set up.
    pub seeds: Vec<Seed>,
    /// The step of the last code that worked.
    pub last_step: i64,
    stored: Stored,
}

/// What the database holds of somebody's credentials.
#[derive(Clone, Debug, Default, PartialEq)]
struct Stored {
    password: Option<String>,
    factors: Vec<String>,
}

/// What somebody proved in a browser.
#[derive(Clone, Copy, Debug)]
pub struct Session {
    pub who: Who,
    pub proved_at: Moment,
    pub second_factor: bool,
}

/// A browser with what is known of it.
pub struct Tab {
    pub browser: Browser,
    pub session: Option<Session>,
    /// Whose link to set a password was opened last.
    pub link: Option<Who>,
    /// Pages seen, the newest last.
    pub pages: Vec<Answer>,
}

/// A request that a portal made.
pub struct Start {
    /// The browsers that it was made in: an attempt whose cookie is lost is started again in whichever one.
    pub tabs: Vec<usize>,
    pub client: &'static str,
    /// A proof of before this is too old.
    pub fresh_since: Option<Moment>,
}

/// What a form that was sent proves, if whoever gets it asks for that.
#[derive(Debug, Default)]
pub struct Claim {
    pub password_of: Option<Who>,
    pub code_of: Option<(Who, i64)>,
    pub enrols: Option<(String, i64)>,
    pub new_password: Option<String>,
}

pub struct Model {
    pub desk: Desk,
    pub people: Vec<Person>,
    pub tabs: Vec<Tab>,
    pub starts: Vec<Start>,
    /// Attempts seen and for which request, for whoever tries another's.
    pub attempts: Vec<(String, usize)>,
    engine: Engine,
    block: u64,
    /// What was done in this walk, for whoever reads a failure.
    pub story: Vec<String>,
}

impl Model {
    pub async fn new(engine: Engine, block: u64) -> Self {
        let desk = Desk::new(engine).await;
        let world = &desk.world;
        world.client(json!({ "client_id": "strict", "client_name": "Vault", "consent": "always" })).await;
        set_at(world, "client", "strict", "mfa.policy", json!("required")).await;
        let seed = desk.app_of(world.bob).await;
        let person = |id, name, companies, seeds| Person {
            id,
            name,
            companies,
            password: PASSWORD.to_owned(),
            seeds,
            last_step: 0,
            stored: Stored::default(),
        };
        let people = vec![
            person(world.anna, "anna@acme.example", &["ACME", "BETA"][..], Vec::new()),
            person(world.bob, "bob", &["ACME"][..], vec![seed]),
        ];
        let mut model = Self {
            desk,
            people,
            tabs: Vec::new(),
            starts: Vec::new(),
            attempts: Vec::new(),
            engine,
            block,
            story: Vec::new(),
        };
        for who in 0..model.people.len() {
            model.people[who].stored = model.stored(who).await;
        }
        model
    }

    /// A new walk: two browsers that know nothing. Locks of the walk before have ended.
    pub fn begin(&mut self) {
        self.desk.wait(26 * 3600);
        let tab = || Tab { browser: self.desk.world.app.browser(), session: None, link: None, pages: Vec::new() };
        self.tabs = vec![tab(), tab()];
        self.starts.clear();
        self.attempts.clear();
        self.story.clear();
    }

    pub fn now(&self) -> Moment {
        self.desk.world.app.clock.now()
    }

    pub fn wait(&self, secs: u64) {
        self.desk.world.app.clock.advance(Duration::from_secs(secs));
    }

    pub fn fail(&self, what: &str) -> ! {
        panic!("{what}\nblock {} on {:?}:\n{}", self.block, self.engine, self.story.join("\n"));
    }

    async fn stored(&self, who: Who) -> Stored {
        let mut tx = self.desk.node().db.read().await.unwrap();
        let id = self.people[who].id;
        let password = store::password::find(&mut tx, id).await.unwrap().map(|hash| hash.expose().clone());
        let factors = store::factor::enrolled(&mut tx, id).await.unwrap();
        let mut factors: Vec<String> = factors.iter().map(|factor| factor.id.to_string()).collect();
        factors.sort();
        Stored { password, factors }
    }

    /// Judges an answer: whatever changed must follow from what was proved.
    pub async fn judge(&mut self, tab: usize, before: &BTreeMap<String, String>, claim: Claim, tally: &mut Tally) {
        self.judge_credentials(tab, &claim, tally).await;
        self.judge_session(tab, before, &claim, tally);
        let Some(answer) = self.tabs[tab].pages.last().cloned() else { return };
        if answer.status.is_server_error() {
            self.fail(&format!("{} at {}", answer.status, answer.at));
        }
        if answer.status.is_client_error() {
            tally.refused += 1;
        }
        if answer.location().is_some_and(|location| location.starts_with(CALLBACK)) {
            let params = answer.redirect_params();
            if let Some(code) = params.get("code") {
                self.judge_code(tab, code, &params["state"], tally).await;
            }
        }
    }

    /// A password changes by a link of that person, opened in this browser, and ends every session. A factor is bound by
    /// whoever proved the ones there are.
    async fn judge_credentials(&mut self, tab: usize, claim: &Claim, tally: &mut Tally) {
        for who in 0..self.people.len() {
            let stored = self.stored(who).await;
            if stored.password != self.people[who].stored.password {
                let Some(password) = claim.new_password.clone() else { self.fail("a password changed by itself") };
                if self.tabs[tab].link != Some(who) {
                    self.fail(&format!("the password of {} was set without a link", self.people[who].name));
                }
                self.people[who].password = password;
                for other in &mut self.tabs {
                    other.session = other.session.filter(|session| session.who != who);
                    other.link = other.link.filter(|link| *link != who);
                }
                tally.resets += 1;
            }
            if stored.factors != self.people[who].stored.factors {
                self.judge_factors(tab, who, claim);
                tally.enrolments += 1;
            }
            self.people[who].stored = stored;
        }
    }

    fn judge_factors(&mut self, tab: usize, who: Who, claim: &Claim) {
        let (held, name) = (!self.people[who].seeds.is_empty(), self.people[who].name);
        let Some((secret, step)) = &claim.enrols else { self.fail(&format!("the factors of {name} changed")) };
        match self.tabs[tab].session {
            Some(session) if session.who == who && (session.second_factor || !held) => {}
            other => self.fail(&format!("a factor of {name} was bound by {other:?}")),
        }
        let seed = crate::factors::desk::seed(&usher::base::secret::Secret::new(secret.clone()));
        let step = *step;
        self.people[who].seeds.push(seed);
        self.people[who].last_step = step;
        if let Some(session) = &mut self.tabs[tab].session {
            session.second_factor = true;
        }
    }

    /// The cookie of a session gets a new value when something was proved, or a code is issued for another company, and
    /// else never.
    fn judge_session(&mut self, tab: usize, before: &BTreeMap<String, String>, claim: &Claim, tally: &mut Tally) {
        let now = self.now();
        let after = self.tabs[tab].browser.cookies.get("usher-sid").cloned();
        if after.as_ref() == before.get("usher-sid") {
            return;
        }
        let session = self.tabs[tab].session;
        let issued = self.tabs[tab].pages.last().and_then(Answer::location).is_some_and(|to| to.contains("code="));
        let Some(_) = after else {
            self.tabs[tab].session = None;
            return;
        };
        tally.sessions += 1;
        let next = match (claim, session) {
            (Claim { password_of: Some(who), .. }, _) => {
                let second_factor = session.is_some_and(|session| session.who == *who && session.second_factor);
                Session { who: *who, proved_at: now, second_factor }
            }
            (Claim { code_of: Some((who, step)), .. }, Some(session)) if session.who == *who => {
                self.people[*who].last_step = *step;
                tally.stepped_up += 1;
                Session { second_factor: true, proved_at: now, ..session }
            }
            (Claim { enrols: Some(_), .. }, Some(session)) if session.second_factor => session,
            // The company was switched: what was proved stays what it was.
            (_, Some(session)) if issued => session,
            _ => self.fail(&format!("a session rose from {session:?} by {claim:?}")),
        };
        self.tabs[tab].session = Some(next);
    }

    /// A code says who signed in here, of a company of theirs, with the proofs that its client demands.
    async fn judge_code(&mut self, tab: usize, code: &str, state: &str, tally: &mut Tally) {
        let Some(start) = state.parse::<usize>().ok().and_then(|number| self.starts.get(number)) else {
            self.fail("a code for no request")
        };
        if !start.tabs.contains(&tab) {
            self.fail("a code in a browser that did not ask");
        }
        let Some(session) = self.tabs[tab].session else { self.fail("a code for nobody") };
        if start.fresh_since.is_some_and(|since| session.proved_at < since) {
            self.fail("a code on an old proof");
        }
        let person = &self.people[session.who];
        let demanded = start.client == "strict" || !person.seeds.is_empty();
        if demanded && !session.second_factor {
            self.fail("a code without the second factor");
        }
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
        ];
        let tokens = self.desk.world.app.token(Some(&basic(start.client, SECRET)), &fields).await;
        if tokens.status != 200 {
            self.fail(&format!("a code that cannot be redeemed: {}", tokens.text()));
        }
        let told = claims(tokens.json()["id_token"].as_str().unwrap());
        let company = told["customer_code"].as_str().unwrap_or_default();
        if told["sub"] != person.id.text() || !person.companies.contains(&company) {
            self.fail(&format!("a token of somebody else: {told}"));
        }
        if demanded != (told["acr"] == MFA) && demanded {
            self.fail(&format!("a token that says less than was proved: {told}"));
        }
        tally.codes += 1;
    }

    /// One random move and its judgement.
    pub async fn step(&mut self, rng: &mut Rng, tally: &mut Tally) {
        let tab = usize::from(rng.percent(25));
        let (before, seen) = (self.tabs[tab].browser.cookies.clone(), self.tabs[tab].pages.len());
        let claim = self.act(tab, rng).await;
        if self.tabs[tab].pages.len() > seen {
            self.judge(tab, &before, claim, tally).await;
        }
    }
}
