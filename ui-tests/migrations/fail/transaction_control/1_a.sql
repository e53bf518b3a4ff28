-- migrate:up
DELETE FROM users;
COMMIT;
DELETE FROM users;
