-- migrate:up
DELETE FROM users;

-- migrate:down
SELECT 1;
