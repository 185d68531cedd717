//! What introspection and UserInfo answered lately, by the hash of the token: until it expires or anything changes
//! that tokens depend on (performance.md 5, 10).

use moka::sync::Cache;

use crate::base::moment::Moment;

/// Answers kept at most. An answer is a few hundred bytes.
const CAPACITY: u64 = 16_384;

/// The kind of answer; one token may have both.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum AnswerKind {
    /// Introspection, for one caller.
    Introspection,
    /// UserInfo.
    UserInfo,
}

#[derive(Clone)]
struct Known {
    generation: i64,
    expires_at: Moment,
    body: Body,
}

/// A body, shared and not copied.
pub type Body = bytes::Bytes;

/// A bounded memory of answers.
pub(super) struct KnownTokens(Cache<[u8; 32], Known>);

impl Default for KnownTokens {
    fn default() -> Self {
        Self(Cache::new(CAPACITY))
    }
}

/// The name of an answer: what was asked, by whom, about which token.
pub fn key(kind: AnswerKind, caller: &str, token: &str) -> [u8; 32] {
    use aws_lc_rs::digest::{Context, SHA256};
    let mut context = Context::new(&SHA256);
    context.update(&[kind as u8]);
    context.update(caller.as_bytes());
    context.update(&[0]);
    context.update(token.as_bytes());
    let mut name = [0; 32];
    name.copy_from_slice(context.finish().as_ref());
    name
}

impl KnownTokens {
    /// The answer given before, if nothing has changed since and the token still lives.
    pub(super) fn get(&self, key: &[u8; 32], generation: i64, now: Moment) -> Option<Body> {
        self.0.get(key).filter(|known| known.generation == generation && known.expires_at > now).map(|known| known.body)
    }

    /// Remembers an answer that was worked out while `generation` was current.
    pub(super) fn put(&self, key: [u8; 32], generation: i64, expires_at: Moment, body: Body) {
        self.0.insert(key, Known { generation, expires_at, body });
    }
}
