//! The rules of OAuth 2.0 and OpenID Connect that Usher promises, by id, in one line each.

/// How much of a rule can be tested by now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Tested.
    Now,
    /// A part waits for a feature that does not exist yet; the rest is tested.
    Part,
    /// The feature does not exist yet: a test would be a lie.
    Later,
}

/// One rule.
pub(super) struct Row {
    pub(super) id: &'static str,
    pub(super) state: State,
    pub(super) rule: &'static str,
}

const fn now(id: &'static str, rule: &'static str) -> Row {
    Row { id, state: State::Now, rule }
}

const fn part(id: &'static str, rule: &'static str) -> Row {
    Row { id, state: State::Part, rule }
}

const fn later(id: &'static str, rule: &'static str) -> Row {
    Row { id, state: State::Later, rule }
}

/// A section of rules, under the heading that the table gives it.
pub(super) const SECTIONS: &[(&str, &[Row])] = &[
    ("A. All endpoints", ALL_ENDPOINTS),
    ("B. Authorization endpoint", AUTHORIZATION),
    ("C. Token endpoint, authorization_code", TOKEN),
    ("D. refresh_token", REFRESH),
    ("F. client_credentials", CLIENT_CREDENTIALS),
    ("H. UserInfo", USERINFO),
    ("I. Introspection", INTROSPECTION),
    ("J. Revocation", REVOCATION),
    ("M. Logout", LOGOUT),
    ("N. Discovery and keys", DISCOVERY),
    ("P. JWT access tokens, step-up", ACCESS_TOKENS),
];

const ALL_ENDPOINTS: &[Row] = &[
    now("A1", "An empty parameter counts as absent, an unknown one is ignored (RFC 6749 3.1, 3.2)"),
    now("A2", "A parameter sent twice is `invalid_request`, except `resource` (RFC 6749 3.1; RFC 8707 2)"),
    part("A3", "Only POST with a form body; JSON is `invalid_request`, GET is 405 (RFC 6749 3.2)"),
    now("A4", "Credentials and tokens in the query are never read (RFC 9700 4.3.2)"),
    now("A5", "Basic credentials are form-decoded after base64 (RFC 6749 2.3.1)"),
    now("A6", "Two ways of client authentication in one request are `invalid_request` (RFC 6749 2.3)"),
    now("A7", "A `client_id` in the body that differs from the authenticated client never succeeds (RFC 6749 3.2.1)"),
    now("A8", "Failed client authentication is 401 `invalid_client` with `WWW-Authenticate` (RFC 6749 5.2)"),
    now("A9", "The registered `token_endpoint_auth_method` is enforced (RFC 7591 2)"),
    later("A10", "Client assertions: type, `iss` and `sub` (RFC 7523 3)"),
    later("A11", "Client assertions: audience (RFC 7523 3)"),
    later("A12", "Client assertions: `exp`, `nbf`, `jti` once (RFC 7523 3)"),
    later("A13", "Client assertions: algorithms and key rotation of the client (Core 10.1.1)"),
    part("A14", "Whatever carries a token, code or personal data is `no-store` (RFC 6749 5.1)"),
    now("A15", "Errors are JSON, also for bodies that cannot be read (RFC 6749 5.2)"),
    now("A16", "`error_description` keeps to its character set (RFC 6749 5.2)"),
    now("A17", "After a POST with credentials the redirect is 303 (RFC 9700 4.12)"),
    part("A18", "CORS for registered origins, none on the authorization endpoint (RFC 9700 2.6)"),
    now("A19", "Pages cannot be framed, leak no referrer and load nothing foreign (RFC 9700 4.16)"),
    now("A20", "Forwarded headers count only from configured proxies (RFC 9700 4.13)"),
    now("A21", "Oversized or malformed parameters are `invalid_request`, never a 5xx"),
    now("A22", "Outbound fetches resolve, pin and check addresses (RFC 9700 4.11)"),
];

