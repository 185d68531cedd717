//! The rules of OAuth 2 and OpenID Connect as pure functions: (facts, now) → decision.
