//! Two people change one login at once: what neither of them meant stays as the other left it.

use std::sync::Arc;

use usher::{
    base::{clock::Clock, id::UserId},
    config::source_text::SourceText,
    flow::{
        admin_grant::{AdminGrantOutcome, admin_grant},
        apply::{SeedFile, apply},
        node::Node,
        unlock::{UnlockOutcome, unlock},
    },
    identity::{
        admin_role::Role,
        user::{User, UserType},
    },
    store::{self, Tx},
};

use crate::support::{engine::ENGINES, world::World};

async fn bob(tx: &mut Tx, id: UserId) -> User {
    store::user::find(tx, id).await.unwrap().unwrap()
}

/// Somebody has given Bob a title and is about to commit, while `change` is made beside.
async fn while_bob_gets_a_title<F>(world: &World, change: impl FnOnce(Arc<Node>) -> F) -> User
where
    F: Future<Output = ()> + Send + 'static,
{
    let (other, _router) = world.app.beside().await;
    let mut tx = world.app.node.db.write().await.unwrap();
    let mut user = bob(&mut tx, world.bob).await;
    user.attributes.title = Some("Head of purchasing".into());
    store::user::update(&mut tx, &user).await.unwrap();
    let changing = tokio::spawn(change(other));
    world.app.test.somebody_waits().await;
    tx.commit().await.unwrap();
    changing.await.unwrap();
    let user = bob(&mut world.app.node.db.read().await.unwrap(), world.bob).await;
    assert_eq!(user.attributes.title.as_deref(), Some("Head of purchasing"));
    user
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_x1_unlocking_writes_the_lock_and_nothing_else() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        world.block(world.bob, true).await;
        let now = world.app.clock.now();
        let user = while_bob_gets_a_title(&world, async move |node: Arc<Node>| {
            let outcome = unlock(&node.db, &*node.entropy, now, "bob").await.unwrap();
            assert_eq!(outcome, UnlockOutcome::Unlocked);
        })
        .await;
        assert!(!user.blocked, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn dec_d11_granting_a_role_writes_the_label_and_nothing_else() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let now = world.app.clock.now();
        let user = while_bob_gets_a_title(&world, async move |node: Arc<Node>| {
            let outcome = admin_grant(&node.db, &*node.entropy, now, "bob", Role::Auditor, &[]).await.unwrap();
            assert_eq!(outcome, AdminGrantOutcome::Granted);
        })
        .await;
        assert_eq!(user.user_type, UserType::Admin, "{engine:?}");
    }
}

async fn apply_text(node: &Node, text: &str) {
    let file =
        SeedFile::read(SourceText::new("seed.toml", text), node.site).unwrap_or_else(|faults| panic!("{faults}"));
    apply(node, &file, false, &|_, _| {}).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn apply_begins_again_when_somebody_changed_what_it_read() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let user = while_bob_gets_a_title(&world, async |node: Arc<Node>| {
            apply_text(&node, "[[user]]\nuserName = \"bob\"\ndisplayName = \"Robert\"\n").await;
        })
        .await;
        assert_eq!(user.attributes.display_name.as_deref(), Some("Robert"), "{engine:?}");
        // The label of a login that gets a role is written by itself, too.
        let user = while_bob_gets_a_title(&world, async |node: Arc<Node>| {
            apply_text(&node, "[[adminRole]]\nuser = \"bob\"\nrole = \"auditor\"\n").await;
        })
        .await;
        assert_eq!(user.user_type, UserType::Admin, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn writing_a_login_touches_neither_its_lock_nor_its_epoch() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let stale = bob(&mut world.app.node.db.read().await.unwrap(), world.bob).await;
        world.block(world.bob, true).await;
        world.sign_out_everywhere(world.bob).await;
        let write = async |user: &User| {
            let mut tx = world.app.node.db.write().await.unwrap();
            store::user::update(&mut tx, user).await.unwrap();
            tx.commit().await.unwrap();
            bob(&mut world.app.node.db.read().await.unwrap(), world.bob).await
        };
        let written = write(&stale).await;
        assert_eq!((written.blocked, written.epoch), (true, stale.epoch + 1), "{engine:?}");
        let off = write(&User { active: false, ..stale.clone() }).await;
        assert_eq!(off.epoch, stale.epoch + 2, "{engine:?}: switched off");
        let still_off = write(&User { active: false, ..stale.clone() }).await;
        assert_eq!(still_off.epoch, stale.epoch + 2, "{engine:?}");
        assert_eq!(write(&stale).await.epoch, stale.epoch + 2, "{engine:?}: on again");
    }
}
