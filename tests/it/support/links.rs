//! Links that an administrator hands out.

use std::time::Duration;

use serde_json::json;
use usher::{
    base::{bearer::mint, id::LinkId},
    flow::admin_link::{AdminLinkOutcome, admin_link},
    store::{
        self,
        link::{LinkPurpose, NewLink},
    },
};

use super::{
    app::TestApp,
    browser::{Answer, Browser},
    world::World,
};

impl TestApp {
    /// Where `usher admin link USER` leads.
    pub async fn password_link(&self, user: &str) -> String {
        match admin_link(&self.node.db, &*self.node.entropy, self.node.now(), Some(user)).await.unwrap() {
            AdminLinkOutcome::Password(link) => format!("/password/reset?t={}", link.token.expose()),
            _ => panic!("no link for {user}"),
        }
    }

    /// Where `usher admin link` leads.
    pub async fn setup_link(&self) -> String {
        match admin_link(&self.node.db, &*self.node.entropy, self.node.now(), None).await.unwrap() {
            AdminLinkOutcome::Setup(link) => format!("/setup?t={}", link.token.expose()),
            _ => panic!("there is an administrator"),
        }
    }

    /// Sets somebody's password by a link, in a browser of its own.
    pub async fn set_password(&self, user: &str, password: &str) {
        let mut browser = self.browser();
        let page = browser.go(&self.password_link(user).await).await;
        let saved = type_password(&mut browser, &page, password).await;
        assert!(saved.text().contains("Your password is saved"), "{}", saved.text());
    }
}

impl World {
    /// Makes a login at ACME without a password, with a membership that waits, and the path of an invitation to it.
    pub async fn invitation_link(&self, name: &str) -> String {
        let (app, now) = (&self.app, self.app.node.now());
        let id = self.person(name).await;
        let reference = self.membership(self.acme, id).await;
        self.change_reference(self.acme, id, |it| it.accepted_at = None).await;
        app.test.run(&format!("DELETE FROM password WHERE user_id = '{}'", id.text())).await;
        let link = LinkId::new(&*app.node.entropy, now);
        let minted = mint(LinkPurpose::Invite.kind(), link.uuid(), &*app.node.entropy);
        let detail = json!({ "reference": reference.text(), "email": name });
        let new = NewLink {
            id: link,
            hash: &minted.hash,
            purpose: LinkPurpose::Invite,
            user: Some(id),
            detail: detail.as_object().unwrap(),
            now,
            expires_at: now.plus(Duration::from_secs(3600)),
        };
        let mut tx = app.node.db.write().await.unwrap();
        store::link::store(&mut tx, &new).await.unwrap();
        tx.commit().await.unwrap();
        format!("/invite?t={}", minted.value.expose())
    }
}

/// Sends the form of `/password/reset`.
pub async fn type_password(browser: &mut Browser, page: &Answer, password: &str) -> Answer {
    browser.submit(page, "id=\"new_password\"", &[("new_password", password)]).await
}
