-- What somebody who proved nothing asks for by typing a name or an address: written down by one statement, whoever it names,
-- and looked into after the answer, which so tells nothing by its time (security.md S9).
CREATE TABLE errand (
    id TEXT PRIMARY KEY,
    what TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

-- A password that an administrator handed out (inventory K17): it opens nothing but the page that changes it, until then.
ALTER TABLE password ADD COLUMN temporary_until BIGINT;

-- Why the password that opened a session is to be changed before anything is issued in it: `temporary`, or the companies
-- whose rules it does not meet (domain.md 5).
ALTER TABLE session ADD COLUMN password_due TEXT;
