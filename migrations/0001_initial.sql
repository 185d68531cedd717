-- One text for both engines (D23): columns are TEXT, BIGINT and BOOLEAN. Ids and hashes are TEXT, times BIGINT
-- microseconds, JSON is TEXT read whole. On PostgreSQL the migration runner writes COLLATE "C" after each column type TEXT.

-- ---------------------------------------------------------------- the instance

CREATE TABLE instance (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

-- Rows that a transaction holds while it counts what must not be counted twice at once.
INSERT INTO instance (name, value) VALUES ('quota', ''), ('administrators', '');

-- What nodes keep in memory is thrown away when one of these counters moves.
CREATE TABLE version (
    name TEXT PRIMARY KEY,
    value BIGINT NOT NULL
);
INSERT INTO version (name, value) VALUES ('catalog', 1), ('state', 1);

CREATE TABLE setting (
    level TEXT NOT NULL,
    subject TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    changed_by TEXT NOT NULL,
    PRIMARY KEY (level, subject, name)
);

CREATE TABLE signing_key (
    kid TEXT PRIMARY KEY,
    algorithm TEXT NOT NULL,
    sealed TEXT NOT NULL,
    published_at BIGINT NOT NULL,
    active_from BIGINT NOT NULL,
    retired_at BIGINT
);

CREATE TABLE secret_key (
    id TEXT PRIMARY KEY,
    purpose TEXT NOT NULL,
    sealed TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE audit_event (
    id TEXT PRIMARY KEY,
    at BIGINT NOT NULL,
    action TEXT NOT NULL,
    outcome TEXT NOT NULL,
    reason TEXT,
    actor_type TEXT NOT NULL,
    actor_id TEXT,
    client_id TEXT,
    target_type TEXT,
    target_id TEXT,
    customer_id TEXT,
    ip TEXT,
    request_id TEXT,
    detail TEXT NOT NULL
);
CREATE INDEX ix_audit_event_target ON audit_event (target_id, id);

-- Ids are never given out again (domain.md 2).
CREATE TABLE tombstone (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    deleted_at BIGINT NOT NULL
);

-- ---------------------------------------------------------------- clients

CREATE TABLE client (
    client_id TEXT PRIMARY KEY,
    metadata TEXT NOT NULL,
    active BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE TABLE client_secret (
    id TEXT PRIMARY KEY,
    client_id TEXT NOT NULL REFERENCES client (client_id),
    hash TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT
);
CREATE INDEX ix_client_secret_client ON client_secret (client_id);

-- ---------------------------------------------------------------- identity

CREATE TABLE permission (
    key TEXT PRIMARY KEY,
    label TEXT NOT NULL,
    category TEXT NOT NULL,
    default_for_reference BOOLEAN NOT NULL,
    default_for_profile BOOLEAN NOT NULL,
    audiences TEXT NOT NULL,
    deprecated BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE TABLE permission_profile (
    id TEXT PRIMARY KEY,
    display_name TEXT NOT NULL,
    display_name_key TEXT NOT NULL UNIQUE,
    description TEXT NOT NULL,
    is_default BOOLEAN NOT NULL,
    permissions TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE TABLE customer (
    id TEXT PRIMARY KEY,
    code TEXT NOT NULL,
    code_key TEXT NOT NULL UNIQUE,
    display_name TEXT NOT NULL,
    ledger_number TEXT,
    ledger_number_key TEXT UNIQUE,
    parent_id TEXT REFERENCES customer (id),
    profile_id TEXT REFERENCES permission_profile (id),
    active BOOLEAN NOT NULL,
    attributes TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE TABLE verified_domain (
    domain TEXT PRIMARY KEY,
    customer_id TEXT NOT NULL REFERENCES customer (id)
);

CREATE TABLE user_account (
    id TEXT PRIMARY KEY,
    user_name TEXT NOT NULL,
    display_name TEXT NOT NULL,
    user_type TEXT NOT NULL,
    locale TEXT,
    managed_by TEXT REFERENCES customer (id),
    active BOOLEAN NOT NULL,
    blocked BOOLEAN NOT NULL,
    epoch BIGINT NOT NULL,
    attributes TEXT NOT NULL,
    last_sign_in_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

-- User names and verified e-mail addresses share one index (inventory Q13).
CREATE TABLE login_name (
    name TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES user_account (id)
);
CREATE INDEX ix_login_name_user ON login_name (user_id);

CREATE TABLE password (
    user_id TEXT PRIMARY KEY REFERENCES user_account (id),
    hash TEXT NOT NULL,
    changed_at BIGINT NOT NULL
);

CREATE TABLE reference (
    id TEXT PRIMARY KEY,
    customer_id TEXT NOT NULL REFERENCES customer (id),
    user_id TEXT REFERENCES user_account (id),
    connector_key TEXT NOT NULL,
    external_id TEXT,
    display_name TEXT NOT NULL,
    internet_user BOOLEAN NOT NULL,
    active BOOLEAN NOT NULL,
    accepted_at BIGINT,
    is_default BOOLEAN NOT NULL,
    contact_role TEXT NOT NULL,
    permissions TEXT NOT NULL,
    roles TEXT NOT NULL,
    source TEXT NOT NULL,
    attributes TEXT NOT NULL,
    last_used_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (customer_id, user_id),
    UNIQUE (customer_id, connector_key, external_id)
);
CREATE INDEX ix_reference_user ON reference (user_id);

-- `scope` is the customer's id, or '' for a global group: a unique index passes over NULLs.
CREATE TABLE user_group (
    id TEXT PRIMARY KEY,
    customer_id TEXT REFERENCES customer (id),
    scope TEXT NOT NULL,
    display_name TEXT NOT NULL,
    display_name_key TEXT NOT NULL,
    description TEXT NOT NULL,
    roles TEXT NOT NULL,
    permissions TEXT NOT NULL,
    admin_role TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (scope, display_name_key)
);

-- Exactly one of the two members is set.
CREATE TABLE group_member (
    group_id TEXT NOT NULL REFERENCES user_group (id),
    member_id TEXT NOT NULL,
    member_type TEXT NOT NULL,
    PRIMARY KEY (group_id, member_id)
);
CREATE INDEX ix_group_member_member ON group_member (member_id);

CREATE TABLE license (
    id TEXT PRIMARY KEY,
    external_id TEXT UNIQUE,
    customer_id TEXT NOT NULL REFERENCES customer (id),
    product TEXT NOT NULL,
    edition TEXT NOT NULL,
    kind TEXT NOT NULL,
    seats BIGINT,
    seats_used BIGINT,
    valid_from BIGINT,
    valid_to BIGINT,
    active BOOLEAN NOT NULL,
    actions TEXT NOT NULL,
    visibility TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX ix_license_customer ON license (customer_id);

CREATE TABLE license_assignment (
    license_id TEXT NOT NULL REFERENCES license (id),
    target_type TEXT NOT NULL,
    target_id TEXT NOT NULL,
    PRIMARY KEY (license_id, target_type, target_id)
);
CREATE INDEX ix_license_assignment_target ON license_assignment (target_id);

CREATE TABLE package (
    id TEXT PRIMARY KEY,
    sku TEXT NOT NULL UNIQUE,
    seats BIGINT NOT NULL,
    valid_from BIGINT,
    valid_to BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE TABLE admin_role (
    id TEXT PRIMARY KEY,
    holder_type TEXT NOT NULL,
    holder_id TEXT NOT NULL,
    role TEXT NOT NULL,
    customers TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (holder_type, holder_id, role)
);

CREATE TABLE connector (
    id TEXT PRIMARY KEY,
    customer_id TEXT NOT NULL REFERENCES customer (id),
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    strict BOOLEAN NOT NULL,
    on_delete TEXT NOT NULL,
    allow_create BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (customer_id, name_key)
);

CREATE TABLE connector_token (
    id TEXT PRIMARY KEY,
    connector_id TEXT NOT NULL REFERENCES connector (id),
    hash TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT
);
CREATE INDEX ix_connector_token_connector ON connector_token (connector_id);

-- ---------------------------------------------------------------- signing in

CREATE TABLE session (
    id TEXT PRIMARY KEY,
    hash TEXT NOT NULL,
    user_id TEXT NOT NULL REFERENCES user_account (id),
    user_epoch BIGINT NOT NULL,
    remember BOOLEAN NOT NULL,
    auth_time BIGINT NOT NULL,
    acr TEXT NOT NULL,
    amr TEXT NOT NULL,
    known_browser_id TEXT,
    last_reference_id TEXT,
    ip TEXT,
    user_agent TEXT,
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE INDEX ix_session_user ON session (user_id);
CREATE INDEX ix_session_expiry ON session (expires_at);

-- The company chosen for a client in a session (D7).
CREATE TABLE client_session (
    session_id TEXT NOT NULL REFERENCES session (id),
    client_id TEXT NOT NULL,
    reference_id TEXT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (session_id, client_id)
);

-- What the chooser was asked to remember (domain.md 1).
CREATE TABLE remembered_choice (
    user_id TEXT NOT NULL REFERENCES user_account (id),
    client_id TEXT NOT NULL,
    reference_id TEXT NOT NULL REFERENCES reference (id),
    created_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, client_id)
);

CREATE TABLE consent (
    user_id TEXT NOT NULL REFERENCES user_account (id),
    client_id TEXT NOT NULL,
    reference_id TEXT NOT NULL,
    scopes TEXT NOT NULL,
    granted_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, client_id, reference_id)
);

-- One attempt at the hosted sign-in; valid only with the flow cookie whose hash it carries (contract.md).
CREATE TABLE attempt (
    id TEXT PRIMARY KEY,
    flow_hash TEXT NOT NULL,
    client_id TEXT NOT NULL,
    request TEXT NOT NULL,
    progress TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    finished_at BIGINT
);
CREATE INDEX ix_attempt_flow ON attempt (flow_hash);
CREATE INDEX ix_attempt_expiry ON attempt (expires_at);

-- A POST to /oauth2/authorize or /oauth2/logout is stored and answered with 303 to a handle (security.md S3).
CREATE TABLE request_handle (
    id TEXT PRIMARY KEY,
    hash TEXT NOT NULL,
    kind TEXT NOT NULL,
    parameters TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX ix_request_handle_expiry ON request_handle (expires_at);

-- A browser that once signed this user in: the device cookie (D13). Not an authenticator.
CREATE TABLE known_browser (
    id TEXT NOT NULL,
    user_id TEXT NOT NULL REFERENCES user_account (id),
    hash TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,
    PRIMARY KEY (id, user_id)
);
CREATE INDEX ix_known_browser_user ON known_browser (user_id);
CREATE INDEX ix_known_browser_used ON known_browser (last_used_at);

CREATE TABLE lockout_bucket (
    key TEXT PRIMARY KEY,
    failures TEXT NOT NULL,
    consecutive BIGINT NOT NULL,
    locks BIGINT NOT NULL,
    locked_until BIGINT,
    updated_at BIGINT NOT NULL
);
CREATE INDEX ix_lockout_bucket_updated ON lockout_bucket (updated_at);

CREATE TABLE lockout_slot (
    id TEXT PRIMARY KEY,
    bucket_key TEXT NOT NULL,
    reserved_at BIGINT NOT NULL
);
CREATE INDEX ix_lockout_slot_bucket ON lockout_slot (bucket_key);

-- A single-use link for one purpose: set-up, or setting a password.
CREATE TABLE link (
    id TEXT PRIMARY KEY,
    hash TEXT NOT NULL,
    purpose TEXT NOT NULL,
    user_id TEXT REFERENCES user_account (id),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX ix_link_expiry ON link (expires_at);

-- ---------------------------------------------------------------- tokens

-- One authorization: the code that started it, the refresh family that came of it, the root of revocation.
-- Its id starts the `jti` of every access token, so that revoking a grant needs no row per token (claims.md 2).
CREATE TABLE authorization_grant (
    id TEXT PRIMARY KEY,
    client_id TEXT NOT NULL,
    user_id TEXT NOT NULL REFERENCES user_account (id),
    user_epoch BIGINT NOT NULL,
    session_id TEXT,
    reference_id TEXT,
    scope TEXT NOT NULL,
    resources TEXT NOT NULL,
    claims_request TEXT,
    nonce TEXT,
    redirect_uri TEXT NOT NULL,
    code_challenge TEXT,
    acr TEXT NOT NULL,
    amr TEXT NOT NULL,
    auth_time BIGINT NOT NULL,
    narrowable BOOLEAN NOT NULL,
    code_hash TEXT,
    code_expires_at BIGINT,
    code_used_at BIGINT,
    offline BOOLEAN NOT NULL,
    refresh_key_id TEXT,
    refresh_hash TEXT,
    generation BIGINT NOT NULL,
    recent_uses TEXT NOT NULL,
    idle_expires_at BIGINT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT,
    revoked_reason TEXT
);
CREATE INDEX ix_authorization_grant_user ON authorization_grant (user_id);
CREATE INDEX ix_authorization_grant_session ON authorization_grant (session_id);
CREATE INDEX ix_authorization_grant_expiry ON authorization_grant (expires_at);

CREATE TABLE opaque_token (
    id TEXT PRIMARY KEY,
    hash TEXT NOT NULL,
    client_id TEXT NOT NULL,
    claims TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX ix_opaque_token_expiry ON opaque_token (expires_at);

CREATE TABLE revoked_token (
    jti TEXT PRIMARY KEY,
    expires_at BIGINT NOT NULL
);
CREATE INDEX ix_revoked_token_expiry ON revoked_token (expires_at);

-- ---------------------------------------------------------------- outgoing messages

CREATE TABLE message (
    id TEXT PRIMARY KEY,
    channel TEXT NOT NULL,
    template TEXT NOT NULL,
    recipient TEXT NOT NULL,
    user_id TEXT,
    locale TEXT NOT NULL,
    variables TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX ix_message_user ON message (user_id, template, created_at);
CREATE INDEX ix_message_expiry ON message (expires_at);
