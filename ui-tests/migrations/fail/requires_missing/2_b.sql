-- migrate:up
-- migrate:requires create_user
DELETE FROM users;
