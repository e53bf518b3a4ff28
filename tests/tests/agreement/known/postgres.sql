-- The first name on the way to the primary key is the primary key's.
CREATE TABLE a (id int PRIMARY KEY, CONSTRAINT named UNIQUE (id));

-- What is dropped goes first, wherever it is written.
CREATE TABLE a (id int4range);
ALTER TABLE a ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY, DROP COLUMN id;
ALTER TABLE a ADD COLUMN b int, DROP COLUMN id, ADD PRIMARY KEY (b);

-- Of what a table is like.
CREATE TABLE a (id int PRIMARY KEY, b text CHECK (b IS NOT NULL), UNIQUE (b), EXCLUDE USING btree (id WITH =));
CREATE INDEX i ON a (b, lower(b)) WHERE id > 0;
COMMENT ON INDEX i IS 'remark';
CREATE TABLE b (LIKE a INCLUDING ALL);
CREATE TABLE c (LIKE a);
CREATE TABLE d (LIKE d);

-- Partitions have indexes, keys and foreign keys of their own.
CREATE TABLE target (id int PRIMARY KEY);
CREATE TABLE a (id int, b int REFERENCES target, CHECK (b > 0), PRIMARY KEY (id)) PARTITION BY LIST (id);
CREATE TABLE a1 PARTITION OF a FOR VALUES IN (1);
CREATE INDEX ON a (b);
CREATE TABLE a2 (id int NOT NULL, b int, CONSTRAINT a_b_check CHECK (b > 0));
ALTER TABLE a ATTACH PARTITION a2 FOR VALUES IN (2);
DROP INDEX a1_b_idx;
ALTER TABLE a DETACH PARTITION a1;
DROP INDEX a1_b_idx;
DROP TABLE a;

-- Tables, views, sequences and types share names.
CREATE TABLE a (id int);
CREATE TYPE a AS ENUM ();
CREATE TYPE b AS (x int);
CREATE INDEX b ON a (id);
CREATE SEQUENCE b;
CREATE TABLE IF NOT EXISTS b (id int);
DROP TYPE a;
DROP TYPE b;

-- A policy holds the columns that it is about.
CREATE TABLE a (id int, b int);
CREATE POLICY p ON a USING (b > 0);
ALTER TABLE a DROP COLUMN b;
ALTER TABLE a DROP COLUMN b CASCADE;

-- A sequence of an identity column does not go alone; nor is it a type.
CREATE TABLE a (id int GENERATED ALWAYS AS IDENTITY);
DROP SEQUENCE a_id_seq;
CREATE TABLE b (x a_id_seq);
ALTER TABLE a ALTER COLUMN id DROP IDENTITY;

-- A schema that is gone takes nothing.
DROP SCHEMA public CASCADE;
CREATE TABLE a (id int);

-- A constraint goes with the column that its index includes.
CREATE TABLE a (id int, b int, UNIQUE (id) INCLUDE (b));
ALTER TABLE a DROP COLUMN b;

-- Its own name is taken.
CREATE TABLE a (id int);
ALTER TABLE a RENAME TO a;
ALTER TABLE a RENAME COLUMN id TO id;
