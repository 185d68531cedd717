-- Second factors and what goes with them (inventory M1–M30, security.md S8).

-- ---------------------------------------------------------------- authenticator apps (RFC 6238)

-- Pending until one code confirms it; `flow` is what began it, and nobody else sees its seed or confirms it.
CREATE TABLE totp (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES user_account (id),
    name TEXT NOT NULL,
    seed TEXT NOT NULL,
    flow TEXT NOT NULL,
    last_used_step BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    confirmed_at BIGINT,
    last_used_at BIGINT
);
-- One app that counts and one that is being set up: two seeds would double what a guess is worth.
CREATE UNIQUE INDEX ux_totp_active ON totp (user_id) WHERE confirmed_at IS NOT NULL;
CREATE UNIQUE INDEX ux_totp_pending ON totp (user_id) WHERE confirmed_at IS NULL;
CREATE INDEX ix_totp_created ON totp (created_at) WHERE confirmed_at IS NULL;

-- ---------------------------------------------------------------- passkeys (WebAuthn)

CREATE TABLE passkey (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES user_account (id),
    credential_id TEXT NOT NULL UNIQUE,
    credential TEXT NOT NULL,
    name TEXT NOT NULL,
    synchronised BOOLEAN NOT NULL,
    counter BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT
);
CREATE INDEX ix_passkey_user ON passkey (user_id);

-- The challenge that a flow waits for, one per flow and kind.
CREATE TABLE passkey_challenge (
    flow TEXT NOT NULL,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    user_id TEXT,
    state TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (flow, kind)
);
CREATE INDEX ix_passkey_challenge_expiry ON passkey_challenge (expires_at);
CREATE INDEX ix_passkey_challenge_user ON passkey_challenge (user_id);

-- ---------------------------------------------------------------- codes

-- `selector` finds the one hash to compare with: two bytes of an HMAC over the code.
CREATE TABLE recovery_code (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES user_account (id),
    selector TEXT NOT NULL,
    hash TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    used_at BIGINT,
    UNIQUE (user_id, selector)
);

-- A code by mail or SMS, one per flow and purpose (D28).
CREATE TABLE one_time_code (
    flow TEXT NOT NULL,
    purpose TEXT NOT NULL,
    id TEXT NOT NULL,
    user_id TEXT NOT NULL REFERENCES user_account (id),
    channel TEXT NOT NULL,
    key_id TEXT NOT NULL,
    mac TEXT NOT NULL,
    tries BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (flow, purpose)
);
CREATE INDEX ix_one_time_code_expiry ON one_time_code (expires_at);
CREATE INDEX ix_one_time_code_user ON one_time_code (user_id);

-- ---------------------------------------------------------------- browsers and postponement

-- A browser that is not asked for a second factor for a while (`mfa.remember_device`). One browser, several users.
CREATE TABLE trusted_browser (
    id TEXT NOT NULL,
    user_id TEXT NOT NULL REFERENCES user_account (id),
    hash TEXT NOT NULL,
    user_agent TEXT,
    ip TEXT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (id, user_id)
);
CREATE INDEX ix_trusted_browser_user ON trusted_browser (user_id);
CREATE INDEX ix_trusted_browser_created ON trusted_browser (created_at);

-- "Later", where `mfa.enrol_until` allows it.
CREATE TABLE factor_postponement (
    user_id TEXT PRIMARY KEY REFERENCES user_account (id),
    times BIGINT NOT NULL,
    last_at BIGINT NOT NULL
);
