//! What client metadata must satisfy (RFC 7591 §2, §5; protocol.md O3; OAuth 2.1 §2.3). A rule that cannot be kept yet refuses
//! the metadata that asks for it: a client must not believe in a protection it does not have.

use url::Url;
use uuid::Uuid;

use super::{AuthMethod, ClientMetadata, ConsentPolicy, GrantType, SubjectKind, uris};
use crate::oidc::{claims, resource, scope};

/// What is wrong with which key of the metadata.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{field}: {message}")]
pub struct MetadataError {
    /// The key, by its name in the seed file.
    pub field: &'static str,
    /// What is wrong and what is right.
    pub message: String,
}

type Checked = Result<(), MetadataError>;

fn refuse(field: &'static str, message: impl Into<String>) -> Checked {
    Err(MetadataError { field, message: message.into() })
}

impl ClientMetadata {
    /// Checks every rule and names the first that is broken.
    pub fn validate(&self) -> Checked {
        self.check_identity()?;
        self.check_not_yet()?;
        self.check_grants()?;
        self.check_redirects()?;
        self.check_links()?;
        self.check_scopes()?;
        self.check_consent_and_claims()
    }

    /// Whether codes may be issued to it.
    fn uses_codes(&self) -> bool {
        self.grant_types.contains(&GrantType::AuthorizationCode)
    }

    fn check_identity(&self) -> Checked {
        let id = &self.client_id;
        if id.is_empty() || id.len() > 255 || id.trim() != id || id.chars().any(char::is_control) {
            return refuse("client_id", "1 to 255 bytes without control characters or white space at the ends");
        }
        if id.starts_with("usher:") {
            return refuse("client_id", "must not begin with \"usher:\", which is for pages of the server itself");
        }
        // `sub` of a service is its client_id, `sub` of a person a UUID: the two must never meet (RFC 9700 §4.15).
        if Uuid::try_parse(id).is_ok() {
            return refuse("client_id", "must not look like a UUID, which is what users' ids look like");
        }
        Ok(())
    }

    fn check_not_yet(&self) -> Checked {
        if self.token_endpoint_auth_method == AuthMethod::PrivateKeyJwt {
            let known = "use client_secret_basic, client_secret_post or none";
            return refuse("token_endpoint_auth_method", format!("private_key_jwt is not supported yet: {known}"));
        }
        if self.dpop_bound_access_tokens {
            return refuse("dpop_bound_access_tokens", "DPoP is not supported yet, so true would protect nothing");
        }
        if self.require_pushed_authorization_requests {
            let text = "pushed authorization requests are not supported yet, so true would refuse every request";
            return refuse("require_pushed_authorization_requests", text);
        }
        if self.userinfo_signed_response_alg.is_some() {
            return refuse(
                "userinfo_signed_response_alg",
                "signed UserInfo answers are not supported yet: leave it out",
            );
        }
        Ok(())
    }

    fn check_grants(&self) -> Checked {
        let public = self.token_endpoint_auth_method == AuthMethod::None;
        if public && self.grant_types.contains(&GrantType::ClientCredentials) {
            return refuse("grant_types", "client_credentials needs a client that authenticates (RFC 6749 4.4)");
        }
        if public && !self.require_pkce {
            return refuse("require_pkce", "a client without a secret always needs PKCE (RFC 9700 2.1.1)");
        }
        let issues_refresh =
            |grant: &GrantType| !matches!(grant, GrantType::RefreshToken | GrantType::ClientCredentials);
        if self.grant_types.contains(&GrantType::RefreshToken) && !self.grant_types.iter().any(issues_refresh) {
            return refuse("grant_types", "refresh_token needs another grant that issues refresh tokens");
        }
        if has_duplicates(&self.grant_types) {
            return refuse("grant_types", "names a grant twice");
        }
        for response_type in self.response_types.iter().flatten() {
            if response_type != "code" {
                return refuse("response_types", format!("{response_type:?} is not supported: only \"code\" is"));
            }
        }
        let wants_code = self.response_types.as_ref().is_none_or(|types| !types.is_empty());
        if self.response_types.is_some() && wants_code != self.uses_codes() {
            return refuse("response_types", "\"code\" goes with the grant authorization_code (RFC 7591 2.1)");
        }
        if self.uses_codes() && self.response_modes.is_empty() {
            return refuse("response_modes", "names no way for a code to travel");
        }
        Ok(())
    }

    fn check_redirects(&self) -> Checked {
        if self.uses_codes() && self.redirect_uris.is_empty() {
            return refuse("redirect_uris", "the grant authorization_code needs at least one");
        }
        for uri in &self.redirect_uris {
            check_redirect_uri("redirect_uris", uri)?;
        }
        for uri in &self.post_logout_redirect_uris {
            check_redirect_uri("post_logout_redirect_uris", uri)?;
        }
        for (field, origins) in
            [("cors_origins", &self.cors_origins), ("form_action_origins", &self.form_action_origins)]
        {
            for origin in origins {
                check_secure("origin", field, origin)?;
                if uris::origin(origin).as_ref() != Some(origin) {
                    return refuse(
                        field,
                        format!("{origin:?} is not an origin: scheme, host and port only, in lower case"),
                    );
                }
            }
        }
        Ok(())
    }

