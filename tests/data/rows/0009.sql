INSERT INTO deletion_request (user_id, requested_at, due_at) VALUES ('0193a000-0000-7000-8000-000000000007', 1, 2);
