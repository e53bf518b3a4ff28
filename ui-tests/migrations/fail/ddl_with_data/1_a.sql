-- migrate:up
ALTER TABLE users ADD COLUMN name text;
UPDATE users SET name = email;
