-- migrate:up
-- migrate:requires 1
DELETE FROM users;
