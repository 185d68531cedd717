-- Messages are sent: claimed by one node at a time, tried again, given up, held back. What a link or a code in a message
-- is made of stands here as its purpose and the id of the key; the secret itself is derived and never stored.

ALTER TABLE message ADD COLUMN priority BIGINT NOT NULL DEFAULT 2;
ALTER TABLE message ADD COLUMN idempotency_key TEXT;
ALTER TABLE message ADD COLUMN secret TEXT;
ALTER TABLE message ADD COLUMN key_id TEXT;
ALTER TABLE message ADD COLUMN attempts BIGINT NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN next_attempt_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN claim TEXT;
ALTER TABLE message ADD COLUMN claimed_until BIGINT NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN last_error TEXT;
ALTER TABLE message ADD COLUMN provider_id TEXT;
ALTER TABLE message ADD COLUMN sent_at BIGINT;
CREATE UNIQUE INDEX ux_message_idempotency ON message (idempotency_key);
CREATE INDEX ix_message_due ON message (state, channel, next_attempt_at);

-- What a link carries besides its purpose: the address to verify, the membership that an invitation is for.
ALTER TABLE link ADD COLUMN detail TEXT NOT NULL DEFAULT '{}';
CREATE INDEX ix_link_user ON link (user_id, purpose);

-- A template that an administrator wrote over the one of the theme. Each part that is NULL stays the theme's.
-- `locale` is a language tag, or * for every language; `purpose` is the key whose variables the template is filled with.
CREATE TABLE template_override (
    name TEXT NOT NULL,
    locale TEXT NOT NULL,
    purpose TEXT NOT NULL,
    subject TEXT,
    body_text TEXT,
    body_html TEXT,
    updated_at BIGINT NOT NULL,
    updated_by TEXT NOT NULL,
    PRIMARY KEY (name, locale)
);
