//! The id under which a request is found in the logs, and which a person can quote.

use std::fmt;

use crate::base::entropy::Entropy;

/// Lower-case letters and digits without `i`, `l`, `o` and `u`, which are misread or make words.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const LENGTH: usize = 16;

tokio::task_local! {
    static CURRENT: RequestId;
}

/// Sixteen characters, 80 random bits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct RequestId([u8; LENGTH]);

impl RequestId {
    /// A new id.
    pub fn new(entropy: &dyn Entropy) -> Self {
        // A byte is used for five bits: simpler than packing, and the generator is fast.
        Self(entropy.bytes::<LENGTH>().map(|byte| ALPHABET.get(usize::from(byte % 32)).copied().unwrap_or(b'0')))
    }

    /// The id of the request that this task serves; `None` in jobs and commands.
    pub fn current() -> Option<Self> {
        CURRENT.try_with(|id| *id).ok()
    }

    /// Runs `work` as the request with this id: what it logs carries the id.
    pub async fn scope<T>(self, work: impl Future<Output = T>) -> T {
        CURRENT.scope(self, work).await
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::entropy::SystemEntropy;

    #[tokio::test]
    async fn a_task_knows_the_request_it_serves() {
        let id = RequestId::new(&SystemEntropy::default());
        assert_eq!(id.as_str().len(), 16);
        assert_ne!(id, RequestId::new(&SystemEntropy::default()));
        assert_eq!(RequestId::current(), None);
        assert_eq!(id.scope(async { RequestId::current() }).await, Some(id));
    }
}
