-- One row of each table at least, as the schema 0001 holds them: whatever is migrated from there has rows like these.
INSERT INTO setting (level, subject, name, value, changed_at, changed_by) VALUES ('instance', '', 'lockout.max_attempts', '7', 1, 'apply');
INSERT INTO signing_key (kid, algorithm, sealed, published_at, active_from) VALUES ('k1', 'ES256', 'v1.x', 1, 1);
INSERT INTO secret_key (id, purpose, sealed, created_at) VALUES ('s1', 'csrf', 'v1.x', 1);
INSERT INTO audit_event (id, at, action, outcome, actor_type, detail) VALUES ('0193a000-0000-7000-8000-000000000001', 1, 'signin', 'success', 'user', '{}');
INSERT INTO tombstone (id, kind, deleted_at) VALUES ('0193a000-0000-7000-8000-000000000002', 'user', 1);
INSERT INTO client (client_id, metadata, active, created_at, updated_at) VALUES
    ('portal', '{"client_id":"portal","redirect_uris":["https://portal.example/callback"],"grant_types":["authorization_code","refresh_token"]}', TRUE, 1, 1),
    ('retired', '{"client_id":"retired","redirect_uris":["https://retired.example/callback"]}', FALSE, 1, 1);
INSERT INTO client_secret (id, client_id, hash, created_at) VALUES ('0193a000-0000-7000-8000-000000000003', 'portal', 'h', 1);
INSERT INTO permission (key, label, category, default_for_reference, default_for_profile, audiences, deprecated, created_at, updated_at)
    VALUES ('orders.create', 'Create orders', 'Orders', FALSE, TRUE, '[]', FALSE, 1, 1);
INSERT INTO permission_profile (id, display_name, display_name_key, description, is_default, permissions, created_at, updated_at)
    VALUES ('0193a000-0000-7000-8000-000000000004', 'Standard', 'standard', '', TRUE, '{}', 1, 1);
INSERT INTO customer (id, code, code_key, display_name, profile_id, active, attributes, created_at, updated_at) VALUES
    ('0193a000-0000-7000-8000-000000000005', 'ACME', 'acme', 'Acme AB', '0193a000-0000-7000-8000-000000000004', TRUE, '{}', 1, 1),
    ('0193a000-0000-7000-8000-000000000006', 'GONE', 'gone', 'Gone AB', NULL, FALSE, '{}', 1, 1);
INSERT INTO verified_domain (domain, customer_id) VALUES ('acme.example', '0193a000-0000-7000-8000-000000000005');
INSERT INTO user_account (id, user_name, display_name, user_type, active, blocked, epoch, attributes, created_at, updated_at)
    VALUES ('0193a000-0000-7000-8000-000000000007', 'anna', 'Anna', 'Customer', TRUE, FALSE, 3, '{"name":{},"claims":{}}', 1, 1);
INSERT INTO login_name (name, user_id) VALUES ('anna', '0193a000-0000-7000-8000-000000000007');
INSERT INTO password (user_id, hash, changed_at) VALUES ('0193a000-0000-7000-8000-000000000007', 'h', 1);
INSERT INTO reference (id, customer_id, user_id, connector_key, display_name, internet_user, active, accepted_at, is_default, contact_role, permissions, roles, source, attributes, created_at, updated_at) VALUES
    ('0193a000-0000-7000-8000-000000000008', '0193a000-0000-7000-8000-000000000005', '0193a000-0000-7000-8000-000000000007', '', 'Anna', TRUE, TRUE, 1, FALSE, 'none', '{}', '[]', 'apply', '{}', 1, 1),
    ('0193a000-0000-7000-8000-000000000009', '0193a000-0000-7000-8000-000000000006', '0193a000-0000-7000-8000-000000000007', '', 'Anna', FALSE, TRUE, 1, FALSE, 'none', '{}', '[]', 'apply', '{}', 1, 1);
INSERT INTO user_group (id, scope, display_name, display_name_key, description, roles, permissions, created_at, updated_at)
    VALUES ('0193a000-0000-7000-8000-00000000000a', '', 'Buyers', 'buyers', '', '["buyer"]', '[]', 1, 1);
INSERT INTO group_member (group_id, member_id, member_type) VALUES ('0193a000-0000-7000-8000-00000000000a', '0193a000-0000-7000-8000-000000000007', 'user');
INSERT INTO license (id, customer_id, product, edition, kind, active, actions, visibility, created_at, updated_at)
    VALUES ('0193a000-0000-7000-8000-00000000000b', '0193a000-0000-7000-8000-000000000005', 'cad', 'pro', 'product', TRUE, '[]', 'own', 1, 1);
