//! Request parameters, as a query or a form body carries them (RFC 6749 §3.1, §3.2, Appendix B).

use std::fmt;

use percent_encoding::percent_decode;

use super::error::{ErrorCode, OAuthError};

/// The largest form body or query, in bytes (protocol.md Q).
pub const MAX_BYTES: usize = 64 * 1024;

/// More parameters than this are nobody's request; it also bounds the search for duplicates.
const MAX_PARAMETERS: usize = 100;

/// Parameters whose length is limited, in bytes after decoding (protocol.md Q, A21).
const MAX_LENGTHS: [(&str, usize); 12] = [
    ("state", 4096),
    ("redirect_uri", 2048),
    ("client_id", 255),
    ("client_secret", 1024),
    ("nonce", 4096),
    ("scope", 4096),
    // What is kept while somebody signs in.
    ("claims", 8192),
    ("id_token_hint", 8192),
    ("login_hint", 512),
    ("acr_values", 512),
    ("ui_locales", 512),
    ("claims_locales", 512),
];

/// Parameters that may be sent more than once (RFC 8707 §2).
const REPEATABLE: [&str; 1] = ["resource"];

/// Decoded parameters. An empty value counts as absent, an unknown name as nothing at all.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Params(Vec<(String, String)>);

/// Why a request's parameters cannot be used.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ParamsError {
    /// The whole exceeds [`MAX_BYTES`].
    #[error("the request is too large")]
    TooLarge,
    /// More than a hundred parameters.
    #[error("the request has too many parameters")]
    TooMany,
    /// Bytes that are not UTF-8.
    #[error("the request is not UTF-8")]
    NotUtf8,
    /// A NUL character, which no column stores.
    #[error("the request holds a NUL character")]
    Nul,
    /// A parameter that may appear once appears twice.
    #[error("the parameter {0} is repeated")]
    Repeated(String),
    /// A parameter longer than its limit.
    #[error("the parameter {0} is too long")]
    TooLong(String),
}

impl From<ParamsError> for OAuthError {
    fn from(error: ParamsError) -> Self {
        let status = if error == ParamsError::TooLarge { 413 } else { 400 };
        Self::new(ErrorCode::InvalidRequest, error.to_string()).with_status(status)
    }
}

impl Params {
    /// Reads an `application/x-www-form-urlencoded` text; any fault refuses the request as a whole.
    pub fn parse(raw: &[u8]) -> Result<Self, ParamsError> {
        match Self::parse_redirectable(raw)? {
            (params, None) => Ok(params),
            (_, Some(fault)) => Err(fault),
        }
    }

    /// Reads the parameters of a request that is answered by a redirect: a repeated or oversized parameter is left out and reported
    /// beside the rest, because `redirect_uri` and `state` may still be good enough to tell the client.
    pub fn parse_redirectable(raw: &[u8]) -> Result<(Self, Option<ParamsError>), ParamsError> {
        if raw.len() > MAX_BYTES {
            return Err(ParamsError::TooLarge);
        }
        let mut pairs: Vec<(String, String)> = Vec::new();
        let mut faulty: Vec<String> = Vec::new();
        let mut fault = None;
        for (index, part) in raw.split(|b| *b == b'&').filter(|part| !part.is_empty()).enumerate() {
            if index >= MAX_PARAMETERS {
                return Err(ParamsError::TooMany);
            }
            let (name, value) = split(part);
            let (name, value) = (decode(name)?, decode(value)?);
            if name.is_empty() || value.is_empty() {
                continue;
            }
            let found = if too_long(&name, &value) {
                Some(ParamsError::TooLong(name.clone()))
            } else if !REPEATABLE.contains(&name.as_str()) && pairs.iter().any(|(known, _)| *known == name) {
                Some(ParamsError::Repeated(name.clone()))
            } else {
                None
            };
            match found {
                Some(found) => {
                    fault.get_or_insert(found);
                    faulty.push(name);
                }
                None => pairs.push((name, value)),
            }
        }
        pairs.retain(|(name, _)| !faulty.contains(name));
        Ok((Self(pairs), fault))
    }

    /// The value of `name`; `None` if it is absent or empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Every value of a repeatable parameter, in the order sent.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The value of `name`, or `invalid_request` naming what is missing.
    pub fn require(&self, name: &'static str) -> Result<&str, OAuthError> {
        self.get(name)
            .ok_or_else(|| OAuthError::new(ErrorCode::InvalidRequest, format!("the parameter {name} is missing")))
    }
}

impl fmt::Debug for Params {
    /// Names only: values are passwords, codes and tokens.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Params {
    /// From pairs that are already decoded; empty values are left out.
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        let pairs = pairs.into_iter().map(|(name, value)| (name.into(), value.into()));
        Self(pairs.filter(|(_, value): &(String, String)| !value.is_empty()).collect())
    }
}

fn split(part: &[u8]) -> (&[u8], &[u8]) {
    let mut halves = part.splitn(2, |b| *b == b'=');
    (halves.next().unwrap_or_default(), halves.next().unwrap_or_default())
}

