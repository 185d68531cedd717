//! What a person, or somebody who means no good, does next.

use crate::{
    order::{
        model::{Claim, Model, Start, Who},
        page::{Field, Form, Kind, forms, text_of},
        rng::Rng,
    },
    support::{browser::Answer, portal::authorize},
};

/// Pages that are visited out of order; `a` is an attempt's.
const PAGES: [&str; 16] = [
    "/signin",
    "/signin/account",
    "/signin/customer",
    "/signin/factor",
    "/signin/code",
    "/signin/code?method=totp",
    "/signin/code?method=recovery",
    "/signin/passkey",
    "/signin/enrol",
    "/signin/enrol/totp",
    "/signin/enrol/passkey",
    "/signin/restart",
    "/consent",
    "/signout",
    "/oauth2/logout",
    "/password/reset",
];

/// Passwords that no rule refuses.
const NEW_PASSWORDS: [&str; 3] =
    ["quiet lantern over harbour", "seven crooked pine trees", "correct horse battery staple"];

impl Model {
    /// Does something in a browser; says what it proves.
    pub async fn act(&mut self, tab: usize, rng: &mut Rng) -> Claim {
        if self.tabs[tab].pages.is_empty() {
            return self.start(tab, rng).await;
        }
        match rng.below(100) {
            0..=11 => self.start(tab, rng).await,
            12..=69 => self.submit(tab, rng).await,
            70..=81 => self.visit(tab, rng).await,
            82..=87 => self.blank(tab, rng).await,
            88..=92 => self.open_link(tab, rng).await,
            93..=95 => self.reload(tab, rng).await,
            _ => {
                let secs = *rng.pick(&[1, 31, 400, 2_400]).unwrap();
                self.story.push(format!("{secs} seconds pass"));
                self.wait(secs);
                Claim::default()
            }
        }
    }

    fn saw(&mut self, tab: usize, page: Answer) {
        let location = page.location().map(|to| format!(" -> {}", to.split('?').next().unwrap_or_default()));
        self.story.push(format!("    {} {}{}", page.status.as_u16(), page.at, location.unwrap_or_default()));
        self.tabs[tab].pages.push(page);
    }

    async fn go(&mut self, tab: usize, path: &str) -> Claim {
        if path.starts_with("/signin/restart")
            && let Some(start) = self.start_of(path)
        {
            // The portal's request is made again, here: what comes of it is the portal's own `state`, which it compares.
            self.starts[start].tabs.push(tab);
            return self.begin_at(tab, path, start).await;
        }
        let page = self.tabs[tab].browser.go(path).await;
        self.saw(tab, page);
        Claim::default()
    }

    /// Makes a request, and notes its attempt.
    async fn begin_at(&mut self, tab: usize, path: &str, start: usize) -> Claim {
        let page = self.tabs[tab].browser.go(path).await;
        if let Some(attempt) = attempt_in(&page.at)
            && self.start_of(&page.at).is_none()
        {
            self.attempts.push((attempt.to_owned(), start));
        }
        self.saw(tab, page);
        Claim::default()
    }

    /// The request that the attempt in an address is for.
    fn start_of(&self, path: &str) -> Option<usize> {
        let attempt = attempt_in(path)?;
        self.attempts.iter().find(|(known, _)| known == attempt).map(|(_, start)| *start)
    }

    /// A portal sends the browser here.
    async fn start(&mut self, tab: usize, rng: &mut Rng) -> Claim {
        let client = if rng.percent(35) { "strict" } else { "portal" };
        let prompt = *rng.pick(&["", "", "", "login", "select_account", "none", "consent"]).unwrap();
        let state = self.starts.len().to_string();
        let fresh_since = (prompt == "login").then(|| self.now());
        self.starts.push(Start { tabs: vec![tab], client, fresh_since });
        self.story.push(format!("browser {tab} is sent by {client}, prompt={prompt}"));
        let scope = "openid customer";
        let path = authorize(&[("client_id", client), ("scope", scope), ("prompt", prompt), ("state", &state)]);
        self.begin_at(tab, &path, self.starts.len() - 1).await
    }

    /// A page of this attempt, of another one, or of none.
    async fn visit(&mut self, tab: usize, rng: &mut Rng) -> Claim {
        let page = *rng.pick(&PAGES).unwrap();
        let path = match rng.pick(&self.attempts) {
            Some((attempt, _)) if page.contains('?') => format!("{page}&a={attempt}"),
            Some((attempt, _)) => format!("{page}?a={attempt}"),
            None => page.to_owned(),
        };
        self.story.push(format!("browser {tab} visits {path}"));
        self.go(tab, &path).await
    }

    /// Back to any page it saw.
    async fn reload(&mut self, tab: usize, rng: &mut Rng) -> Claim {
        let page = rng.pick(&self.tabs[tab].pages).unwrap().at.clone();
        // A link's secret would be in the address.
        self.story.push(format!("browser {tab} goes back to {page}"));
        self.go(tab, &page).await
    }

    /// A form with nothing in it.
    async fn blank(&mut self, tab: usize, rng: &mut Rng) -> Claim {
        let page = *rng.pick(&PAGES).unwrap();
        let path = match rng.pick(&self.attempts) {
            Some((attempt, _)) => format!("{}?a={attempt}", page.split('?').next().unwrap()),
            None => page.to_owned(),
        };
        self.story.push(format!("browser {tab} posts nothing to {path}"));
        let answer = self.tabs[tab].browser.post(&path, &[]).await;
        let answer = self.tabs[tab].browser.follow(answer).await;
        self.saw(tab, answer);
        Claim::default()
    }

