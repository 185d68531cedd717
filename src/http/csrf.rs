//! Forged forms (security.md S3). Three checks on every unsafe request to our own pages: where it comes from, a token
//! in the form, and `SameSite` on the cookies.

use aws_lc_rs::hmac;
use axum::http::{HeaderMap, HeaderName, Method, header};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::base::entropy::Entropy;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const NONCE: usize = 16;

/// Whether a request of `method` with `headers` was sent by a page of ours; safe methods change nothing and pass.
///
/// `Sec-Fetch-Site` must be `same-origin` where the browser sends it, and `Origin` must be ours where it is sent or
/// where nothing else speaks for the request. `null` is nobody's origin.
pub fn is_same_origin(method: &Method, headers: &HeaderMap, origin: &str) -> bool {
    if method.is_safe() {
        return true;
    }
    let own_origin = headers.get(header::ORIGIN).map(|sent| sent.as_bytes() == origin.as_bytes());
    match headers.get(SEC_FETCH_SITE) {
        Some(site) => site.as_bytes() == b"same-origin" && own_origin != Some(false),
        None => own_origin == Some(true),
    }
}

/// What a form belongs to: the form of another browser, user or attempt is refused.
#[derive(Clone, Copy, Debug)]
pub enum FormOwner<'a> {
    /// Somebody is signed in: the session's id, which changes when the person or the assurance does.
    Session(&'a str),
    /// Nobody is: the id of this browser's flow.
    Flow(&'a str),
}

/// A token for the hidden field of the form `form` (a fixed name such as `"signin"`), new each time it is rendered.
pub fn form_token(key: &[u8; 32], owner: FormOwner<'_>, form: &str, entropy: &dyn Entropy) -> String {
    let nonce = entropy.bytes::<NONCE>();
    let tag = hmac::sign(&hmac_key(key), &message(owner, form, &nonce));
    URL_SAFE_NO_PAD.encode([nonce.as_slice(), tag.as_ref()].concat())
}

/// Whether `token` was made by [`form_token`] for the same owner and form; compared in constant time.
pub fn is_form_token(key: &[u8; 32], owner: FormOwner<'_>, form: &str, token: &str) -> bool {
    let Ok(bytes) = URL_SAFE_NO_PAD.decode(token) else { return false };
    let Some((nonce, tag)) = bytes.split_first_chunk::<NONCE>() else { return false };
    hmac::verify(&hmac_key(key), &message(owner, form, nonce), tag).is_ok()
}

fn hmac_key(key: &[u8; 32]) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, key)
}

/// Owner, form and nonce with lengths, so that no two of them can be read as another three.
fn message(owner: FormOwner<'_>, form: &str, nonce: &[u8; NONCE]) -> Vec<u8> {
    let (kind, id) = match owner {
        FormOwner::Session(id) => (b's', id),
        FormOwner::Flow(id) => (b'f', id),
    };
    let mut message = vec![kind];
    for part in [id.as_bytes(), form.as_bytes(), nonce] {
        message.extend_from_slice(&(part.len() as u64).to_be_bytes());
        message.extend_from_slice(part);
    }
    message
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::entropy::SystemEntropy;

    const ISSUER: &str = "https://login.example";
    const KEY: [u8; 32] = [7; 32];

    fn passes(headers: &[(HeaderName, &str)]) -> bool {
        let headers = headers.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect();
        is_same_origin(&Method::POST, &headers, ISSUER)
    }

    #[test]
    fn sec_q89_only_our_own_pages_may_post() {
        let site = |value| (SEC_FETCH_SITE, value);
        let origin = |value| (header::ORIGIN, value);
        for accepted in [
            vec![site("same-origin")],
            vec![site("same-origin"), origin(ISSUER)],
            // An older browser, or a plain-http host: no fetch metadata.
            vec![origin(ISSUER)],
        ] {
            assert!(passes(&accepted), "{accepted:?}");
        }
        for refused in [
            vec![],
            vec![site("cross-site")],
            vec![site("same-site")],
            vec![site("none")],
            vec![site("same-origin, cross-site")],
            vec![site("cross-site"), origin(ISSUER)],
            vec![site("same-origin"), origin("null")],
            vec![site("same-origin"), origin("https://evil.example")],
            vec![origin("null")],
            vec![origin("")],
            vec![origin("https://evil.example")],
            vec![origin("http://login.example")],
            vec![origin("https://login.example:444")],
            vec![origin("https://login.example.evil.example")],
            vec![origin("https://login.example/")],
            vec![(header::REFERER, "https://login.example/signin")],
        ] {
            assert!(!passes(&refused), "{refused:?}");
        }
    }

    #[test]
    fn safe_methods_need_no_proof() {
        let foreign: HeaderMap = [(SEC_FETCH_SITE, "cross-site".parse().unwrap())].into_iter().collect();
        for (method, passes) in
            [(Method::GET, true), (Method::HEAD, true), (Method::PUT, false), (Method::DELETE, false)]
        {
            assert_eq!(is_same_origin(&method, &foreign, ISSUER), passes, "{method}");
        }
    }

    #[test]
    fn sec_q89_a_token_fits_its_own_form_only() {
        let entropy = SystemEntropy::default();
        let owner = FormOwner::Flow("flow-1");
        let token = form_token(&KEY, owner, "signin", &entropy);
        assert!(is_form_token(&KEY, owner, "signin", &token));
        assert_ne!(token, form_token(&KEY, owner, "signin", &entropy), "each rendering has its own");
        for (key, owner, form) in [
            (KEY, FormOwner::Flow("flow-2"), "signin"),
            (KEY, FormOwner::Session("flow-1"), "signin"),
            (KEY, FormOwner::Flow("flow-1"), "consent"),
            (KEY, FormOwner::Flow("flow-1s"), "ignin"),
            ([8; 32], FormOwner::Flow("flow-1"), "signin"),
        ] {
            assert!(!is_form_token(&key, owner, form, &token), "{owner:?} {form}");
        }
    }

    #[test]
    fn sec_q89_a_damaged_token_is_none() {
        let owner = FormOwner::Session("s");
        let token = form_token(&KEY, owner, "f", &SystemEntropy::default());
        let reversed: String = token.chars().rev().collect();
        let shorter: String = token.chars().skip(1).collect();
        for broken in ["", "AAAA", &shorter, &reversed, &format!("{token}="), &format!("{token}AA"), "ü"] {
            assert!(!is_form_token(&KEY, owner, "f", broken), "{broken}");
        }
    }
}