fn too_long(name: &str, value: &str) -> bool {
    MAX_LENGTHS.iter().any(|(limited, max)| *limited == name && value.len() > *max)
}

/// Form decoding (RFC 6749 Appendix B): `+` is a space, `%XX` a byte, the result strictly UTF-8 and free of NUL.
pub fn decode(raw: &[u8]) -> Result<String, ParamsError> {
    let spaced: Vec<u8> = raw.iter().map(|b| if *b == b'+' { b' ' } else { *b }).collect();
    let text = percent_decode(&spaced).decode_utf8().map_err(|_| ParamsError::NotUtf8)?;
    if text.contains('\0') { Err(ParamsError::Nul) } else { Ok(text.into_owned()) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn get(raw: &str, name: &str) -> Option<String> {
        Params::parse(raw.as_bytes()).unwrap().get(name).map(str::to_owned)
    }

    #[test]
    fn prot_a1_empty_is_absent_and_unknown_is_ignored() {
        assert_eq!(get("state=&scope=openid&foo=bar", "state"), None);
        assert_eq!(get("state=&state=x", "state"), Some("x".into()));
        assert_eq!(get("state", "state"), None);
        assert_eq!(get("=x&&a=b=c", "a"), Some("b=c".into()));
    }

    #[test]
    fn prot_a2_any_parameter_twice_is_refused_but_resource() {
        let repeated = Params::parse(b"scope=a&scope=a");
        assert_eq!(repeated, Err(ParamsError::Repeated("scope".into())));
        assert_eq!(OAuthError::from(ParamsError::Repeated("x".into())).code(), ErrorCode::InvalidRequest);
        assert_eq!(Params::parse(b"unknown=1&unknown=2"), Err(ParamsError::Repeated("unknown".into())));
        let params = Params::parse(b"resource=https://a/&resource=https://b/").unwrap();
        assert_eq!(params.all("resource").collect::<Vec<_>>(), ["https://a/", "https://b/"]);
    }

    #[test]
    fn prot_a2_a_repeated_parameter_has_no_value_at_all() {
        let (params, fault) = Params::parse_redirectable(b"prompt=none&client_id=a&prompt=login&prompt=x").unwrap();
        assert_eq!(params.get("prompt"), None);
        assert_eq!(params.get("client_id"), Some("a"));
        assert_eq!(fault, Some(ParamsError::Repeated("prompt".into())));
    }

    #[test]
    fn prot_a21_oversized_or_malformed_is_invalid_request() {
        let state = |n: usize| format!("state={}", "s".repeat(n));
        assert_eq!(get(&state(4096), "state").map(|s| s.len()), Some(4096));
        assert_eq!(Params::parse(state(4097).as_bytes()), Err(ParamsError::TooLong("state".into())));
        let uri = format!("redirect_uri={}", "u".repeat(2049));
        assert_eq!(Params::parse(uri.as_bytes()), Err(ParamsError::TooLong("redirect_uri".into())));
        for (raw, error) in [
            (&b"a=%00"[..], ParamsError::Nul),
            (b"a=\0", ParamsError::Nul),
            (b"a%00=b", ParamsError::Nul),
            (b"a=%ff", ParamsError::NotUtf8),
            (b"a=\xc3", ParamsError::NotUtf8),
            (b"a=%c3%28", ParamsError::NotUtf8),
        ] {
            assert_eq!(Params::parse(raw), Err(error), "{raw:?}");
        }
        assert_eq!(Params::parse(&vec![b'a'; MAX_BYTES + 1]), Err(ParamsError::TooLarge));
        assert_eq!(OAuthError::from(ParamsError::TooLarge).status(), 413);
        let many: String = (0..101).map(|n| format!("p{n}=1&")).collect();
        assert_eq!(Params::parse(many.as_bytes()), Err(ParamsError::TooMany));
    }

    #[test]
    fn prot_a21_a_lone_percent_sign_is_itself() {
        assert_eq!(get("state=100%&a=%zz", "state"), Some("100%".into()));
        assert_eq!(get("state=a+b%2Bc%C3%BC", "state"), Some("a b+cü".into()));
    }

    #[test]
    fn sec_q103_debug_shows_no_value() {
        let shown = format!("{:?}", Params::parse(b"password=hunter2").unwrap());
        assert!(shown.contains("password") && !shown.contains("hunter2"));
    }

    proptest! {
        #[test]
        fn prot_a21_any_bytes_are_answered(raw in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = Params::parse(&raw);
        }

        #[test]
        fn prot_a1_what_a_form_encoder_writes_is_read_back(value in "[^\0]{1,40}", other in "[^\0]{1,40}") {
            let raw = form_urlencoded::Serializer::new(String::new()).append_pair("a", &value).append_pair("b", &other).finish();
            prop_assert_eq!(get(&raw, "a"), Some(value));
            prop_assert_eq!(get(&raw, "b"), Some(other));
        }
    }
}
