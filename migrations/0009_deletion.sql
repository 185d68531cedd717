-- People who asked that their login be deleted, and when it will be. Until then they can think better of it.
CREATE TABLE deletion_request (
    user_id TEXT PRIMARY KEY REFERENCES user_account (id),
    requested_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL
);
CREATE INDEX ix_deletion_request_due ON deletion_request (due_at);
-- Who looks for what still names a membership that goes.
CREATE INDEX ix_remembered_choice_reference ON remembered_choice (reference_id);
-- The two indexes of apps know some of them each; whoever deletes a login asks for all.
CREATE INDEX ix_totp_user ON totp (user_id);