const AUTHORIZATION: &[Row] = &[
    now("B1", "GET and POST have the same effect (Core 3.1.2.1)"),
    now("B2", "Unknown client or redirect URI: an error page, never a redirect (RFC 6749 4.1.2.4)"),
    now("B3", "Redirect URIs are compared as exact strings (RFC 9700 2.1)"),
    now("B4", "`redirect_uri` is required even if one is registered (Core 3.1.2.1)"),
    now("B5", "Only the port of a registered loopback URI may vary (RFC 8252 7.3)"),
    now("B6", "`response_type` missing, unknown, not allowed: three different errors (RFC 6749 3.1.1)"),
    now("B7", "`state` comes back byte for byte, in success and error (RFC 6749 4.1.2)"),
    now("B8", "`iss` comes back in success and error (RFC 9207 2)"),
    now("B9", "The answer goes where the response mode says, errors too (Form Post 2)"),
    now("B10", "`nonce` is optional for code and comes back unchanged (Core 3.1.2.1)"),
    now("B11", "PKCE is required unless the client has the legacy switch (RFC 9700 2.1.1)"),
    now("B12", "`plain`, an absent method and malformed challenges are `invalid_request` (RFC 7636 4.2)"),
    now("B13", "`prompt=none` never shows a page (Core 3.1.2.1)"),
    now("B14", "`none` with another prompt, or an unknown prompt, is `invalid_request` (Core 3.1.2.1)"),
    now("B15", "`prompt=login` re-authenticates and cannot be dodged (Core 3.1.2.1)"),
    now("B16", "`max_age` re-authenticates and puts `auth_time` into the ID token (Core 3.1.2.1)"),
    now("B17", "`prompt=select_account` always shows a chooser (Core 3.1.2.1)"),
    now("B18", "`id_token_hint` is verified and never yields another person (Core 3.1.2.1)"),
    now("B19", "A company in the request is a hard filter"),
    now("B20", "`claims` must be well-formed; unmet voluntary claims succeed (Core 5.5)"),
    now("B21", "An essential `acr` that cannot be met is an error (Core 5.5.1.1)"),
    now("B22", "`acr_values` is a preference; `acr` states what was done (Core 3.1.2.1)"),
    now("B23", "`display`, `ui_locales`, `claims_locales`, `login_hint` never fail (Core 3.1.2.1)"),
    now("B24", "Unsupported `request` and `request_uri` have errors of their own (Core 3.1.2.6)"),
    later("B25", "Signed request objects (RFC 9101)"),
    later("B26", "Pushed request URIs (RFC 9126)"),
    now("B27", "Unknown scopes are ignored, forbidden ones refused, the grant is echoed (RFC 6749 3.3)"),
    now("B28", "Without `openid`: no ID token, OIDC parameters are ignored (Core 3.1.2.1)"),
    now("B29", "Deny is `access_denied`; a locked account stays on the page (RFC 6749 4.1.2.1)"),
    now("B30", "The session identifier changes at sign-in, step-up and change of company (RFC 9700 4.7)"),
    now("B31", "Public clients are not approved silently outside the policy (RFC 8252 8.6)"),
    now("B32", "Codes carry at least 128 bits and live 60 seconds (RFC 6749 4.1.2)"),
];

const TOKEN: &[Row] = &[
    now("C1", "`grant_type` missing, unknown, not allowed: three different errors (RFC 6749 5.2)"),
    now("C2", "A code that is unknown, expired, foreign or revoked is `invalid_grant` (RFC 6749 5.2)"),
    now("C3", "`redirect_uri` must equal the one of the request (RFC 6749 4.1.3)"),
    now("C4", "A second redemption is refused and revokes what the first one bought (RFC 6749 4.1.2)"),
    now("C5", "Fifty parallel redemptions of one code: exactly one succeeds (RFC 6749 4.1.2)"),
    now("C6", "A missing, wrong or malformed `code_verifier` is `invalid_grant` (RFC 7636 4.6)"),
    now("C7", "A `code_verifier` without a challenge is `invalid_grant` (RFC 9700 4.8.2)"),
    now("C8", "A foreign client does not burn a code, a wrong verifier does"),
    part("C9", "The answer has the members that it must have (RFC 6749 5.1; Core 3.1.3.3)"),
    now("C10", "Tokens keep to their characters and entropy (RFC 6749 A.12)"),
    now("C11", "The ID token has exact `iss`, a string `aud`, numbers, a `kid` (Core 2)"),
    now("C12", "The ID token's algorithm is the client's, never `none` (Core 3.1.3.7)"),
    now("C13", "`at_hash` and `c_hash` are right where present (Core 3.1.3.6)"),
    now("C14", "`auth_time`, `acr`, `amr` tell of the sign-in, not of the token (Core 2)"),
    now("C15", "Scope claims come from UserInfo unless the client has the switch (Core 5.4)"),
    now("C16", "`resource` narrows and never widens (RFC 8707 2.2)"),
    part("C17", "Only hashes of bearer values are stored (RFC 6749 10.3)"),
];

const REFRESH: &[Row] = &[
    now("D1", "Another client gets `invalid_grant`; a confidential one must authenticate (RFC 6749 6)"),
    now("D2", "`scope` may narrow the access token, never widen, never narrow the grant (RFC 6749 6)"),
    now("D3", "Rotation; replay of a rotated token ends the family (RFC 9700 4.14.2)"),
    part("D4", "A retry within the grace gets the same successor; parallel ones leave one family"),
    now("D5", "A new ID token keeps `iss`, `sub`, `aud`, `auth_time`, `azp` (Core 12.2)"),
    now("D6", "Membership, acr, resource and claim shapes stay (Core 12.2)"),
    part("D7", "Idle and absolute lifetime; disabling anything ends the family (RFC 9700 4.14.2)"),
    now("D8", "`offline_access` is honoured with code and consent, else ignored (Core 11)"),
    later("D9", "DPoP-bound refresh tokens (RFC 9449 5)"),
    now("D10", "A refresh raises neither `acr` nor `auth_time` (RFC 9470 6.1)"),
];

