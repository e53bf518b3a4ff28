-- migrate:up
BEGIN;
DELETE FROM users;
COMMIT;