INSERT INTO license_assignment (license_id, target_type, target_id) VALUES ('0193a000-0000-7000-8000-00000000000b', 'Customer', '0193a000-0000-7000-8000-000000000005');
INSERT INTO package (id, sku, seats, created_at, updated_at) VALUES ('0193a000-0000-7000-8000-00000000000c', 'P50', 50, 1, 1);
INSERT INTO admin_role (id, holder_type, holder_id, role, customers, created_at, updated_at)
    VALUES ('0193a000-0000-7000-8000-00000000000d', 'user', '0193a000-0000-7000-8000-000000000007', 'auditor', '[]', 1, 1);
INSERT INTO connector (id, customer_id, name, name_key, strict, on_delete, allow_create, created_at, updated_at)
    VALUES ('0193a000-0000-7000-8000-00000000000e', '0193a000-0000-7000-8000-000000000005', 'Entra', 'entra', FALSE, 'disable', TRUE, 1, 1);
INSERT INTO connector_token (id, connector_id, hash, created_at) VALUES ('0193a000-0000-7000-8000-00000000000f', '0193a000-0000-7000-8000-00000000000e', 'h', 1);
INSERT INTO session (id, hash, user_id, user_epoch, remember, auth_time, acr, amr, created_at, last_seen_at, expires_at)
    VALUES ('0193a000-0000-7000-8000-000000000010', 'h', '0193a000-0000-7000-8000-000000000007', 3, FALSE, 1, 'urn:usher:acr:pwd', '["pwd"]', 1, 1, 4000000000000000);
INSERT INTO client_session (session_id, client_id, reference_id, created_at) VALUES ('0193a000-0000-7000-8000-000000000010', 'portal', '0193a000-0000-7000-8000-000000000008', 1);
INSERT INTO remembered_choice (user_id, client_id, reference_id, created_at) VALUES ('0193a000-0000-7000-8000-000000000007', 'portal', '0193a000-0000-7000-8000-000000000008', 1);
INSERT INTO consent (user_id, client_id, reference_id, scopes, granted_at) VALUES ('0193a000-0000-7000-8000-000000000007', 'portal', '', '["openid"]', 1);
INSERT INTO attempt (id, flow_hash, client_id, request, progress, created_at, expires_at)
    VALUES ('0193a000-0000-7000-8000-000000000011', 'h', 'portal', '{}', '{}', 1, 4000000000000000);
INSERT INTO request_handle (id, hash, kind, parameters, expires_at) VALUES ('0193a000-0000-7000-8000-000000000012', 'h', 'authorize', 'a=b', 4000000000000000);
INSERT INTO known_browser (id, user_id, hash, created_at, last_used_at) VALUES ('0193a000-0000-7000-8000-000000000013', '0193a000-0000-7000-8000-000000000007', 'h', 1, 1);
INSERT INTO lockout_bucket (key, failures, consecutive, locks, updated_at) VALUES ('user:0193a000-0000-7000-8000-000000000007', '[1]', 1, 0, 1);
INSERT INTO lockout_slot (id, bucket_key, reserved_at) VALUES ('0193a000-0000-7000-8000-000000000014', 'user:0193a000-0000-7000-8000-000000000007', 1);
INSERT INTO link (id, hash, purpose, user_id, created_at, expires_at)
    VALUES ('0193a000-0000-7000-8000-000000000015', 'h', 'password', '0193a000-0000-7000-8000-000000000007', 1, 4000000000000000);
INSERT INTO authorization_grant (id, client_id, user_id, user_epoch, session_id, reference_id, scope, resources, redirect_uri, acr, amr, auth_time, narrowable, code_expires_at, code_used_at, offline, refresh_key_id, refresh_hash, generation, recent_uses, idle_expires_at, created_at, expires_at)
    VALUES ('0193a000-0000-7000-8000-000000000016', 'portal', '0193a000-0000-7000-8000-000000000007', 3, '0193a000-0000-7000-8000-000000000010', '0193a000-0000-7000-8000-000000000008', 'openid customer', '[]', 'https://portal.example/callback', 'urn:usher:acr:pwd', '["pwd"]', 1, FALSE, 2, 2, FALSE, 's1', 'h', 1, '', 4000000000000000, 1, 4000000000000000);
INSERT INTO opaque_token (id, hash, client_id, claims, expires_at) VALUES ('0193a000-0000-7000-8000-000000000017', 'h', 'portal', '{}', 4000000000000000);
INSERT INTO revoked_token (jti, expires_at) VALUES ('0193a000-0000-7000-8000-000000000016.x', 4000000000000000);
INSERT INTO message (id, channel, template, recipient, locale, variables, state, created_at, expires_at)
    VALUES ('0193a000-0000-7000-8000-000000000018', 'email', 'lockout', 'anna@acme.example', 'en', '{}', 'captured', 1, 4000000000000000);
