//! Links that an administrator hands out.

use usher::flow::admin_link::{AdminLinkOutcome, admin_link};

use super::{
    app::TestApp,
    browser::{Answer, Browser},
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

/// Sends the form of `/password/reset`.
pub async fn type_password(browser: &mut Browser, page: &Answer, password: &str) -> Answer {
    browser.submit(page, "id=\"new_password\"", &[("new_password", password)]).await
}
