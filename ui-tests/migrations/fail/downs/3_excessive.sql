-- migrate:up
ALTER TABLE users ADD COLUMN fax text;
-- migrate:down
ALTER TABLE users DROP COLUMN fax, DROP COLUMN name;
