-- migrate:up
ALTER TABLE users ADD COLUMN phone text;
-- migrate:down
SELECT 1;
