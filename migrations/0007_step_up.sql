-- Whether a grant rests on a trusted browser: it satisfies mfa.policy where a second factor was spared (claims.md 3).
ALTER TABLE authorization_grant ADD COLUMN trusted_browser BOOLEAN NOT NULL DEFAULT FALSE;
