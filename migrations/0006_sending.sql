-- ---------------------------------------------------------------- limits of sending (security.md S5, L6 and L7)

-- When messages were sent, per purpose and address, destination or person. The key holds no address and no number: they
-- go through a keyed hash. Rows are collected when their last entry no longer counts.
CREATE TABLE send_history (
    key TEXT PRIMARY KEY,
    sent TEXT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX ix_send_history_updated ON send_history (updated_at);

-- How many text messages were sent on a day (UTC, days since 1970), in all and per block of numbers.
CREATE TABLE send_day (
    key TEXT NOT NULL,
    day BIGINT NOT NULL,
    sent BIGINT NOT NULL,
    PRIMARY KEY (key, day)
);
CREATE INDEX ix_send_day_day ON send_day (day);
