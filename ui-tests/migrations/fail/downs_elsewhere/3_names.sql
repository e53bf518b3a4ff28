-- migrate:up
ALTER TABLE users ADD COLUMN last_name text;
-- migrate:down
ALTER TABLE users DROP COLUMN first_name, DROP COLUMN last_name;
