//! `/api/v1/templates`: written, checked, looked at, sent, given up (inventory Q19 to Q21, M18 to M20).

use serde_json::{Value, json};

use super::{administered, call};
use crate::{
    outbox::{code_mail, drain, reset_mail, world_with},
    support::{engine::ENGINES, smtp::SmtpServer, world::World},
};

const RESET: &str = "/api/v1/templates/account.reset_password";
const CODE: &str = "/api/v1/templates/mfa.code";

async fn put(world: &World, token: &str, path: &str, body: Value) -> (u16, Value) {
    let answer = call(world, "PUT", path, token, Some(body)).await;
    (answer.status.as_u16(), answer.json())
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_q20_what_is_written_is_sent_until_it_is_given_up() {
    for engine in ENGINES {
        let server = SmtpServer::start().await;
        let world = world_with(engine, &server).await;
        let token = administered(&world).await;
        let body = json!({
            "subject": "%VendorName%: nytt lösenord",
            "text": "Hej %GivenName%!\n\n%ResetPasswordUrl%\n",
            "html": "<p onclick=\"x()\">Hej %GivenName%!</p><a href=\"%ResetPasswordUrl%\">%ResetPasswordUrl%</a>",
        });
        let (status, shown) = put(&world, &token, &format!("{RESET}?locale=sv"), body).await;
        assert_eq!((status, &shown["overrides"][0]["locale"]), (200, &json!("sv")), "{engine:?} {shown}");
        reset_mail(&world, world.anna).await;
        drain(&world).await;
        let mail = server.mails().remove(0);
        let (text, html) = (mail.part("text/plain"), mail.part("text/html"));
        assert!(text.starts_with("Hej Anna!") && text.contains("/password/reset?t=pl_"), "{text}");
        assert!(html.contains("<p>Hej Anna!</p>") && !html.contains("onclick"), "{html}");
        assert!(html.starts_with("<!doctype html>"), "in the layout of all mails");
        // Bob reads another language, which was not written.
        world.change_user(world.bob, |user| user.locale = Some("de".into())).await;
        reset_mail(&world, world.bob).await;
        drain(&world).await;
        assert!(server.mails()[1].part("text/plain").contains("Neues Passwort festlegen"), "{engine:?}");
        let gone = call(&world, "DELETE", &format!("{RESET}?locale=sv"), &token, None).await;
        assert_eq!(gone.status, 204, "{engine:?}");
        reset_mail(&world, world.anna).await;
        drain(&world).await;
        assert!(server.mails()[2].part("text/plain").contains("Välj ett nytt lösenord"), "{engine:?}");
        let again = call(&world, "DELETE", &format!("{RESET}?locale=sv"), &token, None).await;
        assert_eq!((again.status.as_u16(), &again.json()["code"]), (404, &json!("notFound")), "{engine:?}");
        let dump = world.app.dump().await;
        assert!(dump.contains("template.changed") && dump.contains("template.restored"), "{engine:?}: audited");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_q21_inv_m20_what_cannot_be_used_is_not_stored() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let token = administered(&world).await;
        for (path, body, code, member) in [
            (RESET, json!({ "html": "<p>Hello</p>" }), "missingVariable", "html"),
            (RESET, json!({ "text": "Hello" }), "missingVariable", "text"),
            (RESET, json!({ "html": "%ResetPasswordUr%" }), "unknownVariable", "html"),
            (RESET, json!({ "subject": "{{ nonsense }}" }), "unknownVariable", "subject"),
            (RESET, json!({ "html": "{% for a in b %}" }), "forbidden", "html"),
            (RESET, json!({ "html": "{{ reset_password_url" }), "syntax", "html"),
            (RESET, json!({ "html": "x".repeat(50_000) }), "tooLarge", "html"),
            (CODE, json!({ "text": "Hello" }), "missingVariable", "text"),
            (CODE, json!({ "subject": "{{ code }} is your code" }), "codeInSubject", "subject"),
            (CODE, json!({ "subject": "  " }), "emptySubject", "subject"),
        ] {
            let (status, problem) = put(&world, &token, path, body.clone()).await;
            assert_eq!((status, &problem["code"]), (400, &json!(code)), "{engine:?} {body}: {problem}");
            assert_eq!(problem["errors"][0]["member"], member, "{engine:?} {body}: {problem}");
        }
        let (_, problem) = put(&world, &token, RESET, json!({ "html": "%ResetPasswordUr%" })).await;
        assert!(problem["detail"].as_str().unwrap().contains("did you mean %ResetPasswordUrl%?"), "{problem}");
        for (path, body, code) in [
            (format!("{RESET}?locale=fi"), json!({ "subject": "a" }), "unknownLocale"),
            (RESET.to_owned(), json!({}), "empty"),
            (RESET.to_owned(), json!({ "sujet": "a" }), "invalidBody"),
            ("/api/v1/templates/my.own".to_owned(), json!({ "subject": "a" }), "unknownPurpose"),
            ("/api/v1/templates/..".to_owned() + "x", json!({ "subject": "a", "purpose": "test" }), "invalidName"),
            (RESET.to_owned(), json!({ "subject": "a", "purpose": "mfa.code" }), "unknownPurpose"),
        ] {
            let (status, problem) = put(&world, &token, &path, body.clone()).await;
            assert_eq!((status, &problem["code"]), (400, &json!(code)), "{engine:?} {path} {body}");
        }
        let form = world.app.post_raw(RESET, Some(&format!("Bearer {token}")), "text/plain", "x").await;
        assert_eq!(form.status, 405, "{engine:?}");
        let list = call(&world, "GET", "/api/v1/templates", &token, None).await.json();
        let written = list["templates"].as_array().unwrap().iter().map(|it| it["overrides"].as_array().unwrap().len());
        assert_eq!(written.sum::<usize>(), 0, "{engine:?}: nothing of it is stored");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_q19_old_names_find_the_right_template() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let token = administered(&world).await;
        let body = json!({ "html": "<a href=\"%ResetPasswordUrl%\">%ResetPasswordUrl%</a>" });
        let (status, shown) = put(&world, &token, "/api/v1/templates/Customer.UserAccount.ResetPwd", body).await;
        assert_eq!((status, &shown["name"]), (200, &json!("account.reset_password")), "{engine:?}");
        let shown = call(&world, "GET", RESET, &token, None).await.json();
        assert_eq!(shown["override"]["html"], "<a href=\"%ResetPasswordUrl%\">%ResetPasswordUrl%</a>", "{engine:?}");
        assert!(shown["default"]["html"].as_str().unwrap().contains("reset_password_url"), "{engine:?}");
        let variables = shown["variables"].as_array().unwrap();
        let url = variables.iter().find(|it| it["name"] == "reset_password_url").unwrap();
        assert_eq!((&url["alias"], &url["required"]), (&json!("%ResetPasswordUrl%"), &json!(true)), "{engine:?}");
        assert_eq!(call(&world, "GET", "/api/v1/templates/Portal.MFA", &token, None).await.json()["name"], "mfa.code");
        assert_eq!(call(&world, "GET", "/api/v1/templates/no.such", &token, None).await.status, 404, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_m17_a_template_of_another_name_is_chosen_and_a_bad_choice_changes_nothing() {
    for engine in ENGINES {
        let server = SmtpServer::start().await;
        let world = world_with(engine, &server).await;
        let token = administered(&world).await;
        let body = json!({ "purpose": "mfa.code", "text": "Min kod: {{ code }}" });
        let (status, shown) = put(&world, &token, "/api/v1/templates/my.code", body).await;
        assert_eq!((status, &shown["inUse"]), (200, &json!(false)), "{engine:?} {shown}");
        world.set("templates.mfa.code", json!("my.code")).await;
        code_mail(&world, world.anna).await;
        drain(&world).await;
        assert!(server.mails()[0].part("text/plain").starts_with("Min kod: "), "{engine:?}");
        assert!(server.mails()[0].part("text/html").contains("Din kod"), "{engine:?}: the other parts stay");
        for wrong in ["no.such.template", "account.reset_password"] {
            world.set("templates.mfa.code", json!(wrong)).await;
            let (_, code) = code_mail(&world, world.anna).await;
            drain(&world).await;
            let mail = server.mails().pop().unwrap();
            assert!(mail.part("text/plain").contains(&code), "{engine:?} {wrong}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_shows_what_is_not_stored_yet_and_stores_nothing() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let token = administered(&world).await;
        let path = format!("{RESET}/.preview");
        let plain = call(&world, "POST", &path, &token, Some(json!({ "locale": "de" }))).await.json();
        assert_eq!(
            (&plain["locale"], &plain["subject"]),
            (&json!("de"), &json!("Neues Passwort für Usher")),
            "{engine:?}"
        );
        let unsaved = json!({ "locale": "en", "sample": "admin", "html": "<b>%Username%</b> %ResetPasswordUrl%" });
        let shown = call(&world, "POST", &path, &token, Some(unsaved)).await.json();
        assert!(shown["html"].as_str().unwrap().contains("<b>anna@acme.example</b>"), "{engine:?} {shown}");
        assert!(shown["text"].as_str().unwrap().contains("An administrator sends you this link"), "{engine:?}");
        let refused = call(&world, "POST", &path, &token, Some(json!({ "html": "nothing" }))).await;
        assert_eq!((refused.status.as_u16(), &refused.json()["code"]), (400, &json!("missingVariable")), "{engine:?}");
        let refused = call(&world, "POST", &path, &token, Some(json!({ "sample": "no" }))).await;
        assert_eq!(refused.json()["code"], "unknownSample", "{engine:?}");
        assert_eq!(call(&world, "GET", RESET, &token, None).await.json()["override"], Value::Null, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_q20_a_test_mail_arrives_with_sample_data_and_no_working_link() {
    for engine in ENGINES {
        let server = SmtpServer::start().await;
        let world = world_with(engine, &server).await;
        let token = administered(&world).await;
        put(&world, &token, RESET, json!({ "subject": "Ours" })).await;
        let body = json!({ "to": "admin@acme.example", "locale": "en" });
        let answer = call(&world, "POST", &format!("{RESET}/.test"), &token, Some(body)).await;
        assert_eq!(answer.status, 202, "{engine:?} {}", answer.text());
        drain(&world).await;
        let mail = server.mails().remove(0);
        assert_eq!((mail.to[0].as_str(), mail.header("Subject")), ("admin@acme.example", vec!["Ours".to_owned()]));
        assert!(mail.part("text/plain").contains("t=sample_reset_password_url"), "{engine:?}");
        for (path, body, code) in [
            (RESET, json!({ "to": "nobody" }), "invalidAddress"),
            (RESET, json!({ "to": "a@b.example\r\nBcc: c@d.example" }), "invalidAddress"),
            ("/api/v1/templates/sms.code", json!({ "to": "a@b.example" }), "notByMail"),
        ] {
            let answer = call(&world, "POST", &format!("{path}/.test"), &token, Some(body)).await;
            assert_eq!((answer.status.as_u16(), &answer.json()["code"]), (400, &json!(code)), "{engine:?}");
        }
    }
}
