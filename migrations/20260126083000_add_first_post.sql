-- A new installation greets its first visitor.

-- migrate:up
INSERT INTO users (id, email, display_name)
VALUES (1, 'editor@example.org', 'The editor');

INSERT INTO posts (id, author_id, title, body, published_at)
VALUES (1, 1, 'Hello; world', 'It''s the first post -- and not the last.', CURRENT_TIMESTAMP);

-- migrate:down
DELETE FROM posts WHERE id = 1;
DELETE FROM users WHERE id = 1;
