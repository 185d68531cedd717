//! What this machine can do at most: the same libraries with nothing around them. Measured in the same run, on the
//! server's core, so that a ratio says something about Usher and not about the machine.

use std::{
    hint::black_box,
    net::SocketAddr,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use argon2::{Algorithm, Argon2, Block, Params, Version};
use aws_lc_rs::{
    rand::SystemRandom,
    rsa::KeySize,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, RSA_PKCS1_SHA256, RsaKeyPair},
};
use axum::{Json, Router, routing::get};
use serde_json::json;
use sqlx::{Connection as _, SqliteConnection, sqlite::SqliteConnectOptions};

/// About the size of an access token's signing input.
const SIGNING_INPUT: &[u8] = &[b'x'; 700];

/// Signatures per second of one thread, by JOSE algorithm.
pub fn signatures(algorithm: &str, length: Duration) -> f64 {
    let random = SystemRandom::new();
    match algorithm {
        "RS256" => {
            let key = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
            let mut signature = vec![0; key.public_modulus_len()];
            per_second(length, || key.sign(&RSA_PKCS1_SHA256, &random, SIGNING_INPUT, &mut signature).unwrap())
        }
        "ES256" => {
            let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
            per_second(length, || {
                black_box(key.sign(&random, SIGNING_INPUT).unwrap());
            })
        }
        "EdDSA" => {
            let key = Ed25519KeyPair::generate().unwrap();
            per_second(length, || {
                black_box(key.sign(SIGNING_INPUT));
            })
        }
        other => panic!("no such algorithm: {other}"),
    }
}

fn per_second(length: Duration, mut work: impl FnMut()) -> f64 {
    let (began, mut done) = (Instant::now(), 0_u64);
    while began.elapsed() < length {
        work();
        done += 1;
    }
    done as f64 / began.elapsed().as_secs_f64()
}

/// Argon2id hashes per second on all cores with the parameters of a default installation, memory reused.
pub fn hashes(length: Duration) -> f64 {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let runs: Vec<_> = (0..threads).map(|_| thread::spawn(move || hashes_of_one_thread(length))).collect();
    runs.into_iter().map(|run| run.join().unwrap()).sum()
}

fn hashes_of_one_thread(length: Duration) -> f64 {
    let params = Params::new(19_456, 2, 1, Some(32)).unwrap();
    let mut memory = vec![Block::default(); params.block_count()];
    let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut hash = [0; 32];
    per_second(length, || {
        hasher
            .hash_password_into_with_memory(b"violet anchor 71 meadow", b"sixteen bytes ..", &mut hash, &mut memory)
            .unwrap();
    })
}

/// Durable commits per second, one by one: SQLite in WAL mode with `synchronous=FULL`, on the disk of `folder`.
pub async fn commits(folder: &Path, length: Duration) -> f64 {
    let file = folder.join("limit.db");
    let options = SqliteConnectOptions::new().filename(&file).create_if_missing(true);
    let mut database = SqliteConnection::connect_with(&options).await.unwrap();
    let setup = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)";
    sqlx::raw_sql(setup).execute(&mut database).await.unwrap();
    let (began, mut done) = (Instant::now(), 0_u64);
    while began.elapsed() < length {
        let insert = "BEGIN IMMEDIATE; INSERT INTO t (v) VALUES ('a row of the size of a refresh token'); COMMIT";
        sqlx::raw_sql(insert).execute(&mut database).await.unwrap();
        done += 1;
    }
    let rate = done as f64 / began.elapsed().as_secs_f64();
    database.close().await.unwrap();
    for suffix in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(folder.join(format!("limit.db{suffix}")));
    }
    rate
}

/// Serves one tiny JSON document until it is killed: what axum does on this core when there is nothing to do.
pub async fn serve_tiny_json(address: SocketAddr) {
    let router = Router::new().route("/", get(|| async { Json(json!({ "active": true })) }));
    let listener = tokio::net::TcpListener::bind(address).await.unwrap();
    axum::serve(listener, router).await.unwrap();
}
