INSERT INTO totp (id, user_id, name, seed, flow, last_used_step, created_at, confirmed_at)
    VALUES ('0193a000-0000-7000-8000-000000000019', '0193a000-0000-7000-8000-000000000007', 'Telephone', 's', 'session:0193a000-0000-7000-8000-000000000010', 1, 1, 1);
INSERT INTO passkey (id, user_id, credential_id, credential, name, synchronised, counter, created_at)
    VALUES ('0193a000-0000-7000-8000-00000000001a', '0193a000-0000-7000-8000-000000000007', 'c', '{}', 'Key', FALSE, 1, 1);
INSERT INTO passkey_challenge (flow, kind, id, user_id, state, created_at, expires_at)
    VALUES ('session:0193a000-0000-7000-8000-000000000010', 'register', '0193a000-0000-7000-8000-00000000001b', '0193a000-0000-7000-8000-000000000007', '{}', 1, 4000000000000000);
INSERT INTO recovery_code (id, user_id, selector, hash, created_at)
    VALUES ('0193a000-0000-7000-8000-00000000001c', '0193a000-0000-7000-8000-000000000007', 'AAA', 'h', 1);
INSERT INTO one_time_code (flow, purpose, id, user_id, channel, key_id, mac, tries, created_at, expires_at)
    VALUES ('attempt:0193a000-0000-7000-8000-000000000011', 'second_factor', '0193a000-0000-7000-8000-00000000001d', '0193a000-0000-7000-8000-000000000007', 'email', '0193a000-0000-7000-8000-00000000001e', 'm', 0, 1, 4000000000000000);
INSERT INTO trusted_browser (id, user_id, hash, created_at) VALUES ('0193a000-0000-7000-8000-00000000001f', '0193a000-0000-7000-8000-000000000007', 'h', 1);
INSERT INTO factor_postponement (user_id, times, last_at) VALUES ('0193a000-0000-7000-8000-000000000007', 1, 1);
