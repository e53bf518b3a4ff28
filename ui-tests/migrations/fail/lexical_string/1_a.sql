-- migrate:up
INSERT INTO users VALUES (1, 'its);

-- migrate:down
DELETE FROM users;
