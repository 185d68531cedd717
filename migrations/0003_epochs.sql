-- Switching a client, a company or a membership off moves its epoch on, and a grant carries those that it was made in:
-- what was given before, or was being given just then, does not come back when it is switched on again (domain.md 3).
ALTER TABLE client ADD COLUMN epoch BIGINT NOT NULL DEFAULT 0;
ALTER TABLE customer ADD COLUMN epoch BIGINT NOT NULL DEFAULT 0;
ALTER TABLE reference ADD COLUMN epoch BIGINT NOT NULL DEFAULT 0;
ALTER TABLE authorization_grant ADD COLUMN client_epoch BIGINT NOT NULL DEFAULT 0;
-- Of the reference and its customer together: both only grow, so the sum stays only if both do.
ALTER TABLE authorization_grant ADD COLUMN company_epoch BIGINT NOT NULL DEFAULT 0;

-- Live links by whose they are: few rows, written seldom.
CREATE INDEX ix_link_live ON link (user_id) WHERE used_at IS NULL;

-- What is off by now was switched off once.
UPDATE client SET epoch = 1 WHERE NOT active;
UPDATE customer SET epoch = 1 WHERE NOT active;
UPDATE reference SET epoch = 1 WHERE NOT active OR NOT internet_user;
