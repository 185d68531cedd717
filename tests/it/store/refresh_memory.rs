//! What a refresh family remembers of its recent rotations, so that a repeat can be told from a theft (D16).

use std::time::Duration;

use usher::{
    authn::acr::Acr,
    base::{
        bearer::{self, BearerKind},
        entropy::{Entropy, SystemEntropy},
        id::{GrantId, UserId},
        moment::Moment,
    },
    identity::user::{User, UserAttributes, UserType},
    oidc::refresh::{self, Family, MAX_RECENT_LEN, Patience, RefreshDecision, RefreshError, Use},
    store::{
        Db,
        grant::{self, FirstRefresh, Grant, Rotation},
        user,
    },
};
use uuid::Uuid;

use crate::support::engine::{ENGINES, migrated};

const NOW: Moment = Moment::from_secs(1_795_200_000);
const KEY: [u8; 32] = [7; 32];

fn id() -> GrantId {
    GrantId::from(Uuid::from_u128(1))
}

fn later(secs: u64) -> Moment {
    NOW.plus(Duration::from_secs(secs))
}

fn token(generation: i64) -> String {
    refresh::derive(&KEY, id(), generation, "portal").expose().clone()
}

fn anna() -> User {
    User {
        id: UserId::from(Uuid::from_u128(7)),
        user_name: "anna".into(),
        user_type: UserType::Customer,
        locale: None,
        managed_by: None,
        active: true,
        blocked: false,
        epoch: 0,
        attributes: UserAttributes::default(),
        last_sign_in_at: None,
        created_at: NOW,
        updated_at: NOW,
    }
}

fn new_grant() -> Grant {
    Grant {
        id: id(),
        client_id: "portal".into(),
        user_id: anna().id,
        user_epoch: 0,
        client_epoch: 0,
        company_epoch: 0,
        session_id: None,
        reference_id: None,
        scope: "openid".into(),
        resources: Vec::new(),
        claims_request: None,
        nonce: None,
        redirect_uri: "https://portal.example/callback".into(),
        code_challenge: None,
        acr: Acr::Pwd,
        amr: vec!["pwd".into()],
        auth_time: NOW,
        trusted_browser: false,
        narrowable: false,
        offline: true,
        refresh_key_id: Some("k1".into()),
        generation: 0,
        recent_uses: String::new(),
        idle_expires_at: None,
        created_at: NOW,
        expires_at: later(86_400),
        code_expires_at: later(60),
        code_used_at: None,
        revoked_at: None,
    }
}

/// Stores a family with its first refresh token live.
async fn begin(db: &Db) {
    let code = bearer::mint(BearerKind::Code, id().uuid(), &SystemEntropy::default() as &dyn Entropy);
    let mut tx = db.write().await.unwrap();
    user::insert(&mut tx, &anna()).await.unwrap();
    grant::insert(&mut tx, &new_grant(), &code.hash).await.unwrap();
    let first = FirstRefresh { hash: refresh::hash(&token(1)), idle_expires_at: later(3600) };
    let presented = bearer::read(BearerKind::Code, code.value.expose()).unwrap();
    assert!(grant::redeem_code(&mut tx, &presented, "portal", &first, NOW).await.unwrap().is_some());
    tx.commit().await.unwrap();
}

async fn rotate(db: &Db, generation: i64, request: &str, now: Moment) -> Grant {
    let used = Use { generation, at: now, request: refresh::fingerprint(Some(request), &[]) };
    let rotation = Rotation {
        id: id(),
        client_id: "portal",
        generation,
        hash: &refresh::hash(&token(generation)),
        successor: &refresh::hash(&token(generation + 1)),
        used: &used,
        idle_expires_at: later(3600),
    };
    let mut tx = db.write().await.unwrap();
    let rotated = grant::rotate(&mut tx, &rotation, now).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    rotated
}

fn decide(grant: &Grant, generation: i64, request: &str, now: Moment) -> RefreshDecision {
    let family = Family {
        client_id: &grant.client_id,
        generation: grant.generation,
        recent: &grant.recent_uses,
        idle_expires_at: grant.idle_expires_at.unwrap(),
        expires_at: grant.expires_at,
        revoked: grant.revoked_at.is_some(),
    };
    let patience = Patience { grace: Duration::from_secs(10), strict: false };
    refresh::decide(generation, "portal", &refresh::fingerprint(Some(request), &[]), &family, patience, now)
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_d4_dec_d16_a_family_tells_a_repeat_from_reuse_by_what_it_remembers() {
    for engine in ENGINES {
        let test = migrated(engine).await;
        begin(&test.db).await;
        rotate(&test.db, 1, "openid", NOW).await;
        let grant = rotate(&test.db, 2, "openid email", later(6)).await;
        assert_eq!(decide(&grant, 3, "openid", later(7)), RefreshDecision::Rotate, "{engine:?}");
        // Both consumed tokens are in grace, though the first one's successor has been used as well.
        assert_eq!(decide(&grant, 2, "openid email", later(7)), RefreshDecision::RepeatSuccessor);
        assert_eq!(decide(&grant, 1, "openid", later(7)), RefreshDecision::RepeatSuccessor);
        assert_eq!(decide(&grant, 1, "openid email", later(7)), RefreshDecision::Refuse(RefreshError::OtherRequest));
        assert_eq!(decide(&grant, 1, "openid", later(11)), RefreshDecision::Reuse);
        assert_eq!(decide(&grant, 2, "openid email", later(11)), RefreshDecision::RepeatSuccessor);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_s13_what_a_family_remembers_is_bounded() {
    for engine in ENGINES {
        let test = migrated(engine).await;
        begin(&test.db).await;
        let mut last = None;
        for generation in 1..=40 {
            last = Some(rotate(&test.db, generation, "openid", NOW).await);
        }
        let grant = last.unwrap();
        assert_eq!(grant.recent_uses.len(), MAX_RECENT_LEN, "{engine:?}");
        assert_eq!(decide(&grant, 20, "openid", NOW), RefreshDecision::RepeatSuccessor);
        assert_eq!(decide(&grant, 1, "openid", NOW), RefreshDecision::Reuse);
    }
}
