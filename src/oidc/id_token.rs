//! ID tokens (OpenID Connect Core §2; claims.md 2).

use std::time::Duration;

use aws_lc_rs::digest;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::json;

use super::{
    claims::{self, Caps, Claims, Release, Subject},
    client::SigningAlg,
    facts::Authentication,
};
use crate::base::moment::Moment;

/// Everything an ID token is made of.
#[derive(Clone, Copy, Debug)]
pub struct IdToken<'a> {
    /// `iss`, exactly the public URL.
    pub issuer: &'a str,
    /// Whom it speaks of.
    pub subject: Subject<'a>,
    /// Which claims it may tell, and to whom.
    pub release: Release<'a>,
    /// The sign-in it reports.
    pub authentication: &'a Authentication,
    /// Repeated from the authorization request; none in a refresh (D5).
    pub nonce: Option<&'a str>,
    /// The access token issued beside it, for `at_hash`.
    pub access_token: Option<&'a str>,
    /// `iat`.
    pub issued_at: Moment,
    /// `exp` - `iat`.
    pub lifetime: Duration,
}

impl IdToken<'_> {
    /// The claims to sign; `None` if the client's subjects are memberships and there is none (see [`Subject::sub`]).
    pub fn claims(&self) -> Option<Claims> {
        let client = self.release.client;
        let overflow = Caps::default().overflow(self.subject.authority, |claim| self.release.in_id_token(claim));
        let tell = |claim: &str| self.release.in_id_token(claim) && !overflow.contains(&claim);
        let mut claims = claims::collect(&self.subject, tell);
        claims::add_aliases(&mut claims, client);
        let mut set = |name: &str, value| claims.insert(name.to_owned(), value);
        set("iss", json!(self.issuer));
        set("sub", json!(self.subject.sub(client)?));
        set("aud", json!(client.id()));
        set("azp", json!(client.id()));
        set("iat", json!(self.issued_at.as_secs()));
        set("exp", json!(self.issued_at.plus(self.lifetime).as_secs()));
        set("auth_time", json!(self.authentication.auth_time.as_secs()));
        set("acr", json!(self.authentication.acr));
        set("amr", json!(self.authentication.amr));
        if let Some(sid) = self.authentication.sid {
            set("sid", json!(sid));
        }
        if let Some(nonce) = self.nonce {
            set("nonce", json!(nonce));
        }
        if let Some(token) = self.access_token {
            set("at_hash", json!(at_hash(token, client.metadata().id_token_signed_response_alg)));
        }
        if !overflow.is_empty() {
            set("authz_overflow", json!(true));
        }
        Some(claims)
    }
}

/// `at_hash`: the left half of the token's hash, with the hash of the ID token's algorithm (Core §3.1.3.6); SHA-512 for Ed25519,
/// which is what it uses inside.
pub fn at_hash(access_token: &str, alg: SigningAlg) -> String {
    let algorithm = match alg {
        SigningAlg::RS256 | SigningAlg::ES256 => &digest::SHA256,
        SigningAlg::EdDSA => &digest::SHA512,
    };
    let hash = digest::digest(algorithm, access_token.as_bytes());
    let half = hash.as_ref().split_at(hash.as_ref().len() / 2).0;
    URL_SAFE_NO_PAD.encode(half)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prot_c13_at_hash_is_the_left_half_of_the_right_hash() {
        // OpenID Connect Core, Appendix A.3.
        let token = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";
        for alg in [SigningAlg::RS256, SigningAlg::ES256] {
            assert_eq!(at_hash(token, alg), "77QmUPtjPfzWtF2AnpK9RQ");
        }
        assert_eq!(at_hash(token, SigningAlg::EdDSA).len(), 43);
    }
}
