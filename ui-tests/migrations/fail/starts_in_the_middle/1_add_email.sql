-- migrate:up
ALTER TABLE users ADD COLUMN email text;
ALTER TABLE accounts ADD COLUMN email text;
-- migrate:down
ALTER TABLE accounts DROP COLUMN email;
ALTER TABLE users DROP COLUMN email;
