//! What a file may demand depends on what the site can send (inventory M3, M4).

use usher::config::settings::Site;

use super::{applied, refused};
use crate::support::{
    app::{self, TestApp},
    engine::ENGINES,
};

#[tokio::test(flavor = "multi_thread")]
async fn inv_m3_inv_m4_codes_that_nobody_carries_are_refused() {
    for engine in ENGINES {
        let local = TestApp::new(engine).await;
        let (db, clock) = (local.test.db.clone(), local.clock.clone());
        let public = app::node(db, clock, "https://login.acme.example", Site::Public).await;
        let mail = "\"mail.url\" = \"smtp://mail.acme.example\"\n";
        let sms = "\"sms.provider\" = \"webhook\"\n\"sms.webhook_url\" = \"https://sms.example/\"\n\
                   \"sms.auth_token\" = \"a-secret-of-the-provider\"\n";
        let methods = |methods: &str, more: &str| format!("[settings]\n\"mfa.methods\" = {methods}\n{more}");
        let (no_mail, no_sms) = ("codes by e-mail need a mail server", "codes by SMS need a provider");
        for (text, fault) in [
            (methods("[\"totp\", \"email\"]", ""), no_mail),
            (methods("[\"totp\", \"sms\"]", mail), no_sms),
            (methods("[\"sms\"]", "\"sms.provider\" = \"log\"\n"), no_sms),
            ("[settings]\n\"portal/enableMFA\" = true\n".to_owned(), no_mail),
            ("[[customer]]\ncode = \"ACME\"\nmfaPolicy = { methods = [\"email\"] }\n".to_owned(), no_mail),
        ] {
            let said = refused(&public, &text).await;
            assert!(said.starts_with(fault), "{engine:?} {text} {said}");
        }
        // Where nothing leaves the machine they are captured; elsewhere the file may bring the carrier, before or after.
        applied(&local.node, &methods("[\"totp\", \"email\", \"sms\"]", "")).await;
        applied(&public, &methods("[\"totp\", \"email\", \"sms\"]", &format!("{mail}{sms}"))).await;
    }
}
