ALTER TABLE user ADD COLUMN name text;
