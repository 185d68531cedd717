//! A real server process, killed between DATA and the commit.

use std::{
    process::{Child, Command, Stdio},
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sqlx::{Connection, Executor};
use usher::{
    base::{
        clock::{Clock, SystemClock},
        id::MessageId,
    },
    flow::outbox::{Desk, Letter, Recipient, enqueue},
    store::message::MessageState,
    theme::mails::Test,
};

use super::{message, user};
use crate::support::{
    engine::{ENGINES, Engine},
    smtp::{Mood, SmtpServer},
    world::World,
};

/// `usher serve` on the database of a world; killed when dropped.
struct Serving(Child);

impl Drop for Serving {
    fn drop(&mut self) {
        // SIGKILL: nothing is finished, nothing is noted.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn serve(world: &World, server: &SmtpServer, folder: &std::path::Path) -> Serving {
    let mut command = Command::new(env!("CARGO_BIN_EXE_usher"));
    command.arg("serve").current_dir(folder).env_clear();
    command.env("USHER__PUBLIC_URL", "http://localhost:8080");
    // The kernel chooses the ports: nobody asks this server anything.
    command.env("USHER__HTTP__LISTEN", "127.0.0.1:0").env("USHER__HTTP__INTERNAL_LISTEN", "127.0.0.1:0");
    command.env("USHER__DATABASE__URL", &world.app.test.url);
    command.env("USHER__KEYS__KEK", STANDARD.encode([7; 32]));
    command.env("USHER__MAIL__URL", server.url());
    Serving(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap())
}

/// Writes a message from this process, which sends nothing.
async fn write(world: &World) -> MessageId {
    let (node, anna) = (&world.app.node, user(world, world.anna).await);
    let snapshot = node.snapshot().await.unwrap();
    let to = Recipient::verified(&anna).unwrap();
    let desk = Desk { now: SystemClock.now(), ..Desk::of(node, &snapshot, node.now()) };
    let mut tx = node.db.write().await.unwrap();
    let written = enqueue(&mut tx, desk, Letter::new(&to, &Test { time: String::new() })).await.unwrap();
    tx.commit().await.unwrap();
    written.id()
}

/// Lets every claim run out.
async fn let_claims_run_out(world: &World, engine: Engine) {
    const SQL: &str = "UPDATE message SET claimed_until = 0 WHERE state = 'sending'";
    match engine {
        Engine::Sqlite => {
            let mut connection = sqlx::SqliteConnection::connect(&world.app.test.url).await.unwrap();
            connection.execute(SQL).await.map(drop).unwrap();
        }
        Engine::Postgres => {
            let mut connection = sqlx::PgConnection::connect(&world.app.test.url).await.unwrap();
            connection.execute(SQL).await.map(drop).unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_between_data_and_commit_a_mail_is_sent_twice_at_most_and_never_lost() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let server = SmtpServer::start().await;
        let folder = tempfile::tempdir().unwrap();
        server.be(Mood::Swallows);
        let id = write(&world).await;
        let first = serve(&world, &server, folder.path());
        server.wait_for(1).await;
        drop(first);
        assert_eq!(message(&world, id).await.state, MessageState::Sending, "{engine:?}: nothing was noted");
        server.be(Mood::Kind);
        let second = serve(&world, &server, folder.path());
        // Another process wrote it: it is found without a wake-up. The claim of the first keeps the other back meanwhile.
        let later = write(&world).await;
        server.wait_for(2).await;
        let_claims_run_out(&world, engine).await;
        let mails = server.wait_for(3).await;
        let ids: Vec<String> = mails.iter().flat_map(|mail| mail.header("Message-ID")).collect();
        let expected = [id, later, id].map(|id| format!("<{id}@localhost>"));
        assert_eq!(ids, expected, "{engine:?}");
        assert_eq!(mails[0].data, mails[2].data, "{engine:?}: byte for byte");
        for id in [id, later] {
            for _ in 0..500 {
                if message(&world, id).await.state == MessageState::Sent {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            assert_eq!(message(&world, id).await.state, MessageState::Sent, "{engine:?}");
        }
        drop(second);
    }
}
