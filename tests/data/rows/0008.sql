INSERT INTO errand (id, what, created_at) VALUES ('0193a000-0000-7000-8000-000000000030', '{"kind":"reset","name":"anna","browser":{"ip":null,"user_agent":null}}', 1);
