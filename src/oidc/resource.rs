//! Resource indicators: which audience a token is for (RFC 8707; claims.md 2).

use url::Url;

use super::{
    client::Client,
    error::{ErrorCode, OAuthError},
    params::Params,
};

/// Whether `uri` can be a resource: an absolute URI without fragment (RFC 8707 §2).
pub fn is_valid(uri: &str) -> bool {
    uri.len() <= 2048 && uri.bytes().all(|b| b.is_ascii_graphic()) && !uri.contains('#') && Url::parse(uri).is_ok()
}

/// The resources of an authorization or client_credentials request, each once.
///
/// # Errors
/// `invalid_target` for what cannot be a resource or was not registered by this client.
pub fn requested(params: &Params, client: &Client) -> Result<Vec<String>, OAuthError> {
    let resources = named(params);
    if !resources.iter().all(|uri| is_valid(uri)) {
        return Err(invalid("a resource is an absolute URI without fragment"));
    }
    if !resources.iter().all(|uri| client.metadata().resources.contains(uri)) {
        return Err(invalid("this client may not ask for that resource"));
    }
    Ok(resources)
}

/// The resources that a request names, each once.
fn named(params: &Params) -> Vec<String> {
    let mut resources: Vec<String> = Vec::new();
    for uri in params.all("resource") {
        if !resources.iter().any(|known| known == uri) {
            resources.push(uri.to_owned());
        }
    }
    resources
}

/// The resources of a token request within what was authorised and is the client's still: those asked for, else all.
/// Where nothing was named at the authorization endpoint, the audience authorised is the default one.
///
/// # Errors
/// `invalid_target` for one that was not authorised (RFC 8707 §2.2), and when the client lost all that were.
pub fn narrow(
    params: &Params,
    authorised: &[String],
    client: &Client,
    issuer: &str,
) -> Result<Vec<String>, OAuthError> {
    let asked = named(params);
    let left: Vec<String> =
        authorised.iter().filter(|uri| client.metadata().resources.contains(uri)).cloned().collect();
    if left.is_empty() && !authorised.is_empty() {
        return Err(invalid("this client may not ask for the resource any more"));
    }
    if asked.is_empty() {
        return Ok(left);
    }
    let fallback = default_audience(client, issuer);
    let allowed = |uri: &String| left.contains(uri) || (authorised.is_empty() && *uri == fallback);
    if asked.iter().all(allowed) { Ok(asked) } else { Err(invalid("the resource was not authorised")) }
}

/// The default audience of a client's tokens: the first resource it registered, else this server's UserInfo endpoint.
pub fn default_audience(client: &Client, issuer: &str) -> String {
    client.metadata().resources.first().cloned().unwrap_or_else(|| userinfo(issuer))
}

/// The `aud` of a token: the resources named, else the default.
pub fn audience(resources: &[String], client: &Client, issuer: &str) -> Vec<String> {
    if resources.is_empty() { vec![default_audience(client, issuer)] } else { resources.to_vec() }
}

/// The UserInfo endpoint as an audience.
pub fn userinfo(issuer: &str) -> String {
    format!("{issuer}/oauth2/userinfo")
}

fn invalid(description: &'static str) -> OAuthError {
    OAuthError::new(ErrorCode::InvalidTarget, description)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oidc::testing;

    const A: &str = "https://a.example/";
    const B: &str = "https://b.example/api";

    fn params(resources: &[&str]) -> Params {
        resources.iter().map(|uri| ("resource", *uri)).collect()
    }

    fn client() -> Client {
        testing::client(|metadata| metadata.resources = vec![A.into(), B.into()])
    }

    #[test]
    fn prot_c16_a_resource_is_an_absolute_uri_without_fragment_that_the_client_registered() {
        assert_eq!(requested(&params(&[A, B, A]), &client()).unwrap(), [A, B]);
        for bad in
            ["/api", "api", "https://a.example/#x", "https://c.example/", "https://a.example", "https://a.example/ "]
        {
            let error = requested(&params(&[bad]), &client()).unwrap_err();
            assert_eq!(error.code(), ErrorCode::InvalidTarget, "{bad}");
        }
    }

    #[test]
    fn prot_c16_a_token_request_stays_within_what_was_authorised() {
        let authorised = [A.to_owned(), B.to_owned()];
        let narrow = |asked: &[&str], authorised| narrow(&params(asked), authorised, &client(), "https://id.example");
        assert_eq!(narrow(&[], &authorised).unwrap(), authorised);
        assert_eq!(narrow(&[B, B], &authorised).unwrap(), [B]);
        assert_eq!(narrow(&[A], &[]).unwrap(), [A]);
        for (asked, authorised) in [(B, &authorised[..1]), (B, &[]), ("https://c.example/", &authorised)] {
            assert_eq!(narrow(&[asked], authorised).unwrap_err().code(), ErrorCode::InvalidTarget, "{asked}");
        }
    }

    #[test]
    fn sec_q22_a_resource_that_the_client_lost_is_authorised_no_more() {
        let less = testing::client(|metadata| metadata.resources = vec![A.into()]);
        let narrow = |asked: &[&str], authorised: &[&str]| {
            let authorised: Vec<String> = authorised.iter().map(|uri| (*uri).to_owned()).collect();
            narrow(&params(asked), &authorised, &less, "https://id.example")
        };
        assert_eq!(narrow(&[], &[A, B]).unwrap(), [A]);
        for (asked, authorised) in [(&[B][..], &[A, B][..]), (&[][..], &[B][..]), (&[A][..], &[B][..])] {
            assert_eq!(narrow(asked, authorised).unwrap_err().code(), ErrorCode::InvalidTarget, "{asked:?}");
        }
    }

    #[test]
    fn prot_p2_the_audience_is_never_the_client() {
        let issuer = "https://id.example";
        assert_eq!(audience(&[], &client(), issuer), [A]);
        assert_eq!(audience(&[B.into()], &client(), issuer), [B]);
        assert_eq!(audience(&[], &testing::client(|_| ()), issuer), ["https://id.example/oauth2/userinfo"]);
    }
}
