-- migrate:up
ALTER TABLE users ADD COLUMN first_name text;
-- migrate:down
SELECT 1;
