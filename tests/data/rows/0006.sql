INSERT INTO send_history (key, sent, updated_at) VALUES ('k', '[1]', 1);
INSERT INTO send_day (key, day, sent) VALUES ('sms', 20000, 1);
