//! Codes by mail and SMS, as far as the database has a part in them (D14, D28; inventory M8, M22, M25).

use usher::{
    authn::{
        acr::Acr,
        one_time_code::{Channel, CodePurpose},
    },
    flow::factors::verify::{Answer, FactorVerdict},
    store,
};

use super::desk::Desk;
use crate::support::engine::ENGINES;

const CODE: &str = "042917";

fn mail(typed: &str) -> Answer<'_> {
    Answer::Code { channel: Channel::Email, purpose: CodePurpose::SecondFactor, about: "", typed }
}

fn sms(typed: &str) -> Answer<'_> {
    Answer::Code { channel: Channel::Sms, purpose: CodePurpose::SecondFactor, about: "", typed }
}

#[tokio::test]
async fn inv_m25_a_code_by_mail_makes_2sv_and_one_by_sms_mfa() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let anna = desk.world.anna;
        for (channel, answer, acr, amr) in [
            (Channel::Email, mail(CODE), Acr::TwoStep, "pwd otp"),
            (Channel::Sms, sms(" 042 917 "), Acr::Mfa, "pwd sms mfa"),
        ] {
            let session = desk.session(anna).await;
            let flow = desk.attempt();
            desk.send(anna, flow, channel, CODE).await;
            let FactorVerdict::Proved(proved) = desk.verify(anna, flow, answer).await else { panic!("{engine:?}") };
            let raised = desk.raise(proved, session.id).await;
            assert_eq!((raised.acr, raised.amr.join(" ")), (acr, amr.to_owned()), "{engine:?}");
            assert_eq!(desk.tries(anna, flow, answer).await, "gone", "{engine:?}: once");
        }
    }
}

#[tokio::test]
async fn inv_m8_a_code_works_in_its_flow_for_its_user_purpose_and_channel_only() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let (anna, bob) = (desk.world.anna, desk.world.bob);
        let (flow, other) = (desk.attempt(), desk.attempt());
        desk.send(anna, flow, Channel::Email, CODE).await;
        assert_eq!(desk.tries(anna, other, mail(CODE)).await, "gone", "{engine:?}: another flow");
        assert_eq!(desk.tries(bob, flow, mail(CODE)).await, "gone", "{engine:?}: another user");
        assert_eq!(desk.tries(anna, flow, sms(CODE)).await, "gone", "{engine:?}: another channel");
        let purpose =
            Answer::Code { channel: Channel::Email, purpose: CodePurpose::VerifyEmail, about: "", typed: CODE };
        assert_eq!(desk.tries(anna, flow, purpose).await, "gone", "{engine:?}: another purpose");
        assert_eq!(desk.tries(anna, flow, mail(CODE)).await, "proved", "{engine:?}");
        // Even a row moved to another flow is worth nothing there: the flow is part of what was hashed.
        desk.send(anna, flow, Channel::Email, CODE).await;
        desk.execute(&format!("UPDATE one_time_code SET flow = '{}' WHERE used_at IS NULL", other.text())).await;
        assert_eq!(desk.tries(anna, other, mail(CODE)).await, "wrong", "{engine:?}");
    }
}

#[tokio::test]
async fn an_address_is_verified_by_the_code_that_went_to_it() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let anna = desk.world.anna;
        let flow = desk.attempt();
        let purpose = CodePurpose::VerifyEmail;
        let answer = |about| Answer::Code { channel: Channel::Email, purpose, about, typed: CODE };
        desk.send_for(anna, flow, Channel::Email, purpose, "new@acme.example", CODE).await;
        assert_eq!(desk.tries(anna, flow, answer("other@acme.example")).await, "wrong", "{engine:?}");
        assert_eq!(desk.tries(anna, flow, answer("new@acme.example")).await, "proved", "{engine:?}");
    }
}

#[tokio::test]
async fn inv_m22_a_code_by_mail_lives_ten_minutes_and_one_by_sms_five() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let anna = desk.world.anna;
        for (channel, life) in [(Channel::Email, 600), (Channel::Sms, 300)] {
            let answer = if channel == Channel::Email { mail(CODE) } else { sms(CODE) };
            let flow = desk.attempt();
            let until = desk.send(anna, flow, channel, CODE).await;
            assert_eq!(until.since(desk.now()).as_secs(), life, "{engine:?}");
            desk.wait(life - 1);
            assert_eq!(desk.tries(anna, flow, answer).await, "proved", "{engine:?}");
            desk.send(anna, flow, channel, CODE).await;
            desk.wait(life);
            assert_eq!(desk.tries(anna, flow, answer).await, "gone", "{engine:?}: too late");
        }
    }
}

#[tokio::test]
async fn dec_d28_five_tries_and_a_new_code_kills_the_old() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let (anna, flow) = (desk.world.anna, desk.attempt());
        desk.send(anna, flow, Channel::Email, CODE).await;
        desk.send(anna, flow, Channel::Email, "111111").await;
        assert_eq!(desk.tries(anna, flow, mail(CODE)).await, "wrong", "{engine:?}: the old one");
        for typed in ["000000", "000001", "000002"] {
            assert_eq!(desk.tries(anna, flow, mail(typed)).await, "wrong", "{engine:?}");
        }
        // What is no code costs the code no try.
        let mut tx = desk.node().db.write().await.unwrap();
        store::lockout::unlock_factors(&mut tx, anna).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(desk.tries(anna, flow, mail("12345")).await, "wrong", "{engine:?}");
        assert_eq!(desk.tries(anna, flow, mail("111111")).await, "proved", "{engine:?}: the fifth try");
        desk.send(anna, flow, Channel::Email, "222222").await;
        for round in 0..5 {
            let mut tx = desk.node().db.write().await.unwrap();
            store::lockout::unlock_factors(&mut tx, anna).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(desk.tries(anna, flow, mail("000000")).await, "wrong", "{engine:?} {round}");
        }
        assert_eq!(desk.tries(anna, flow, mail("222222")).await, "gone", "{engine:?}: the sixth try");
    }
}

#[tokio::test]
async fn sec_s1_a_code_is_kept_as_a_mac_and_goes_with_a_new_password() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let (anna, flow) = (desk.world.anna, desk.attempt());
        desk.send(anna, flow, Channel::Email, CODE).await;
        assert!(!desk.world.app.dump().await.contains(CODE), "{engine:?}");
        let mut tx = desk.node().db.write().await.unwrap();
        store::factor::end_begun(&mut tx, anna, desk.now()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(desk.tries(anna, flow, mail(CODE)).await, "gone", "{engine:?}");
    }
}
