INSERT INTO template_override (name, locale, purpose, subject, body_text, body_html, updated_at, updated_by)
    VALUES ('account.locked', 'en', 'account.locked', 'Locked', 'Text', '<p>Text</p>', 1, 'user:0193a000-0000-7000-8000-000000000007');