    fn check_links(&self) -> Checked {
        if self.jwks.is_some() && self.jwks_uri.is_some() {
            return refuse("jwks_uri", "jwks and jwks_uri exclude each other (RFC 7591 2)");
        }
        let links = [
            ("jwks_uri", &self.jwks_uri),
            ("client_uri", &self.client_uri),
            ("logo_uri", &self.logo_uri),
            ("tos_uri", &self.tos_uri),
            ("policy_uri", &self.policy_uri),
            ("backchannel_logout_uri", &self.backchannel_logout_uri),
            ("frontchannel_logout_uri", &self.frontchannel_logout_uri),
        ];
        for (field, uri) in links.into_iter().filter_map(|(field, uri)| Some((field, uri.as_ref()?))) {
            check_secure("URI", field, uri)?;
            if uri.contains('#') && field.ends_with("logout_uri") {
                return refuse(field, format!("{uri:?} has a fragment"));
            }
        }
        for (field, resources) in [("resources", &self.resources), ("introspects", &self.introspects)] {
            if let Some(bad) = resources.iter().find(|uri| !resource::is_valid(uri)) {
                return refuse(field, format!("{bad:?} is not an absolute URI without fragment (RFC 8707 2)"));
            }
        }
        Ok(())
    }

    fn check_scopes(&self) -> Checked {
        for name in self.scope.split(' ').filter(|name| !name.is_empty()) {
            match scope::ScopeSet::parse(name) {
                Ok(known) if !known.is_empty() => {}
                Ok(_) => return refuse("scope", format!("{name:?} is no scope of this server")),
                Err(error) => return refuse("scope", format!("{name:?}: {}", error.description())),
            }
        }
        Ok(())
    }

    fn check_consent_and_claims(&self) -> Checked {
        if self.consent == ConsentPolicy::None && !self.first_party {
            return refuse("consent", "\"none\" is for first_party clients only");
        }
        if self.subject == SubjectKind::Reference && self.grant_types.contains(&GrantType::ClientCredentials) {
            return refuse("subject", "\"reference\" does not go with client_credentials, whose subject is the client");
        }
        for (alias, claim) in &self.claim_aliases {
            if alias.is_empty() || claims::is_reserved(alias) {
                return refuse(
                    "claim_aliases",
                    format!("{alias:?} is a claim of this server and cannot be overwritten"),
                );
            }
            if !claims::may_be_aliased(claim) {
                return refuse("claim_aliases", format!("{claim:?} is not a claim that can have another name"));
            }
        }
        Ok(())
    }
}

fn has_duplicates<T: PartialEq>(items: &[T]) -> bool {
    items.iter().enumerate().any(|(index, item)| items.iter().take(index).any(|earlier| earlier == item))
}

/// Response parameters that a registered query must not already hold: the client could not tell ours from its own.
const RESPONSE_PARAMETERS: [&str; 7] = ["code", "state", "iss", "error", "error_description", "error_uri", "response"];

fn check_redirect_uri(field: &'static str, uri: &str) -> Checked {
    let url = check_uri(field, uri)?;
    if uri.contains('#') {
        return refuse(field, format!("{uri:?} has a fragment (RFC 6749 3.1.2)"));
    }
    if uri.contains('*') {
        return refuse(field, format!("{uri:?} has a wildcard: URIs are compared as exact strings"));
    }
    let dots = |segment: &str| matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..");
    let path = uri.split('?').next().unwrap_or_default();
    if path.split('/').any(dots) {
        return refuse(field, format!("{uri:?} has a dot segment, which browsers resolve"));
    }
    if let Some((name, _)) = url.query_pairs().find(|(name, _)| RESPONSE_PARAMETERS.contains(&name.as_ref())) {
        return refuse(field, format!("{uri:?} has the query parameter {name}, which belongs to the response"));
    }
    match url.scheme() {
        "https" | "http" => check_secure("URI", field, uri),
        // RFC 8252 §7.1: a private-use scheme is a domain name in reverse, which also rules out javascript:, data: and their kin.
        scheme if scheme.contains('.') => Ok(()),
        scheme => refuse(
            field,
            format!("{uri:?}: the scheme {scheme}: is refused; use https, or com.example.app: for an app"),
        ),
    }
}

/// https, or http to this very machine.
fn check_secure(what: &str, field: &'static str, uri: &str) -> Checked {
    let url = check_uri(field, uri)?;
    match (url.scheme(), url.host_str()) {
        ("https", Some(_)) | ("http", Some("localhost" | "127.0.0.1" | "[::1]")) => Ok(()),
        ("http", _) => refuse(field, format!("{uri:?}: http is for localhost, 127.0.0.1 and [::1] only; use https")),
        _ => refuse(field, format!("{uri:?} is not an https {what}")),
    }
}

fn check_uri(field: &'static str, uri: &str) -> Result<Url, MetadataError> {
    let fail = |why: &str| Err(MetadataError { field, message: format!("{uri:?} {why}") });
    if uri.len() > 2048 {
        return fail("is longer than 2,048 bytes");
    }
    if !uri
        .bytes()
        .all(|b| b.is_ascii_graphic() && !matches!(b, b'\\' | b'"' | b'<' | b'>' | b'^' | b'`' | b'{' | b'|' | b'}'))
    {
        return fail("holds characters that a URI may not hold (RFC 3986 2)");
    }
    let Ok(url) = Url::parse(uri) else { return fail("is not an absolute URI") };
    if matches!(url.scheme(), "http" | "https")
        && !uri.to_ascii_lowercase().starts_with(&format!("{}://", url.scheme()))
    {
        return fail("lacks the // before its host");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return fail("has a user name or password");
    }
    Ok(url)
}
