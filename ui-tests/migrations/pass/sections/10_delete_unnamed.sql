-- migrate:up
-- migrate:irreversible deleted rows do not come back
DELETE FROM users WHERE name IS NULL;