const CLIENT_CREDENTIALS: &[Row] = &[
    now("F1", "A public client is `unauthorized_client` (RFC 6749 4.4)"),
    now("F2", "No refresh token, no ID token, a `sub` that no person can have (RFC 9068 5)"),
    now("F3", "Scopes of persons are `invalid_scope` (RFC 6749 5.2)"),
];

const USERINFO: &[Row] = &[
    now("H1", "GET and POST, header or body, never the query, never two (RFC 6750 2)"),
    now("H2", "401 without code, 401 `invalid_token`, 403 `insufficient_scope` (RFC 6750 3)"),
    now("H3", "`sub` always, empty claims never, `nonce` never (Core 5.3.2)"),
    now("H4", "Claims have the types of the standard (Core 5.1)"),
    now("H5", "A token without `openid` is refused (RFC 9068 4)"),
    later("H6", "DPoP-bound access tokens (RFC 9449 7)"),
    later("H7", "Signed UserInfo (Core 5.3.2)"),
];

const INTROSPECTION: &[Row] = &[
    now("I1", "The caller authenticates first (RFC 7662 2.1)"),
    now("I2", "Whatever is not active is exactly `{\"active\":false}` (RFC 7662 2.2)"),
    now("I3", "A wrong hint still finds the token (RFC 7662 2.1)"),
    now("I4", "Active means signature, time, revocation, person and membership (RFC 7662 4)"),
    part("I5", "The members of the answer (RFC 7662 2.2)"),
    later("I6", "Answers as a JWT (RFC 9701)"),
];

const REVOCATION: &[Row] = &[
    now("J1", "Unknown, expired or revoked tokens are 200, empty (RFC 7009 2.2)"),
    now("J2", "A wrong hint searches all types (RFC 7009 2.1)"),
    now("J3", "Another client's token is never revoked (RFC 7009 2.1)"),
    now("J4", "A refresh token takes its access tokens with it (RFC 7009 2.1)"),
    now("J5", "An unsupported type says so; overload is 503 with `Retry-After` (RFC 7009 2.2.1)"),
    now("J6", "A public client names itself by `client_id` (RFC 7009 5)"),
];

const LOGOUT: &[Row] = &[
    now("M1", "GET and POST (RP-Initiated Logout 2)"),
    now("M2", "An expired hint counts, a forged one is an error page (RP-Initiated Logout 4)"),
    now("M3", "`client_id` must match the hint (RP-Initiated Logout 2)"),
    now("M4", "Redirects only to exact registered URIs, never without hint or question (RP-Initiated Logout 3)"),
    now("M5", "No hint, or another person's: the person is asked (RP-Initiated Logout 2)"),
    now("M6", "`state` comes back on that redirect only (RP-Initiated Logout 3)"),
    now("M7", "Afterwards `prompt=none` is `login_required`"),
];

const DISCOVERY: &[Row] = &[
    now("N1", "`issuer` is exact, without a slash at the end, everywhere the same (Discovery 4.3)"),
    now("N2", "Metadata is at both well-known places (RFC 8414 3.1)"),
    now("N3", "200, JSON, readable from any origin (Discovery 4.2)"),
    now("N4", "RS256 is offered and has a key (Discovery 3)"),
    now("N5", "What is not supported is said, where silence would mean yes (Discovery 3)"),
    now("N6", "Empty arrays are left out (Discovery 4.2)"),
    now("N7", "Every advertised value is exercised"),
    part("N8", "PKCE methods, `iss`, acr and prompt values are advertised (RFC 9700 2.1.1; RFC 9207 3)"),
    now("N9", "Keys: unique `kid`, no private member, overlap at rotation (Core 10.1.1)"),
];

const ACCESS_TOKENS: &[Row] = &[
    now("P1", "`typ` is `at+jwt`, all claims of RFC 9068 are there (RFC 9068 2)"),
    now("P2", "`aud` is the resource; an ID token is no access token (RFC 9068 5)"),
    now("P3", "`scope` is a string, lists are arrays, no personal data (RFC 9068 2.2.3)"),
    now("P4", "A token stays below 4 kB with fifty memberships"),
    now("P5", "Our own APIs challenge with `insufficient_user_authentication` (RFC 9470 3)"),
    now("P6", "A step-up keeps `sub`, `sid` and company, and nothing lowers it (RFC 9470 4)"),
    part("P7", "No recovery reaches more than its own channel; one channel counts once"),
];
