//! The access token of a request to a protected resource (RFC 6750 §2, §3; OpenID Connect Core §5.3.1).

use super::{
    error::{ErrorCode, OAuthError},
    params::Params,
};

/// Why there is no token to look at.
#[derive(Clone, PartialEq, Debug)]
pub enum BearerError {
    /// No credentials: 401 with a bare challenge and no error code (RFC 6750 §3.1).
    Missing,
    /// 400 or 401 with the error.
    Refused(OAuthError),
}

/// Finds the access token in the header or, for a form POST, in the body (H1). `query` only serves to refuse a token there.
pub fn access_token<'a>(
    authorization: Option<&'a [u8]>,
    body: Option<&'a Params>,
    query: &Params,
) -> Result<&'a str, BearerError> {
    if query.get("access_token").is_some() {
        return Err(refused(ErrorCode::InvalidRequest, "an access token in the query is not accepted"));
    }
    let in_header = authorization.map(from_header).transpose()?.flatten();
    let in_body = body.and_then(|body| body.get("access_token"));
    let token = match (in_header, in_body) {
        (Some(_), Some(_)) => {
            return Err(refused(ErrorCode::InvalidRequest, "the access token was sent in two ways"));
        }
        (Some(token), None) | (None, Some(token)) => token,
        (None, None) => return Err(BearerError::Missing),
    };
    if is_b64token(token) { Ok(token) } else { Err(malformed()) }
}

/// The token behind the scheme Bearer; another scheme is no credential of ours.
fn from_header(header: &[u8]) -> Result<Option<&str>, BearerError> {
    let text = str::from_utf8(header).map_err(|_| malformed())?.trim();
    let (scheme, token) = text.split_once(' ').unwrap_or((text, ""));
    Ok(scheme.eq_ignore_ascii_case("bearer").then_some(token.trim_start()))
}

/// RFC 6750 §2.1.
fn is_b64token(token: &str) -> bool {
    let body = token.trim_end_matches('=');
    !body.is_empty()
        && body.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~' | b'+' | b'/'))
}

fn malformed() -> BearerError {
    refused(ErrorCode::InvalidToken, "the access token is malformed")
}

fn refused(code: ErrorCode, description: &'static str) -> BearerError {
    BearerError::Refused(OAuthError::new(code, description))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(
        header: Option<&str>,
        body: &[(&str, &str)],
        query: &[(&str, &str)],
    ) -> Result<String, Option<(ErrorCode, u16)>> {
        let (body, query): (Params, Params) = (body.iter().copied().collect(), query.iter().copied().collect());
        match access_token(header.map(str::as_bytes), Some(&body), &query) {
            Ok(token) => Ok(token.to_owned()),
            Err(BearerError::Missing) => Err(None),
            Err(BearerError::Refused(error)) => Err(Some((error.code(), error.status()))),
        }
    }

    #[test]
    fn prot_h1_one_token_in_header_or_body_never_in_the_query() {
        let in_form = [("access_token", "abc")];
        assert_eq!(find(Some("Bearer abc.d-_~+/=="), &[], &[]), Ok("abc.d-_~+/==".into()));
        assert_eq!(find(Some("bearer abc"), &[], &[]), Ok("abc".into()));
        assert_eq!(find(None, &in_form, &[]), Ok("abc".into()));
        let invalid = Err(Some((ErrorCode::InvalidRequest, 400)));
        assert_eq!(find(Some("Bearer abc"), &in_form, &[]), invalid);
        assert_eq!(find(None, &[], &in_form), invalid);
        assert_eq!(find(Some("Bearer abc"), &[], &in_form), invalid);
    }

    #[test]
    fn prot_h2_no_credentials_and_bad_tokens_are_told_apart() {
        assert_eq!(find(None, &[], &[]), Err(None));
        assert_eq!(find(Some("Basic abc"), &[], &[]), Err(None));
        for bad in ["Bearer", "Bearer ", "Bearer a b", "Bearer a\"b", "Bearer =", "Bearer \u{fc}"] {
            assert_eq!(find(Some(bad), &[], &[]), Err(Some((ErrorCode::InvalidToken, 401))), "{bad}");
        }
    }
}
