-- migrate:up
ALTER TABLE users ADD COLUMN größe TEXT;
SELECT 'größe' FORM users;
