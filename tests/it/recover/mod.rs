//! Getting in for the first time, getting back in, and a new password (security.md S9).

mod admin;
mod alike;
mod change;
mod forgot;
mod invite;
mod race;

use usher::{
    base::id::{CustomerId, ReferenceId, UserId},
    flow::errands,
    identity::{
        reference::{Reference, ReferenceStatus},
        user::{Credentials, UserStatus},
    },
    store,
};

use crate::{
    outbox::{drain, user, world_with},
    support::{
        browser::{Answer, Browser},
        engine::Engine,
        portal::{authorize, code_of},
        smtp::{Mail, SmtpServer},
        world::World,
    },
};

/// A good password that is nobody's yet.
pub const NEW: &str = "vexing-marsh-lantern-09";

/// A vendor whose mail goes to a server.
pub struct Post {
    pub world: World,
    pub server: SmtpServer,
}

impl Post {
    pub async fn new(engine: Engine) -> Self {
        let server = SmtpServer::start().await;
        Self { world: world_with(engine, &server).await, server }
    }

    /// Does what waits and sends what is due; the mails that came since the last time.
    pub async fn settle(&self) -> Vec<Mail> {
        let before = self.server.mails().len();
        errands::run(&self.world.app.node).await.unwrap();
        drain(&self.world).await;
        self.server.mails().split_off(before)
    }

    /// The one mail that came.
    pub async fn mail(&self) -> Mail {
        let mails = self.settle().await;
        assert_eq!(mails.len(), 1, "{mails:?}");
        mails.into_iter().next().unwrap()
    }

    /// Asks for a new password in a browser of its own, and the path of the link that was mailed.
    pub async fn reset_link(&self, name: &str) -> String {
        ask(&mut self.world.app.browser(), name).await;
        path(&self.mail().await.link("/password/reset"))
    }

    /// Somebody at ACME who was made a login a moment ago: no password, an address that nobody proved, and a membership
    /// that waits.
    pub async fn invited(&self, name: &str) -> (UserId, ReferenceId) {
        let (world, now) = (&self.world, self.world.app.node.now());
        let id = world.person(name).await;
        world.change_user(id, |user| user.attributes.emails.iter_mut().for_each(|it| it.verified = false)).await;
        let reference = world.membership(world.acme, id).await;
        world.change_reference(world.acme, id, |it| it.accepted_at = None).await;
        world.app.test.run(&format!("DELETE FROM password WHERE user_id = '{}'", id.text())).await;
        let _ = now;
        (id, reference)
    }

    /// Somebody's membership.
    pub async fn membership(&self, customer: CustomerId, id: UserId) -> Reference {
        let mut tx = self.world.app.node.db.read().await.unwrap();
        store::reference::find_by_user(&mut tx, customer, id).await.unwrap().unwrap()
    }

    pub async fn reference_status(&self, id: UserId) -> ReferenceStatus {
        self.membership(self.world.acme, id).await.status()
    }

    pub async fn status(&self, id: UserId) -> UserStatus {
        let mut tx = self.world.app.node.db.read().await.unwrap();
        let usable = store::password::find(&mut tx, id).await.unwrap().is_some();
        let user = store::user::find(&mut tx, id).await.unwrap().unwrap();
        user.status(Credentials { usable, locked_until: None }, self.world.app.node.now())
    }

    /// Whether somebody signs in with this password in a browser that nobody knows.
    pub async fn opens(&self, name: &str, password: &str) -> bool {
        let mut browser = self.world.app.browser();
        let page = browser.go(&authorize(&[])).await;
        let answer = browser.sign_in(&page, name, password).await;
        answer.location().is_some() && !code_of(&answer).is_empty()
    }

    /// Whether an address of somebody is proved.
    pub async fn is_verified(&self, id: UserId) -> bool {
        user(&self.world, id).await.attributes.emails.iter().all(|email| email.verified)
    }
}

/// The path and query of a link that was mailed.
pub fn path(link: &str) -> String {
    link.strip_prefix("http://localhost:8080").unwrap().to_owned()
}

/// Asks for a new password; the page that says what happens next.
pub async fn ask(browser: &mut Browser, name: &str) -> Answer {
    let page = browser.go("/password/forgot").await;
    browser.submit(&page, "id=\"forgot-submit\"", &[("username", name)]).await
}

/// Looks at a link as a mail scanner does: several times, with HEAD too, and without cookies.
pub async fn scan(world: &World, link: &str) {
    for method in ["GET", "HEAD", "GET", "GET"] {
        let mut browser = world.app.browser();
        let request = axum::http::Request::builder().method(method).uri(link).body(axum::body::Body::empty());
        let answer = browser.send(request.unwrap()).await;
        assert!(browser.follow(answer).await.status.is_success(), "{method}");
    }
}
