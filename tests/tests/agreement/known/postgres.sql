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

-- What is dropped together is in nobody's way (performMultipleDeletions in dependency.c).
CREATE TABLE a (id int PRIMARY KEY);
CREATE TABLE b (id int REFERENCES a);
CREATE TABLE c () INHERITS (a);
DROP TABLE a, b, c;
CREATE TABLE a (id int) PARTITION BY LIST (id);
CREATE TABLE b PARTITION OF a FOR VALUES IN (1);
DROP TABLE a, b;
CREATE TABLE a (id int);
CREATE VIEW b AS SELECT * FROM a;
CREATE VIEW c AS SELECT * FROM b;
CREATE VIEW d AS SELECT * FROM c;
DROP VIEW b, c;
DROP VIEW b, c, d;
CREATE TABLE e (x int, y a);
DROP TABLE a, e;
CREATE TYPE a AS (x int);
CREATE TYPE b AS (y a);
DROP TYPE a, b;

CREATE TABLE a (x int, y int);
ALTER TABLE a DROP COLUMN y, ADD COLUMN y text, ALTER COLUMN x TYPE text USING y::text;
ALTER TABLE a ADD COLUMN z int, ALTER COLUMN x TYPE int USING z;

CREATE TYPE k AS (a int, b text);
CREATE TABLE t OF k;
DROP TYPE k;
DROP TYPE k CASCADE;
CREATE TABLE t (b int);
CREATE TYPE k AS (a int, b text);
CREATE TABLE u (c int, LIKE k);
ALTER TABLE u ADD COLUMN b text;
DROP TYPE k;

CREATE TABLE t (x int);
CREATE VIEW v AS SELECT x FROM t;
CREATE POLICY p ON t USING (x = (SELECT x FROM v));
DROP VIEW v;
DROP VIEW v CASCADE;
CREATE POLICY p ON t USING (true);

CREATE TABLE t (a int);
CREATE TRIGGER z BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
CREATE TRIGGER y BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_triggers();

CREATE FUNCTION f(a int, b int, out s int) LANGUAGE sql AS 'select 1';
SELECT * FROM f(a := 10, b := 20);
SELECT f(b => 10, a => 20);
SELECT g AS one, g AS two FROM generate_series(1, 3) g GROUP BY one, rollup(two);
SELECT g AS one, g AS two FROM generate_series(1, 3) g GROUP BY GROUPING SETS ((one, two), (one));
CREATE TYPE complex AS (r float8, i float8);
CREATE TYPE quad AS (c1 complex, c2 complex);
CREATE TABLE t (f int, q quad);
UPDATE t SET q.c1.r = 12 WHERE f = 2;
