-- migrate:up
-- migrate:requires 1
-- migrate:lock-timeout 1500ms
-- migrate:statement-timeout 1h
ALTER TABLE users ADD COLUMN name TEXT;
CREATE INDEX users_name ON users (name);

-- migrate:down
DROP INDEX users_name;
ALTER TABLE users DROP COLUMN name;