    /// An administrator's link arrives by mail.
    async fn open_link(&mut self, tab: usize, rng: &mut Rng) -> Claim {
        let who = self.anybody(rng);
        let link = self.desk.world.app.password_link(self.people[who].name).await;
        self.story.push(format!("browser {tab} opens a link of {}", self.people[who].name));
        for other in &mut self.tabs {
            // One live link per purpose.
            other.link = other.link.filter(|link| *link != who);
        }
        self.tabs[tab].link = Some(who);
        self.go(tab, &link).await
    }

    fn anybody(&self, rng: &mut Rng) -> Who {
        usize::try_from(rng.below(self.people.len() as u64)).unwrap()
    }

    /// Fills in a form: mostly of the page in front, sometimes of an older one or of the other browser's.
    async fn submit(&mut self, tab: usize, rng: &mut Rng) -> Claim {
        let from = if rng.percent(8) { 1 - tab } else { tab };
        let pages = &self.tabs[from].pages;
        let page = if rng.percent(80) { pages.last() } else { rng.pick(pages) };
        let Some(page) = page.cloned() else { return self.start(tab, rng).await };
        let all: Vec<Form> = forms(&page).into_iter().filter(|form| form.posts).collect();
        let form = if rng.percent(80) { all.first() } else { rng.pick(&all) };
        let Some(form) = form.cloned() else { return self.start(tab, rng).await };
        let mut claim = Claim::default();
        let filled = self.fill(tab, &page, &form, &mut claim, rng);
        self.story.push(format!("browser {tab} sends {} (of browser {from}) with {filled:?}", form.action));
        let fields: Vec<(&str, &str)> = filled.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let answer = self.tabs[tab].browser.post(&form.action, &fields).await;
        let answer = self.tabs[tab].browser.follow(answer).await;
        self.saw(tab, answer);
        claim
    }

    fn fill(&self, tab: usize, page: &Answer, form: &Form, claim: &mut Claim, rng: &mut Rng) -> Vec<(String, String)> {
        let buttons: Vec<&Field> = form.fields.iter().filter(|field| field.kind == Kind::Button).collect();
        let pressed = rng.pick(&buttons).map(|button| (button.name.clone(), button.value.clone()));
        let typed = form.fields.iter().find(|field| field.name == "username");
        let who = match self.tabs[tab].session {
            Some(session) if typed.is_none() || rng.percent(60) => session.who,
            _ => self.anybody(rng),
        };
        let who = match typed.filter(|field| field.read_only) {
            Some(field) => self.people.iter().position(|person| person.name == field.value).unwrap_or(who),
            None => who,
        };
        let mut filled: Vec<(String, String)> = Vec::new();
        for field in &form.fields {
            if let Some(value) = self.value(who, page, form, field, claim, rng) {
                filled.retain(|(name, _)| field.kind != Kind::Radio || *name != field.name);
                filled.push((field.name.clone(), value));
            }
        }
        filled.extend(pressed);
        filled
    }

    fn value(
        &self,
        who: Who,
        page: &Answer,
        form: &Form,
        field: &Field,
        claim: &mut Claim,
        rng: &mut Rng,
    ) -> Option<String> {
        let person = &self.people[who];
        Some(match field.name.as_str() {
            "username" => person.name.to_owned(),
            "password" | "current_password" => {
                if rng.percent(93) {
                    claim.password_of = Some(who);
                    person.password.clone()
                } else {
                    "something else entirely".to_owned()
                }
            }
            "new_password" => {
                let password = (*rng.pick(&NEW_PASSWORDS).unwrap()).to_owned();
                claim.new_password = Some(password.clone());
                password
            }
            "code" => self.code(who, page, claim, rng),
            "reference" => {
                let listed: Vec<&Field> = form.fields.iter().filter(|it| it.name == "reference").collect();
                let world = &self.desk.world;
                let foreign = [world.anna_at_acme, world.anna_at_beta, world.bob_at_acme];
                match rng.percent(80) {
                    true => rng.pick(&listed)?.value.clone(),
                    false => rng.pick(&foreign)?.text(),
                }
            }
            _ if field.kind == Kind::Radio => {
                let same: Vec<&Field> = form.fields.iter().filter(|it| it.name == field.name).collect();
                rng.pick(&same)?.value.clone()
            }
            _ if field.kind == Kind::Button => return None,
            _ if field.kind == Kind::Checkbox => rng.percent(30).then(|| field.value.clone())?,
            _ => field.value.clone(),
        })
    }

    /// The code of an app that is being set up, of one that somebody has, a used one, or none of these.
    fn code(&self, who: Who, page: &Answer, claim: &mut Claim, rng: &mut Rng) -> String {
        let now = self.now();
        let wrong = "000000".to_owned();
        if rng.percent(10) {
            return wrong;
        }
        if let Some(secret) = text_of(page, "totp-secret") {
            let seed = crate::factors::desk::seed(&usher::base::secret::Secret::new(secret.clone()));
            let code = seed.code_at(now).expose().clone();
            claim.enrols = seed.step_of(&code, now).map(|step| (secret, step));
            return code;
        }
        let Some(seed) = rng.pick(&self.people[who].seeds) else { return wrong };
        let code = seed.code_at(now).expose().clone();
        let step = seed.step_of(&code, now).unwrap_or_default();
        if step > self.people[who].last_step {
            claim.code_of = Some((who, step));
        }
        code
    }
}

/// The attempt that an address names.
fn attempt_in(path: &str) -> Option<&str> {
    path.split(['?', '&']).find_map(|part| part.strip_prefix("a="))
}
