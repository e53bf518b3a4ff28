--: alter-table-split is silent: another table
CREATE TABLE a (id bigint PRIMARY KEY, n integer); CREATE TABLE b (id bigint PRIMARY KEY, n integer);
--: then
ALTER TABLE a ALTER n TYPE bigint;
ALTER TABLE b ALTER n TYPE bigint;
--: alter-table-split is silent: one of the two reads no rows
CREATE TABLE a (id bigint PRIMARY KEY, n integer);
--: then
ALTER TABLE a ALTER n TYPE bigint;
ALTER TABLE a ADD COLUMN m text;
--: alter-table-split is silent: the table is new
CREATE TABLE a (id bigint PRIMARY KEY, n integer);
ALTER TABLE a ALTER n TYPE bigint;
ALTER TABLE a ALTER id TYPE numeric;
--: assignment-repeated is silent: two fields of one column
CREATE TABLE a (id bigint PRIMARY KEY, list integer[]);
--: then
UPDATE a SET list[1] = 1, list[2] = 2 WHERE id = 1;
--: backfill-in-transaction is silent: each statement commits by itself
CREATE TABLE a (id bigint PRIMARY KEY, name text);
--: then
-- migrate:no-transaction
ALTER TABLE a ADD COLUMN initials text;
UPDATE a SET initials = left(name, 1) WHERE initials IS NULL;
--: cascade-dropped is silent: nothing else goes
CREATE TABLE a (id bigint PRIMARY KEY);
--: then
DROP TABLE a CASCADE;
--: cascade-dropped is silent: what goes is new
CREATE TABLE a (id bigint PRIMARY KEY);
--: then
CREATE VIEW v AS SELECT id FROM a;
DROP TABLE a CASCADE;
--: cascade-dropped fires: a view of a column
CREATE TABLE a (id bigint PRIMARY KEY, name text); CREATE VIEW v AS SELECT name FROM a;
--: then
ALTER TABLE a DROP COLUMN name CASCADE;
--: check-validated fires: behind the type of a new column
CREATE TABLE a (id bigint PRIMARY KEY);
--: then
ALTER TABLE a ADD COLUMN n integer DEFAULT 1 CHECK (n > 0);
--: check-validated is silent: the table is new
CREATE TABLE a (id bigint PRIMARY KEY, n integer);
ALTER TABLE a ADD CONSTRAINT positive CHECK (n > 0);
--: check-validated is silent: it is no check
CREATE TABLE a (id bigint PRIMARY KEY, n integer);
--: then
ALTER TABLE a ADD CONSTRAINT one UNIQUE (n);
--: column-alignment is silent: four bytes are no loss of a value
CREATE TABLE a (n integer, id bigint PRIMARY KEY);
--: column-alignment is silent: an array has no length that is known
CREATE TABLE a (list boolean[], id bigint PRIMARY KEY, alarm boolean, at timestamptz);
--: column-dropped is silent: the column is new
CREATE TABLE a (id bigint PRIMARY KEY);
--: then
ALTER TABLE a ADD COLUMN temporary text;
ALTER TABLE a DROP COLUMN temporary;
--: column-dropped is silent: there is no such column
CREATE TABLE a (id bigint PRIMARY KEY);
--: then
ALTER TABLE a DROP COLUMN IF EXISTS name;
--: column-dropped is silent: another one was filled beside it, and takes its name
CREATE TABLE a (id bigint PRIMARY KEY, name varchar(10));
--: then
ALTER TABLE a ADD COLUMN new_name text;
UPDATE a SET new_name = name WHERE id > 0;
ALTER TABLE a DROP COLUMN name;
ALTER TABLE a RENAME COLUMN new_name TO name;
--: column-dropped fires: what it held is gone, although there is one of its name
CREATE TABLE a (id bigint PRIMARY KEY, name varchar(10));
--: then
ALTER TABLE a DROP COLUMN name;
ALTER TABLE a ADD COLUMN name text;
--: column-renamed is silent: another one has the name
CREATE TABLE a (id bigint PRIMARY KEY, name varchar(10));
--: then
ALTER TABLE a RENAME COLUMN name TO old_name;
ALTER TABLE a ADD COLUMN name text;
--: column-renamed is silent: the column is new
CREATE TABLE a (id bigint PRIMARY KEY);
--: then
ALTER TABLE a ADD COLUMN naem text;
ALTER TABLE a RENAME COLUMN naem TO name;
--: column-required is silent: the table is emptied before
CREATE TABLE a (id bigint PRIMARY KEY);
--: then
TRUNCATE a;
ALTER TABLE a ADD COLUMN name text NOT NULL;
--: column-required is silent: it is computed
CREATE TABLE a (id bigint PRIMARY KEY);
--: then
ALTER TABLE a ADD COLUMN twice bigint NOT NULL GENERATED ALWAYS AS (id * 2) STORED;
--: columns-by-position is silent: the columns are named
CREATE TABLE a (id integer PRIMARY KEY, x text, y text); CREATE TABLE b (id integer PRIMARY KEY, y text, x text);
--: then
INSERT INTO a (id, y, x) SELECT * FROM b;
--: columns-by-position is silent: the names are others, so that nobody knows
CREATE TABLE a (id integer PRIMARY KEY, x text); CREATE TABLE b (id integer PRIMARY KEY, z text);
--: then
INSERT INTO a SELECT * FROM b;
--: constraint-unvalidated is silent: all rows are looked at
CREATE TABLE a (id bigint PRIMARY KEY);
--: then
ALTER TABLE a ADD CONSTRAINT positive CHECK (id > 0);
--: default-frozen is silent: it is no time
CREATE TABLE a (id bigint PRIMARY KEY, word text DEFAULT 'now');
--: default-frozen fires: a date
CREATE TABLE a (id bigint PRIMARY KEY, at date DEFAULT 'today');
--: default-frozen is silent: the text is cast for each row
CREATE TABLE a (id bigint PRIMARY KEY, at timestamptz DEFAULT ('now'::text)::timestamptz);
--: default-volatile is silent: a serial is another matter
CREATE TABLE a (id bigint PRIMARY KEY);
--: then
ALTER TABLE a ADD COLUMN n serial;
--: default-volatile is silent: the same for all rows
CREATE TABLE a (id bigint PRIMARY KEY);
--: then
ALTER TABLE a ADD COLUMN at timestamptz DEFAULT now();
--: detach-not-concurrent is silent: there is a default partition
CREATE TABLE a (id bigint) PARTITION BY RANGE (id); CREATE TABLE b PARTITION OF a FOR VALUES FROM (1) TO (2); CREATE TABLE c PARTITION OF a DEFAULT;
--: then
ALTER TABLE a DETACH PARTITION b;
--: domain-constraint-added is silent: no column is of it
CREATE DOMAIN d AS text;
--: then
ALTER DOMAIN d ADD CONSTRAINT short CHECK (length(VALUE) < 9);
--: enum-value-renamed is silent: the enum is new
CREATE TYPE mood AS ENUM ('god');
ALTER TYPE mood RENAME VALUE 'god' TO 'good';
--: enum-value-used fires: as a default
CREATE TYPE mood AS ENUM ('good'); CREATE TABLE a (id bigint PRIMARY KEY, mood mood);
--: then
ALTER TYPE mood ADD VALUE 'bad';
ALTER TABLE a ALTER mood SET DEFAULT 'bad';
--: enum-value-used fires: in a comparison
CREATE TYPE mood AS ENUM ('good'); CREATE TABLE a (id bigint PRIMARY KEY, mood mood);
--: then
ALTER TYPE mood ADD VALUE 'bad';
DELETE FROM a WHERE mood = 'bad';
--: enum-value-used fires: in a cast
CREATE TYPE mood AS ENUM ('good');
--: then
ALTER TYPE mood ADD VALUE 'bad';
SELECT 'bad'::mood;
--: enum-value-used is silent: a text of another type
CREATE TYPE mood AS ENUM ('good'); CREATE TABLE a (id bigint PRIMARY KEY, name text);
--: then
ALTER TYPE mood ADD VALUE 'bad';
DELETE FROM a WHERE name = 'bad';
--: enum-value-used is silent: an old value
CREATE TYPE mood AS ENUM ('good'); CREATE TABLE a (id bigint PRIMARY KEY, mood mood);
--: then
ALTER TYPE mood ADD VALUE 'bad';
DELETE FROM a WHERE mood = 'good';
--: enum-value-used is silent: the enum is new
CREATE TYPE mood AS ENUM ('good');
ALTER TYPE mood ADD VALUE 'bad';
SELECT 'bad'::mood;
--: enum-value-used is silent: each statement commits by itself
CREATE TYPE mood AS ENUM ('good');
--: then
-- migrate:no-transaction
ALTER TYPE mood ADD VALUE 'bad';
SELECT 'bad'::mood;
--: foreign-key-dropped is silent: its column goes as well
CREATE TABLE a (id bigint PRIMARY KEY); CREATE TABLE b (id bigint PRIMARY KEY, a_id bigint CONSTRAINT fk REFERENCES a (id));
--: then
ALTER TABLE b DROP CONSTRAINT fk, DROP COLUMN a_id;
--: foreign-key-dropped is silent: its target goes as well
CREATE TABLE a (id bigint PRIMARY KEY); CREATE TABLE b (id bigint PRIMARY KEY, a_id bigint CONSTRAINT fk REFERENCES a (id));
--: then
ALTER TABLE b DROP CONSTRAINT fk;
DROP TABLE a;
--: foreign-key-unindexed is silent: the columns stand in another order
CREATE TABLE a (x bigint, y bigint, PRIMARY KEY (x, y));
CREATE TABLE b (y bigint, x bigint, n bigint, FOREIGN KEY (x, y) REFERENCES a (x, y), PRIMARY KEY (y, x, n));
--: foreign-key-unindexed is silent: the index has all rows that are not null
CREATE TABLE a (id bigint PRIMARY KEY); CREATE TABLE b (id bigint PRIMARY KEY, a_id bigint REFERENCES a (id));
CREATE INDEX i ON b (a_id) WHERE a_id IS NOT NULL;
--: foreign-key-unindexed fires: the index has only some rows
CREATE TABLE a (id bigint PRIMARY KEY); CREATE TABLE b (id bigint PRIMARY KEY, a_id bigint REFERENCES a (id));
CREATE INDEX i ON b (a_id) WHERE id > 7;
--: foreign-key-unindexed fires: such an index does not find rows that are equal
CREATE TABLE a (id bigint PRIMARY KEY); CREATE TABLE b (id bigint PRIMARY KEY, a_id bigint REFERENCES a (id));
CREATE INDEX i ON b USING brin (a_id);
--: foreign-key-unindexed fires: an expression is no column
CREATE TABLE a (id bigint PRIMARY KEY); CREATE TABLE b (id bigint PRIMARY KEY, a_id bigint REFERENCES a (id));
CREATE INDEX i ON b ((a_id + 1));
--: foreign-key-validated is silent: a new column that is null in all rows
CREATE TABLE a (id bigint PRIMARY KEY); CREATE TABLE b (id bigint PRIMARY KEY);
--: then
ALTER TABLE b ADD COLUMN a_id bigint REFERENCES a (id);
--: foreign-key-validated fires: a new column with a default
CREATE TABLE a (id bigint PRIMARY KEY); CREATE TABLE b (id bigint PRIMARY KEY);
--: then
ALTER TABLE b ADD COLUMN a_id bigint DEFAULT 1 REFERENCES a (id);
--: foreign-key-validated is silent: the table is new
CREATE TABLE a (id bigint PRIMARY KEY);
--: then
CREATE TABLE b (id bigint PRIMARY KEY, a_id bigint);
ALTER TABLE b ADD FOREIGN KEY (a_id) REFERENCES a (id);
--: grant-to-public is silent: of a function
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
--: then
GRANT EXECUTE ON FUNCTION f() TO PUBLIC;
--: grant-to-public is silent: a role, not a privilege
CREATE TABLE a (id bigint PRIMARY KEY);
--: then
GRANT pg_monitor TO CURRENT_USER;
--: grant-to-public fires: what will be created
CREATE TABLE a (id bigint PRIMARY KEY);
--: then
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO PUBLIC;
--: index-duplicate fires: a unique one begins with its keys
CREATE TABLE a (id bigint PRIMARY KEY, x bigint, y bigint);
CREATE UNIQUE INDEX one ON a (x, y);
CREATE INDEX two ON a (x);
--: index-duplicate is silent: the shorter one is unique
CREATE TABLE a (id bigint PRIMARY KEY, x bigint, y bigint);
CREATE INDEX one ON a (x, y);
CREATE UNIQUE INDEX two ON a (x);
--: index-duplicate is silent: of other rows
CREATE TABLE a (id bigint PRIMARY KEY, x bigint);
CREATE INDEX one ON a (x) WHERE x > 7;
CREATE INDEX two ON a (x);
--: index-duplicate is silent: of another kind
CREATE TABLE a (id bigint PRIMARY KEY, x bigint);
CREATE INDEX one ON a USING hash (x);
CREATE INDEX two ON a (x);
--: index-duplicate is silent: it holds another column
CREATE TABLE a (id bigint PRIMARY KEY, x bigint, y bigint); CREATE INDEX one ON a (x);
--: then
CREATE INDEX two ON a (x) INCLUDE (y);
--: index-not-concurrent is silent: the table is new
CREATE TABLE a (id bigint PRIMARY KEY, x bigint);
CREATE INDEX one ON a (x);
--: integer-key is silent: nothing numbers the rows
CREATE TABLE a (id integer PRIMARY KEY);
--: integer-key is silent: it is not the key
CREATE TABLE a (id text PRIMARY KEY, n integer GENERATED ALWAYS AS IDENTITY);
--: lock-held is silent: that has a rule of its own
CREATE TABLE a (id bigint PRIMARY KEY, x bigint);
--: then
ALTER TABLE a ADD COLUMN y bigint;
CREATE INDEX one ON a (x);
--: lock-held fires: behind one that has a rule of its own
CREATE TABLE a (id bigint PRIMARY KEY, x bigint); ALTER TABLE a ADD CONSTRAINT positive CHECK (x > 0) NOT VALID;
--: then
ALTER TABLE a ADD COLUMN y bigint;
CREATE INDEX one ON a (x);
ALTER TABLE a VALIDATE CONSTRAINT positive;
--: lock-held fires: a view
CREATE TABLE a (id bigint PRIMARY KEY); CREATE MATERIALIZED VIEW v AS SELECT id FROM a;
--: then
ALTER TABLE a ADD COLUMN y bigint;
REFRESH MATERIALIZED VIEW v;
--: name-reserved fires: by another name
CREATE TABLE a (id bigint PRIMARY KEY);
--: then
ALTER TABLE a RENAME TO "table";
--: name-reserved is silent: an index is named nowhere
CREATE TABLE a (id bigint PRIMARY KEY, x bigint);
CREATE INDEX "order" ON a (x);
--: not-null-dropped is silent: it is back
CREATE TABLE a (id bigint PRIMARY KEY, x bigint NOT NULL);
--: then
ALTER TABLE a ALTER x DROP NOT NULL;
ALTER TABLE a ALTER x SET NOT NULL;
--: primary-key-missing is silent: a partition
CREATE TABLE a (id bigint PRIMARY KEY) PARTITION BY RANGE (id);
CREATE TABLE b PARTITION OF a DEFAULT;
--: primary-key-missing is silent: for the session only
CREATE TEMPORARY TABLE a (id bigint);
--: row-security-disabled is silent: it is back
CREATE TABLE a (id bigint PRIMARY KEY); ALTER TABLE a ENABLE ROW LEVEL SECURITY;
--: then
ALTER TABLE a DISABLE ROW LEVEL SECURITY;
ALTER TABLE a ENABLE ROW LEVEL SECURITY;
--: rows-truncated is silent: the table goes
CREATE TABLE a (id bigint PRIMARY KEY);
--: then
DELETE FROM a;
DROP TABLE a;
--: security-definer-search-path is silent: names are looked up once
CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER BEGIN ATOMIC SELECT 1; END;
--: security-definer-search-path is silent: with the rights of the caller
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
--: sequence-exhaustible is silent: the sequence grows as well
CREATE TABLE a (id serial PRIMARY KEY);
--: then
ALTER TABLE a ALTER id TYPE bigint;
ALTER SEQUENCE a_id_seq AS bigint;
--: sequence-exhaustible is silent: that of an identity follows
CREATE TABLE a (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
--: then
ALTER TABLE a ALTER id TYPE bigint;
--: table-dropped fires: it is made anew, without its rows
CREATE TABLE a (id bigint PRIMARY KEY);
--: then
DROP TABLE a;
CREATE TABLE a (id bigint PRIMARY KEY, x bigint);
--: table-dropped fires: it is made anew, with a few other rows
CREATE TABLE a (id bigint PRIMARY KEY);
--: then
CREATE TABLE b (id bigint PRIMARY KEY);
INSERT INTO b VALUES (1), (2);
DROP TABLE a;
ALTER TABLE b RENAME TO a;
--: table-dropped is silent: it is made anew, with its rows
CREATE TABLE a (id bigint PRIMARY KEY);
--: then
CREATE TABLE b (id bigint PRIMARY KEY);
INSERT INTO b SELECT id FROM a;
DROP TABLE a;
ALTER TABLE b RENAME TO a;
--: table-dropped is silent: its rows are kept meanwhile
CREATE TABLE a (id bigint PRIMARY KEY);
--: then
CREATE TEMP TABLE b AS SELECT id FROM a;
DROP TABLE a;
CREATE TABLE a (id bigint PRIMARY KEY);
INSERT INTO a SELECT id FROM b;
--: table-dropped is silent: its rows may be kept meanwhile
CREATE TABLE a (id bigint PRIMARY KEY);
--: then
DO $$ BEGIN EXECUTE 'CREATE TABLE b AS SELECT id FROM a'; END $$;
DROP TABLE a;
CREATE TABLE a (id bigint PRIMARY KEY);
--: table-dropped is silent: it was emptied before, and is made anew
CREATE TABLE a (id bigint PRIMARY KEY);
--: then
TRUNCATE a;
DROP TABLE a;
CREATE TABLE a (id bigint PRIMARY KEY);
--: table-dropped is silent: a view is made anew
CREATE TABLE a (id bigint PRIMARY KEY); CREATE VIEW v AS SELECT id FROM a;
--: then
DROP VIEW v;
CREATE VIEW v AS SELECT id FROM a;
--: trigger-disabled is silent: it is on again
CREATE TABLE a (id bigint PRIMARY KEY); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$; CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW EXECUTE FUNCTION f();
--: then
ALTER TABLE a DISABLE TRIGGER t;
ALTER TABLE a ENABLE TRIGGER ALL;
--: trigger-disabled fires: all of them
CREATE TABLE a (id bigint PRIMARY KEY);
--: then
ALTER TABLE a DISABLE TRIGGER ALL;
--: trigger-disabled is silent: all of them are on again
CREATE TABLE a (id bigint PRIMARY KEY);
--: then
ALTER TABLE a DISABLE TRIGGER ALL;
ALTER TABLE a ENABLE TRIGGER ALL;
--: trigger-disabled fires: of the session
SET session_replication_role = replica;
--: truncate-cascade is silent: nothing refers to it
CREATE TABLE a (id bigint PRIMARY KEY);
--: then
TRUNCATE a CASCADE;
--: validated-at-once is silent: each statement commits by itself
CREATE TABLE a (id bigint PRIMARY KEY);
--: then
-- migrate:no-transaction
ALTER TABLE a ADD CONSTRAINT positive CHECK (id > 0) NOT VALID;
ALTER TABLE a VALIDATE CONSTRAINT positive;
--: alter-table-split is silent: another statement stands between
CREATE TABLE a (id bigint PRIMARY KEY, n integer, m integer);
--: then
ALTER TABLE a ALTER n TYPE bigint;
UPDATE a SET m = 1 WHERE id = 1;
ALTER TABLE a ALTER m TYPE bigint;
--: column-alignment is silent: the rows are elsewhere
CREATE EXTENSION file_fdw;
CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
CREATE FOREIGN TABLE a (valid boolean, at timestamptz, alarm boolean, id bigint) SERVER files;
--: constraint-unvalidated is silent: it is not enforced
CREATE TABLE a (id bigint PRIMARY KEY, x bigint);
--: then
ALTER TABLE a ADD CONSTRAINT positive CHECK (x > 0) NOT ENFORCED;
--: default-frozen is silent: the text is cast for each row, from varchar
CREATE TABLE a (id bigint PRIMARY KEY, at timestamptz DEFAULT ('now'::varchar)::timestamptz);
--: detach-not-concurrent is silent: the table is new
CREATE TABLE a (id bigint) PARTITION BY RANGE (id);
CREATE TABLE b PARTITION OF a FOR VALUES FROM (1) TO (2);
ALTER TABLE a DETACH PARTITION b;
--: exclusion-added is silent: the table is new
CREATE TABLE a (id bigint PRIMARY KEY, x box);
ALTER TABLE a ADD EXCLUDE USING gist (x WITH &&);
--: foreign-key-dropped is silent: it is new
CREATE TABLE a (id bigint PRIMARY KEY); CREATE TABLE b (id bigint PRIMARY KEY, a_id bigint);
--: then
ALTER TABLE b ADD CONSTRAINT fk FOREIGN KEY (a_id) REFERENCES a (id) NOT VALID;
ALTER TABLE b DROP CONSTRAINT fk;
--: foreign-key-unindexed is silent: a partition has what its parent has
CREATE TABLE a (id bigint PRIMARY KEY);
CREATE TABLE b (id bigint, a_id bigint REFERENCES a (id), PRIMARY KEY (a_id, id)) PARTITION BY RANGE (a_id);
CREATE TABLE c PARTITION OF b DEFAULT;
--: foreign-key-validated is silent: a partitioned table cannot have it otherwise before 18
CREATE TABLE a (id bigint PRIMARY KEY); CREATE TABLE b (id bigint, a_id bigint) PARTITION BY RANGE (id);
--: then
ALTER TABLE b ADD FOREIGN KEY (a_id) REFERENCES a (id);
--: grant-to-public is silent: to another role
CREATE TABLE a (id bigint PRIMARY KEY);
--: then
GRANT SELECT ON a TO CURRENT_USER;
--: index-drop-not-concurrent is silent: it cannot be said with CASCADE
CREATE TABLE a (id bigint PRIMARY KEY, x bigint); CREATE INDEX i ON a (x);
--: then
DROP INDEX i CASCADE;
--: index-drop-not-concurrent is silent: the index is new
CREATE TABLE a (id bigint PRIMARY KEY, x bigint);
--: then
CREATE INDEX i ON a (x);
DROP INDEX i;
--: index-drop-not-concurrent is silent: the table goes as well
CREATE TABLE a (id bigint PRIMARY KEY, x bigint); CREATE INDEX i ON a (x);
--: then
DROP INDEX i;
DROP TABLE a;
--: index-drop-not-concurrent is silent: of a partitioned table it cannot be said
CREATE TABLE a (id bigint, x bigint) PARTITION BY RANGE (id); CREATE INDEX i ON a (x);
--: then
DROP INDEX i;
--: index-duplicate is silent: two nulls are alike to one of them
CREATE TABLE a (id bigint PRIMARY KEY, x bigint);
CREATE UNIQUE INDEX one ON a (x) NULLS NOT DISTINCT;
CREATE UNIQUE INDEX two ON a (x);
--: index-made-unique is silent: the old one stays
CREATE TABLE a (id bigint PRIMARY KEY, x bigint); CREATE INDEX one ON a (x);
--: then
CREATE UNIQUE INDEX two ON a (x);
--: index-made-unique is silent: the rows are mended before
CREATE TABLE a (id bigint PRIMARY KEY, x bigint); CREATE INDEX one ON a (x);
--: then
DELETE FROM a WHERE x = 7;
DROP INDEX one;
CREATE UNIQUE INDEX two ON a (x);
--: index-made-unique fires: new rows mend nothing
CREATE TABLE a (id bigint PRIMARY KEY, x bigint); CREATE INDEX one ON a (x);
--: then
INSERT INTO a VALUES (1, 1);
DROP INDEX one;
CREATE UNIQUE INDEX two ON a (x);
--: index-made-unique is silent: another one is unique
CREATE TABLE a (id bigint PRIMARY KEY, x bigint); CREATE UNIQUE INDEX zero ON a (x); CREATE INDEX one ON a (x);
--: then
DROP INDEX one;
CREATE UNIQUE INDEX two ON a (x);
--: integer-column fires: a smaller one
CREATE TABLE a (id bigint PRIMARY KEY, x smallint);
--: integer-key fires: a smaller one, of a sequence
CREATE TABLE a (id smallserial PRIMARY KEY);
--: integer-key is silent: it is large
CREATE TABLE a (id bigserial PRIMARY KEY);
--: lock-timeout-missing is silent: it is set
CREATE TABLE a (id bigint PRIMARY KEY);
--: then
SET lock_timeout = '2s';
ALTER TABLE a ADD COLUMN x text;
--: logged-changed is silent: the table is new
CREATE UNLOGGED TABLE a (id bigint PRIMARY KEY);
ALTER TABLE a SET LOGGED;
--: name-style is silent: the database has chosen it
CREATE TABLE a (id bigint PRIMARY KEY, "X" bigint);
--: then
CREATE INDEX ON a ("X");
--: name-style is silent: a digit
CREATE TABLE a1 (id bigint PRIMARY KEY);
--: name-unqualified is silent: for the session only
CREATE TEMPORARY TABLE a (id bigint);
--: name-unqualified is silent: a view for the session only
CREATE TEMPORARY VIEW v AS SELECT 1 AS x;
--: not-null-dropped is silent: the column is new
CREATE TABLE a (id bigint PRIMARY KEY);
--: then
ALTER TABLE a ADD COLUMN x bigint NOT NULL DEFAULT 1;
ALTER TABLE a ALTER x DROP NOT NULL;
--: not-rerunnable is silent: all or nothing
CREATE TABLE a (id bigint PRIMARY KEY);
--: not-rerunnable fires: a table
-- migrate:no-transaction
CREATE TABLE a (id bigint PRIMARY KEY);
--: not-rerunnable is silent: a table that may be there
-- migrate:no-transaction
CREATE TABLE IF NOT EXISTS a (id bigint PRIMARY KEY);
--: not-rerunnable fires: a table that goes
CREATE TABLE a (id bigint PRIMARY KEY);
--: then
-- migrate:no-transaction
DROP TABLE a;
--: not-rerunnable is silent: a view that may be there
-- migrate:no-transaction
CREATE OR REPLACE VIEW v AS SELECT 1 AS x;
--: not-rerunnable fires: a view
-- migrate:no-transaction
CREATE VIEW v AS SELECT 1 AS x;
--: policy-always-true is silent: for some
CREATE TABLE a (id bigint PRIMARY KEY);
CREATE POLICY p ON a TO CURRENT_USER USING (true);
--: policy-always-true is silent: it allows nothing by itself
CREATE TABLE a (id bigint PRIMARY KEY);
CREATE POLICY p ON a AS RESTRICTIVE USING (true);
--: policy-always-true is silent: what is written is checked
CREATE TABLE a (id bigint PRIMARY KEY);
CREATE POLICY p ON a USING (true) WITH CHECK (id > 7);
--: policy-always-true is silent: for readers
CREATE TABLE a (id bigint PRIMARY KEY);
CREATE POLICY p ON a FOR SELECT USING (true);
--: policy-always-true fires: for everybody, said
CREATE TABLE a (id bigint PRIMARY KEY);
CREATE POLICY p ON a FOR INSERT TO PUBLIC WITH CHECK (true);
--: primary-key-added is silent: the index is there
CREATE TABLE a (id bigint NOT NULL); CREATE UNIQUE INDEX i ON a (id);
--: then
ALTER TABLE a ADD CONSTRAINT k PRIMARY KEY USING INDEX i;
--: primary-key-missing is silent: a child
CREATE TABLE a (id bigint PRIMARY KEY);
CREATE TABLE b (x bigint) INHERITS (a);
--: primary-key-missing is silent: it may have come along
CREATE TABLE a (id bigint PRIMARY KEY);
CREATE TABLE b (LIKE a INCLUDING ALL);
--: refresh-not-concurrent is silent: not all rows are in the index
CREATE TABLE a (id bigint PRIMARY KEY); CREATE MATERIALIZED VIEW v AS SELECT id FROM a; CREATE UNIQUE INDEX i ON v (id) WHERE id > 7;
--: then
REFRESH MATERIALIZED VIEW v;
--: refresh-not-concurrent is silent: the view is new
CREATE TABLE a (id bigint PRIMARY KEY);
--: then
CREATE MATERIALIZED VIEW v AS SELECT id FROM a;
CREATE UNIQUE INDEX i ON v (id);
REFRESH MATERIALIZED VIEW v;
--: row-security-disabled is silent: the table is new
CREATE TABLE a (id bigint PRIMARY KEY);
ALTER TABLE a ENABLE ROW LEVEL SECURITY;
ALTER TABLE a DISABLE ROW LEVEL SECURITY;
--: rows-truncated is silent: the table is new
CREATE TABLE a (id bigint PRIMARY KEY);
DELETE FROM a;
--: rule-created is silent: of a view
CREATE TABLE a (id bigint PRIMARY KEY); CREATE VIEW v AS SELECT id FROM a;
--: then
CREATE RULE r AS ON DELETE TO v DO INSTEAD NOTHING;
--: schema-dropped is silent: it is new
CREATE SCHEMA s;
DROP SCHEMA s CASCADE;
--: schema-renamed is silent: it is new
CREATE SCHEMA s;
ALTER SCHEMA s RENAME TO t;
--: search-path-set is silent: another setting
SET statement_timeout = 0;
--: several-tables-locked is silent: one of them is new
CREATE TABLE a (id bigint PRIMARY KEY);
--: then
CREATE TABLE b (id bigint PRIMARY KEY);
ALTER TABLE b ADD COLUMN x bigint;
ALTER TABLE a ADD COLUMN x bigint;
--: stored-column-added is silent: the table is new
CREATE TABLE a (id bigint PRIMARY KEY);
ALTER TABLE a ADD COLUMN x bigint GENERATED ALWAYS AS (id * 2) STORED;
--: table-dropped is silent: for the session only
CREATE TEMPORARY TABLE a (id bigint);
DROP TABLE a;
--: table-renamed is silent: the table is new
CREATE TABLE a (id bigint PRIMARY KEY);
ALTER TABLE a RENAME TO b;
--: table-repacked is silent: the table is new
-- migrate:no-transaction
CREATE TABLE a (id bigint PRIMARY KEY);
CLUSTER a USING a_pkey;
--: tablespace-moved is silent: the table is new
CREATE TABLE a (id bigint PRIMARY KEY);
ALTER TABLE a SET TABLESPACE pg_default;
--: truncate-cascade is silent: what refers to it is named
CREATE TABLE a (id bigint PRIMARY KEY); CREATE TABLE b (id bigint PRIMARY KEY, a_id bigint REFERENCES a (id));
--: then
TRUNCATE a, b CASCADE;
--: truncate-cascade is silent: the server refuses if anything is not named
CREATE TABLE a (id bigint PRIMARY KEY); CREATE TABLE b (id bigint PRIMARY KEY, a_id bigint REFERENCES a (id));
--: then
TRUNCATE a, b;
--: unique-constraint-added is silent: the index is there
CREATE TABLE a (id bigint PRIMARY KEY, x bigint); CREATE UNIQUE INDEX i ON a (x);
--: then
ALTER TABLE a ADD CONSTRAINT k UNIQUE USING INDEX i;
--: unique-constraint-added is silent: the table is new
CREATE TABLE a (id bigint PRIMARY KEY, x bigint);
ALTER TABLE a ADD UNIQUE (x);
--: varchar-limit is silent: there is none
CREATE TABLE a (id bigint PRIMARY KEY, x varchar);
--: whole-table-updated is silent: that is a matter of the lock
CREATE TABLE a (id bigint PRIMARY KEY);
--: then
ALTER TABLE a ADD COLUMN x bigint;
UPDATE a SET x = 1;

--: index-not-concurrent is silent: the table is empty
CREATE TABLE a (id bigint PRIMARY KEY, x bigint);
--: then
DELETE FROM a;
CREATE INDEX i ON a (x);
--: index-not-concurrent fires: some rows are left
CREATE TABLE a (id bigint PRIMARY KEY, x bigint);
--: then
DELETE FROM a WHERE x = 1;
CREATE INDEX i ON a (x);
--: index-not-concurrent fires: it is full again
CREATE TABLE a (id bigint PRIMARY KEY, x bigint); CREATE TABLE b (id bigint PRIMARY KEY);
--: then
TRUNCATE a;
INSERT INTO a SELECT id, id FROM b;
CREATE INDEX i ON a (x);
--: index-drop-not-concurrent is silent: the table is emptied before
CREATE TABLE a (id bigint PRIMARY KEY, x bigint); CREATE INDEX i ON a (x);
--: then
TRUNCATE a;
DROP INDEX i;
--: refresh-not-concurrent is silent: the view has no rows yet
CREATE TABLE a (id bigint PRIMARY KEY); CREATE MATERIALIZED VIEW v AS SELECT id FROM a WITH NO DATA; CREATE UNIQUE INDEX i ON v (id);
--: then
REFRESH MATERIALIZED VIEW v;
--: refresh-not-concurrent fires: it has got them
CREATE TABLE a (id bigint PRIMARY KEY); CREATE MATERIALIZED VIEW v AS SELECT id FROM a WITH NO DATA; CREATE UNIQUE INDEX i ON v (id); REFRESH MATERIALIZED VIEW v;
--: then
REFRESH MATERIALIZED VIEW v;
--: grant-to-public fires: not the first of them
CREATE TABLE a (id bigint PRIMARY KEY);
--: then
GRANT SELECT ON a TO CURRENT_USER, PUBLIC;
--: grant-to-public fires: a group
CREATE TABLE a (id bigint PRIMARY KEY);
--: then
GRANT SELECT ON a TO GROUP PUBLIC;
--: grant-to-public is silent: a role in quotes
CREATE TABLE a (id bigint PRIMARY KEY);
--: then
GRANT SELECT ON a TO CURRENT_USER, "PUBLIC";
--: security-definer-search-path is silent: in quotes
CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER SET "search_path" = '' AS 'SELECT 1';
--: enum-value-used is silent: another column of that name, which is a text
CREATE TYPE mood AS ENUM ('ok'); CREATE TABLE people (id bigint PRIMARY KEY, m mood, nm text); CREATE TABLE other (people_id bigint, m text);
--: then
ALTER TYPE mood ADD VALUE 'happy';
UPDATE people SET nm = 'x' FROM other o WHERE o.people_id = people.id AND o.m = 'happy';
--: enum-value-used fires: of another table
CREATE TYPE mood AS ENUM ('ok'); CREATE TABLE people (id bigint PRIMARY KEY, nm text); CREATE TABLE other (people_id bigint, m mood);
--: then
ALTER TYPE mood ADD VALUE 'happy';
UPDATE people SET nm = 'x' FROM other o WHERE o.people_id = people.id AND o.m = 'happy';
--: enum-value-used fires: a row
CREATE TYPE mood AS ENUM ('ok'); CREATE TABLE people (id bigint PRIMARY KEY, m mood);
--: then
ALTER TYPE mood ADD VALUE 'happy';
INSERT INTO people (id, m) VALUES (1, 'ok'), (2, 'happy');
--: enum-value-used fires: a row of all columns
CREATE TYPE mood AS ENUM ('ok'); CREATE TABLE people (id bigint PRIMARY KEY, m mood);
--: then
ALTER TYPE mood ADD VALUE 'happy';
INSERT INTO people VALUES (2, 'happy');
--: enum-value-used is silent: a text of that row
CREATE TYPE mood AS ENUM ('ok'); CREATE TABLE people (id bigint PRIMARY KEY, m mood, nm text);
--: then
ALTER TYPE mood ADD VALUE 'happy';
INSERT INTO people (nm, m, id) VALUES ('happy', 'ok', 2);
--: enum-value-used fires: one of several
CREATE TYPE mood AS ENUM ('ok'); CREATE TABLE people (id bigint PRIMARY KEY, m mood, nm text);
--: then
ALTER TYPE mood ADD VALUE 'happy';
UPDATE people SET nm = 'x' WHERE m IN ('ok', 'happy');
--: enum-value-used fires: a part of the rows of an index
CREATE TYPE mood AS ENUM ('ok'); CREATE TABLE people (id bigint PRIMARY KEY, m mood);
--: then
ALTER TYPE mood ADD VALUE 'happy';
CREATE INDEX ON people (id) WHERE m = 'happy';
--: backfill-in-transaction is silent: a key in capitals
CREATE TABLE a (id bigint PRIMARY KEY, x bigint);
--: then
ALTER TABLE a ADD COLUMN y bigint;
UPDATE a SET y = 1 WHERE ID = 1;
--: backfill-in-transaction is silent: the key comes last
CREATE TABLE a (id bigint PRIMARY KEY, x bigint);
--: then
ALTER TABLE a ADD COLUMN y bigint;
UPDATE a SET y = 1 WHERE 1 = id;
--: backfill-in-transaction is silent: a row of values
CREATE TABLE a (id bigint PRIMARY KEY, x bigint);
--: then
ALTER TABLE a ADD COLUMN y bigint;
UPDATE a p SET y = 1 WHERE (p.id, p.x) = (1, 2);
--: backfill-in-transaction fires: a join
CREATE TABLE a (id bigint PRIMARY KEY, x bigint); CREATE TABLE b (id bigint PRIMARY KEY, a_id bigint, x bigint);
--: then
ALTER TABLE a ADD COLUMN y bigint;
UPDATE a SET y = b.x FROM b WHERE a.id = b.a_id;
--: security-definer-search-path fires: it becomes one
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
--: then
ALTER FUNCTION f() SECURITY DEFINER;
--: security-definer-search-path is silent: it becomes one, with a path
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
--: then
ALTER FUNCTION f() SECURITY DEFINER SET search_path = '';
--: security-definer-search-path is silent: it gets a path in the same migration
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
--: then
ALTER FUNCTION f() SECURITY DEFINER;
ALTER FUNCTION f() SET search_path = '';
--: column-renamed is silent: a view of the table's old name has it
CREATE TABLE a (id bigint PRIMARY KEY, x bigint);
--: then
ALTER TABLE a RENAME COLUMN x TO y;
ALTER TABLE a RENAME TO b;
CREATE VIEW a AS SELECT id, y AS x FROM b;
--: column-renamed fires: the view does not have it
CREATE TABLE a (id bigint PRIMARY KEY, x bigint);
--: then
ALTER TABLE a RENAME COLUMN x TO y;
ALTER TABLE a RENAME TO b;
CREATE VIEW a AS SELECT id, y FROM b;
--: integer-column fires: a new type of an old column
CREATE TABLE a (id bigint PRIMARY KEY, n text);
--: then
ALTER TABLE a ALTER n TYPE integer USING n::integer;
--: integer-column is silent: for the session only
CREATE TEMP TABLE a (n integer);
--: integer-column is silent: a foreign table
CREATE EXTENSION postgres_fdw; CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw;
CREATE FOREIGN TABLE a (n integer) SERVER s;
--: validated-at-once is silent: it was added before, and only changed here
CREATE TABLE a (id bigint PRIMARY KEY); CREATE TABLE b (id bigint PRIMARY KEY, a_id bigint);
ALTER TABLE b ADD CONSTRAINT fk FOREIGN KEY (a_id) REFERENCES a (id) NOT VALID;
--: then
ALTER TABLE b ALTER CONSTRAINT fk DEFERRABLE;
ALTER TABLE b VALIDATE CONSTRAINT fk;
--: column-renamed is silent: the table is made anew
CREATE TABLE a (id bigint PRIMARY KEY, x text);
--: then
DROP TABLE a;
CREATE TABLE a (id bigint PRIMARY KEY, x text);
ALTER TABLE a RENAME COLUMN x TO y;
--: not-null-dropped is silent: for the session only
CREATE TEMP TABLE a (n integer NOT NULL);
--: then
ALTER TABLE a ALTER n DROP NOT NULL;
--: constraint-unvalidated is silent: for the session only
CREATE TEMP TABLE a (n integer);
--: then
ALTER TABLE a ADD CONSTRAINT positive CHECK (n > 0) NOT VALID;
--: index-not-concurrent is silent: for the session only
CREATE TEMP TABLE a (n integer);
--: then
CREATE INDEX ON a (n);
--: lock-timeout-missing fires: it is taken back
CREATE TABLE a (id bigint PRIMARY KEY);
--: then
SET lock_timeout = '2s';
SET lock_timeout TO DEFAULT;
ALTER TABLE a ADD COLUMN n bigint;
--: lock-timeout-missing is silent: others read and write meanwhile
CREATE TABLE a (id bigint PRIMARY KEY);
--: then
INSERT INTO a VALUES (1);
--: statement-timeout-missing is silent: no rows are read
CREATE TABLE a (id bigint PRIMARY KEY);
--: then
ALTER TABLE a ADD COLUMN n bigint;
--: statement-timeout-missing is silent: it is set
CREATE TABLE a (id bigint PRIMARY KEY, n bigint);
--: then
SET statement_timeout = '10min';
ALTER TABLE a ALTER n SET NOT NULL;
--: statement-timeout-missing fires
CREATE TABLE a (id bigint PRIMARY KEY, n bigint);
--: then
ALTER TABLE a ALTER n SET NOT NULL;
--: index-not-concurrent is silent: a few rows are there again
CREATE TABLE a (id bigint PRIMARY KEY, n bigint);
--: then
TRUNCATE a;
INSERT INTO a VALUES (1, 1);
CREATE INDEX ON a (n);
--: index-not-concurrent fires: it is full again, by MERGE
CREATE TABLE a (id bigint PRIMARY KEY, n bigint); CREATE TABLE b (id bigint PRIMARY KEY, n bigint);
--: then
TRUNCATE a;
MERGE INTO a USING b ON a.id = b.id WHEN NOT MATCHED THEN INSERT (id, n) VALUES (b.id, b.n);
CREATE INDEX ON a (n);
--: index-not-concurrent fires: the table is altered afterwards
CREATE TABLE a (id bigint PRIMARY KEY, n bigint);
--: then
CREATE INDEX ON a (n);
ALTER TABLE a ADD COLUMN m bigint;
--: column-dropped is silent: a new table, by its second name
CREATE TABLE c (id bigint PRIMARY KEY);
--: then
CREATE TABLE a (id bigint PRIMARY KEY, n bigint);
ALTER TABLE a RENAME TO b;
ALTER TABLE b DROP COLUMN n;
--: column-dropped is silent: another new table gets another name
CREATE TABLE c (id bigint PRIMARY KEY);
--: then
CREATE TABLE a (id bigint PRIMARY KEY);
CREATE TABLE b (id bigint PRIMARY KEY, n bigint);
ALTER TABLE a RENAME TO d;
ALTER TABLE b DROP COLUMN n;
--: column-dropped fires: a table that lacks it takes the place
CREATE TABLE a (id bigint PRIMARY KEY, n bigint);
--: then
CREATE TABLE a_new (id bigint PRIMARY KEY);
INSERT INTO a_new SELECT id FROM a;
DROP TABLE a;
ALTER TABLE a_new RENAME TO a;
--: column-dropped is silent: nothing takes the place
CREATE TABLE a (id bigint PRIMARY KEY, n bigint);
--: then
DROP TABLE a;
--: detach-not-concurrent is silent on 13: it could not be said
CREATE TABLE a (id bigint) PARTITION BY RANGE (id); CREATE TABLE b PARTITION OF a FOR VALUES FROM (1) TO (2);
--: then
ALTER TABLE a DETACH PARTITION b;
--: detach-not-concurrent fires on 13, 14
CREATE TABLE a (id bigint) PARTITION BY RANGE (id); CREATE TABLE b PARTITION OF a FOR VALUES FROM (1) TO (2);
--: then
ALTER TABLE a DETACH PARTITION b;
--: detach-not-concurrent is silent: the partition is new
CREATE TABLE a (id bigint) PARTITION BY RANGE (id);
--: then
CREATE TABLE b PARTITION OF a FOR VALUES FROM (1) TO (2);
ALTER TABLE a DETACH PARTITION b;
--: detach-not-concurrent is silent: the table goes
CREATE TABLE a (id bigint) PARTITION BY RANGE (id); CREATE TABLE b PARTITION OF a FOR VALUES FROM (1) TO (2);
--: then
ALTER TABLE a DETACH PARTITION b;
DROP TABLE a;
--: check-validated is silent: another part of the statement reads the rows
CREATE TABLE a (id bigint PRIMARY KEY, n bigint);
--: then
ALTER TABLE a ADD CONSTRAINT positive CHECK (n > 0) NOT VALID, ALTER n SET NOT NULL;
--: not-null-set fires: another part of the statement reads no rows
CREATE TABLE a (id bigint PRIMARY KEY, n bigint);
--: then
ALTER TABLE a ADD CONSTRAINT positive CHECK (n > 0) NOT VALID, ALTER n SET NOT NULL;
--: not-null-set is silent: all rows are written again by the same statement
CREATE TABLE a (id bigint PRIMARY KEY, n integer);
--: then
ALTER TABLE a ALTER n TYPE bigint, ALTER n SET NOT NULL;
--: not-null-set is silent: the table is emptied before
CREATE TABLE a (id bigint PRIMARY KEY, n bigint);
--: then
TRUNCATE a;
ALTER TABLE a ALTER n SET NOT NULL;
--: not-null-set is silent: the table goes
CREATE TABLE a (id bigint PRIMARY KEY, n bigint);
--: then
ALTER TABLE a ALTER n SET NOT NULL;
DROP TABLE a;
--: not-null-set is silent: for the session only
CREATE TEMP TABLE a (id bigint PRIMARY KEY, n bigint);
--: then
ALTER TABLE a ALTER n SET NOT NULL;
--: not-null-set is silent: a check says so
CREATE TABLE a (id bigint PRIMARY KEY, n bigint, CHECK (n IS NOT NULL));
--: then
ALTER TABLE a ALTER n SET NOT NULL;
--: not-null-set fires on 18: a constraint
CREATE TABLE a (id bigint PRIMARY KEY, n bigint);
--: then
ALTER TABLE a ADD CONSTRAINT there NOT NULL n;
--: not-null-set is silent on 18: it is not valid yet
CREATE TABLE a (id bigint PRIMARY KEY, n bigint);
--: then
ALTER TABLE a ADD CONSTRAINT there NOT NULL n NOT VALID;
--: type-rewritten is silent: the session is in UTC
CREATE TABLE a (id bigint PRIMARY KEY, at timestamp);
--: then
SET timezone = 'UTC';
ALTER TABLE a ALTER at TYPE timestamptz;
--: type-rewritten is silent: the session is in UTC, by another name
CREATE TABLE a (id bigint PRIMARY KEY, at timestamp);
--: then
SET timezone = 'Etc/UTC';
ALTER TABLE a ALTER at TYPE timestamptz;
--: type-rewritten is silent: the session is in UTC, as it was called
CREATE TABLE a (id bigint PRIMARY KEY, at timestamp);
--: then
SET timezone = 'GMT';
ALTER TABLE a ALTER at TYPE timestamptz;
--: type-rewritten is silent: the session is in UTC, by its offset
CREATE TABLE a (id bigint PRIMARY KEY, at timestamptz);
--: then
SET timezone = 0;
ALTER TABLE a ALTER at TYPE timestamp;
--: type-rewritten fires: the session is elsewhere
CREATE TABLE a (id bigint PRIMARY KEY, at timestamp);
--: then
SET timezone = 'Europe/Amsterdam';
ALTER TABLE a ALTER at TYPE timestamptz;
--: type-rewritten fires: UTC does not matter to numbers
CREATE TABLE a (id bigint PRIMARY KEY, n integer);
--: then
SET timezone = 'UTC';
ALTER TABLE a ALTER n TYPE bigint;
--: type-rewritten fires: a number beside the time
CREATE TABLE a (id bigint PRIMARY KEY, n integer, at timestamp);
--: then
SET timezone = 'UTC';
ALTER TABLE a ALTER at TYPE timestamptz, ALTER n TYPE bigint;
--: type-rewritten fires: a list of times
CREATE TABLE a (id bigint PRIMARY KEY, at timestamp[]);
--: then
SET timezone = 'UTC';
ALTER TABLE a ALTER at TYPE timestamptz[];
--: lock-held is silent: others may read meanwhile
CREATE TABLE a (id bigint PRIMARY KEY, n bigint); CREATE TABLE b (id bigint PRIMARY KEY, n bigint);
ALTER TABLE b ADD CONSTRAINT positive CHECK (n > 0) NOT VALID;
--: then
CREATE INDEX ON a (n);
ALTER TABLE b VALIDATE CONSTRAINT positive;
--: lock-held is silent: what is locked is new
CREATE TABLE b (id bigint PRIMARY KEY, n bigint);
ALTER TABLE b ADD CONSTRAINT positive CHECK (n > 0) NOT VALID;
--: then
CREATE TABLE a (id bigint PRIMARY KEY);
ALTER TABLE a ADD COLUMN n bigint;
ALTER TABLE b VALIDATE CONSTRAINT positive;
--: name-too-long is silent: the types of arguments are no part of a name
CREATE FUNCTION f(a timestamp with time zone, b timestamp with time zone, c timestamp with time zone) RETURNS integer LANGUAGE sql AS 'SELECT 1';
--: name-too-long fires: a function
CREATE FUNCTION a_function_whose_name_says_far_too_much_about_what_it_does_to_all(a integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
--: name-too-long is silent: as long as it may be
CREATE TABLE a23456789012345678901234567890123456789012345678901234567890123 (id bigint PRIMARY KEY);
--: backfill-in-transaction is silent: one row of defaults
CREATE TABLE a (id bigint PRIMARY KEY);
--: then
ALTER TABLE a ADD COLUMN n bigint DEFAULT 1;
INSERT INTO a DEFAULT VALUES;
--: backfill-in-transaction is silent: one row that is computed
CREATE TABLE a (id bigint PRIMARY KEY);
--: then
ALTER TABLE a ADD COLUMN n bigint DEFAULT 1;
INSERT INTO a SELECT 7, 1;
--: backfill-in-transaction fires: the rows of another table
CREATE TABLE a (id bigint PRIMARY KEY); CREATE TABLE b (id bigint PRIMARY KEY);
--: then
ALTER TABLE a ADD COLUMN n bigint DEFAULT 1;
INSERT INTO a SELECT id, 1 FROM b;
--: backfill-in-transaction fires: the key of another table
CREATE TABLE a (id bigint PRIMARY KEY); CREATE TABLE b (id bigint PRIMARY KEY, n bigint);
--: then
ALTER TABLE a ADD COLUMN n bigint;
UPDATE a SET n = 1 FROM b WHERE b.id = 7;
--: backfill-in-transaction fires: many keys
CREATE TABLE a (id bigint PRIMARY KEY);
--: then
ALTER TABLE a ADD COLUMN n bigint;
UPDATE a SET n = 1 WHERE id > 7;
--: backfill-in-transaction fires: no key
CREATE TABLE a (id bigint PRIMARY KEY, name text);
--: then
ALTER TABLE a ADD COLUMN n bigint;
UPDATE a SET n = 1 WHERE name = 'x';
--: backfill-in-transaction is silent: a column that is unique
CREATE TABLE a (id bigint PRIMARY KEY, name text UNIQUE);
--: then
ALTER TABLE a ADD COLUMN n bigint;
UPDATE a SET n = 1 WHERE name = 'x';
--: alter-table-split is silent: the table is emptied before
CREATE TABLE a (id bigint PRIMARY KEY, n integer, m integer);
--: then
TRUNCATE a;
ALTER TABLE a ALTER n TYPE bigint;
ALTER TABLE a ALTER m TYPE bigint;
--: alter-table-split is silent: one of the two is about children, too
CREATE TABLE a (id bigint PRIMARY KEY, n integer, m integer); CREATE TABLE b () INHERITS (a);
--: then
ALTER TABLE a ADD CONSTRAINT x CHECK (n > 0);
ALTER TABLE ONLY a ADD CONSTRAINT y CHECK (m > 0) NO INHERIT;
--: alter-table-split is silent: rows are read while others read and write
CREATE TABLE a (id bigint PRIMARY KEY, n integer, m integer);
ALTER TABLE a ADD CONSTRAINT x CHECK (n > 0) NOT VALID, ADD CONSTRAINT y CHECK (m > 0) NOT VALID;
--: then
ALTER TABLE a VALIDATE CONSTRAINT x;
ALTER TABLE a VALIDATE CONSTRAINT y;
--: alter-table-split fires: rows are read twice
CREATE TABLE a (id bigint PRIMARY KEY, n integer, m integer);
--: then
ALTER TABLE a ALTER n SET NOT NULL;
ALTER TABLE a ALTER m SET NOT NULL;
--: assignment-repeated is silent: each row is set once
CREATE TABLE a (id bigint PRIMARY KEY, n bigint);
--: then
MERGE INTO a USING a b ON a.id = b.id WHEN MATCHED AND b.n > 1 THEN UPDATE SET n = 1 WHEN MATCHED THEN UPDATE SET n = 2;
--: cascade-dropped is silent: it is not said
CREATE TABLE a (id bigint PRIMARY KEY, n bigint);
--: then
ALTER TABLE a DROP COLUMN n;
--: cascade-dropped fires: what a constraint holds up
CREATE TABLE a (id bigint CONSTRAINT a_key PRIMARY KEY); CREATE TABLE b (id bigint PRIMARY KEY, a_id bigint REFERENCES a (id));
--: then
ALTER TABLE a DROP CONSTRAINT a_key CASCADE;
--: cascade-dropped is silent: that of a schema is another matter
CREATE SCHEMA s; CREATE TABLE s.a (id bigint PRIMARY KEY); CREATE VIEW v AS SELECT id FROM s.a;
--: then
DROP SCHEMA s CASCADE;
--: check-validated is silent: what is behind the column is no check
CREATE TABLE a (id bigint PRIMARY KEY);
--: then
ALTER TABLE a ADD COLUMN n bigint DEFAULT 1 REFERENCES a (id);
--: column-required fires: null is no default
CREATE TABLE a (id bigint PRIMARY KEY);
--: then
ALTER TABLE a ADD COLUMN n bigint NOT NULL DEFAULT NULL;
--: column-required is silent: its domain has a default
CREATE TABLE a (id bigint PRIMARY KEY); CREATE DOMAIN d AS bigint DEFAULT 1;
--: then
ALTER TABLE a ADD COLUMN n d NOT NULL;
--: column-required fires: its domain has no default
CREATE TABLE a (id bigint PRIMARY KEY); CREATE DOMAIN d AS bigint;
--: then
ALTER TABLE a ADD COLUMN n d NOT NULL;
--: column-required is silent: it numbers the rows
CREATE TABLE a (id bigint PRIMARY KEY);
--: then
ALTER TABLE a ADD COLUMN n bigint NOT NULL GENERATED ALWAYS AS IDENTITY;
--: column-required is silent: for the session only
CREATE TEMP TABLE a (id bigint PRIMARY KEY);
--: then
ALTER TABLE a ADD COLUMN n bigint NOT NULL;
--: columns-by-position is silent: rows are deleted
CREATE TABLE a (id integer PRIMARY KEY, x text, y text); CREATE TABLE b (id integer PRIMARY KEY, y text, x text);
--: then
DELETE FROM a USING b WHERE a.id = b.id;
--: columns-by-position is silent: it reads only some rows
CREATE TABLE a (id integer PRIMARY KEY, x text, y text); CREATE TABLE b (id integer PRIMARY KEY, y text, x text);
--: then
INSERT INTO a SELECT * FROM b JOIN a c USING (id);
--: default-frozen fires: the day after
CREATE TABLE a (id bigint PRIMARY KEY, at date DEFAULT 'tomorrow');
--: default-frozen fires: the day before
CREATE TABLE a (id bigint PRIMARY KEY, at date DEFAULT 'yesterday');
--: default-frozen is silent: a moment of its own
CREATE TABLE a (id bigint PRIMARY KEY, at date DEFAULT '2000-01-01');
--: default-volatile is silent: a domain is another matter
CREATE DOMAIN d AS uuid CHECK (VALUE IS NOT NULL); CREATE TABLE a (id bigint PRIMARY KEY);
--: then
ALTER TABLE a ADD COLUMN n d DEFAULT gen_random_uuid();
--: domain-constrained fires: NOT NULL
CREATE DOMAIN d AS text NOT NULL;
--: domain-constrained is silent: a default
CREATE DOMAIN d AS text DEFAULT 'x';
--: domain-constrained is silent: it goes
CREATE DOMAIN d AS text NOT NULL;
DROP DOMAIN d;
--: domain-constraint-added fires: NOT NULL
CREATE DOMAIN d AS text; CREATE TABLE a (id bigint PRIMARY KEY, n d);
--: then
ALTER DOMAIN d SET NOT NULL;
--: domain-constraint-added is silent: null is allowed again
CREATE DOMAIN d AS text NOT NULL; CREATE TABLE a (id bigint PRIMARY KEY, n d);
--: then
ALTER DOMAIN d DROP NOT NULL;
--: domain-constraint-added is silent: the table is new
CREATE DOMAIN d AS text;
--: then
CREATE TABLE a (id bigint PRIMARY KEY, n d);
ALTER DOMAIN d SET NOT NULL;
--: column-alignment is silent: seven bytes are lost
CREATE TABLE a (a bigint PRIMARY KEY, b boolean, c bigint);
--: enum-created is silent: another kind of type
CREATE TYPE pair AS (x integer, y integer);
--: enum-value-used is silent: the value was there
CREATE TYPE mood AS ENUM ('good');
--: then
ALTER TYPE mood ADD VALUE IF NOT EXISTS 'good';
SELECT 'good'::mood;
--: enum-value-used fires: in the check of a new table
CREATE TYPE mood AS ENUM ('good');
--: then
ALTER TYPE mood ADD VALUE 'bad';
CREATE TABLE a (id bigint PRIMARY KEY, mood mood, CHECK (mood <> 'bad'));
--: enum-value-used fires: in a new check
CREATE TYPE mood AS ENUM ('good'); CREATE TABLE a (id bigint PRIMARY KEY, mood mood);
--: then
ALTER TYPE mood ADD VALUE 'bad';
ALTER TABLE a ADD CONSTRAINT x CHECK (mood <> 'bad') NOT VALID;
--: enum-value-used fires: as the default of a new column
CREATE TYPE mood AS ENUM ('good'); CREATE TABLE a (id bigint PRIMARY KEY);
--: then
ALTER TYPE mood ADD VALUE 'bad';
ALTER TABLE a ADD COLUMN mood mood DEFAULT 'bad';
--: enum-value-used is silent: a list of them is read when it is needed
CREATE TYPE mood AS ENUM ('good'); CREATE TABLE a (id bigint PRIMARY KEY, moods mood[]);
--: then
ALTER TYPE mood ADD VALUE 'bad';
DELETE FROM a WHERE moods = 'bad';
--: enum-value-used is silent: in a cast to another type
CREATE TYPE mood AS ENUM ('good');
--: then
ALTER TYPE mood ADD VALUE 'bad';
SELECT 'bad'::text;
--: enum-value-used is silent: another value in a cast
CREATE TYPE mood AS ENUM ('good');
--: then
ALTER TYPE mood ADD VALUE 'bad';
SELECT 'good'::mood;
--: enum-value-used is silent: a type of that name in another schema
CREATE SCHEMA s; CREATE TYPE mood AS ENUM ('good'); CREATE TYPE s.mood AS ENUM ('bad');
--: then
ALTER TYPE mood ADD VALUE 'bad';
SELECT 'bad'::s.mood;
--: enum-value-used fires: in a cast with the name of the schema
CREATE TYPE mood AS ENUM ('good');
--: then
ALTER TYPE mood ADD VALUE 'bad';
SELECT 'bad'::public.mood;
--: foreign-key-dropped is silent: another key has its columns
CREATE TABLE a (id bigint PRIMARY KEY); CREATE TABLE b (id bigint PRIMARY KEY, a_id bigint CONSTRAINT fk REFERENCES a (id));
--: then
ALTER TABLE b DROP CONSTRAINT fk, ADD CONSTRAINT fk2 FOREIGN KEY (a_id) REFERENCES a (id) ON DELETE CASCADE;
--: foreign-key-dropped fires: another key has other columns
CREATE TABLE a (id bigint PRIMARY KEY); CREATE TABLE b (id bigint PRIMARY KEY, a_id bigint CONSTRAINT fk REFERENCES a (id), n bigint);
--: then
ALTER TABLE b DROP CONSTRAINT fk, ADD CONSTRAINT fk2 FOREIGN KEY (n) REFERENCES a (id) NOT VALID;
--: foreign-key-dropped is silent: its table goes as well
CREATE TABLE a (id bigint PRIMARY KEY); CREATE TABLE b (id bigint PRIMARY KEY, a_id bigint CONSTRAINT fk REFERENCES a (id));
--: then
ALTER TABLE b DROP CONSTRAINT fk;
DROP TABLE b;
--: foreign-key-unindexed is silent: for the session only
CREATE TEMP TABLE a (id bigint PRIMARY KEY); CREATE TEMP TABLE b (id bigint PRIMARY KEY, a_id bigint REFERENCES a (id));
--: foreign-key-unindexed is silent: it is the key of its table
CREATE TABLE a (id bigint PRIMARY KEY); CREATE TABLE b (id bigint PRIMARY KEY REFERENCES a (id));
--: foreign-key-unindexed is silent: it is unique
CREATE TABLE a (id bigint PRIMARY KEY); CREATE TABLE b (id bigint PRIMARY KEY, a_id bigint UNIQUE REFERENCES a (id));
--: foreign-key-unindexed is silent: an index that finds what is equal
CREATE TABLE a (id bigint PRIMARY KEY); CREATE TABLE b (id bigint PRIMARY KEY, a_id bigint REFERENCES a (id));
CREATE INDEX i ON b USING hash (a_id);
--: foreign-key-validated fires on 18: a partitioned table can have it otherwise
CREATE TABLE a (id bigint PRIMARY KEY); CREATE TABLE b (id bigint, a_id bigint) PARTITION BY RANGE (id);
CREATE TABLE c PARTITION OF b FOR VALUES FROM (1) TO (2);
--: then
ALTER TABLE b ADD CONSTRAINT fk FOREIGN KEY (a_id) REFERENCES a (id);
--: foreign-key-validated is silent on 17: a partitioned table cannot
CREATE TABLE a (id bigint PRIMARY KEY); CREATE TABLE b (id bigint, a_id bigint) PARTITION BY RANGE (id);
CREATE TABLE c PARTITION OF b FOR VALUES FROM (1) TO (2);
--: then
ALTER TABLE b ADD CONSTRAINT fk FOREIGN KEY (a_id) REFERENCES a (id);
--: foreign-key-validated fires on 17, 18
CREATE TABLE a (id bigint PRIMARY KEY); CREATE TABLE b (id bigint PRIMARY KEY, a_id bigint);
--: then
ALTER TABLE b ADD CONSTRAINT fk FOREIGN KEY (a_id) REFERENCES a (id);
--: grant-to-public is silent: what is taken away
CREATE TABLE a (id bigint PRIMARY KEY);
--: then
REVOKE SELECT ON a FROM PUBLIC;
--: grant-to-public is silent: what everybody has of a language
CREATE TABLE a (id bigint PRIMARY KEY);
--: then
GRANT ALL PRIVILEGES ON LANGUAGE plpgsql TO PUBLIC;
--: grant-to-public is silent: to use a schema
CREATE SCHEMA s;
--: then
GRANT USAGE ON SCHEMA s TO PUBLIC;
--: grant-to-public fires: some columns
CREATE TABLE a (id bigint PRIMARY KEY);
--: then
GRANT SELECT (id), UPDATE (id) ON a TO PUBLIC;
--: identity-added fires: a serial
CREATE TABLE a (id bigint PRIMARY KEY);
--: then
ALTER TABLE a ADD COLUMN n bigserial;
--: identity-added is silent: the table is emptied before
CREATE TABLE a (id bigint PRIMARY KEY);
--: then
TRUNCATE a;
ALTER TABLE a ADD COLUMN n bigserial;
--: index-drop-not-concurrent is silent: a table goes
CREATE TABLE a (id bigint PRIMARY KEY); CREATE TABLE b (id bigint PRIMARY KEY, n bigint);
CREATE INDEX i ON b (n);
--: then
DROP TABLE a;
--: index-duplicate is silent: that of a key has to be there
CREATE TABLE a (id bigint NOT NULL, n bigint);
CREATE UNIQUE INDEX i ON a (id);
--: then
ALTER TABLE a ADD CONSTRAINT a_key PRIMARY KEY (id);
DROP INDEX i;
--: index-duplicate fires: the last of two new ones
CREATE TABLE a (id bigint PRIMARY KEY, n bigint);
--: then
CREATE INDEX i ON a (n);
CREATE INDEX j ON a (n);
--: index-duplicate is silent: the other one is not unique
CREATE TABLE a (id bigint PRIMARY KEY, n bigint);
CREATE INDEX i ON a (n);
--: then
CREATE UNIQUE INDEX j ON a (n);
DROP INDEX i;
--: index-duplicate is silent: a longer one, which is not unique
CREATE TABLE a (id bigint PRIMARY KEY, n bigint, m bigint);
CREATE INDEX i ON a (n, m);
--: then
CREATE INDEX j ON a (n);
--: index-duplicate is silent: a longer one of another kind
CREATE TABLE a (id bigint PRIMARY KEY, n int4range, m int4range);
CREATE INDEX i ON a USING gist (n, m);
--: then
CREATE INDEX j ON a USING gist (n);
--: index-duplicate fires: what it holds is a key of the other
CREATE TABLE a (id bigint PRIMARY KEY, n bigint, m bigint);
CREATE UNIQUE INDEX i ON a (n, m);
--: then
CREATE INDEX j ON a (n) INCLUDE (m);
--: index-duplicate fires: the other holds the same
CREATE TABLE a (id bigint PRIMARY KEY, n bigint, m bigint);
CREATE INDEX i ON a (n) INCLUDE (m);
--: then
CREATE INDEX j ON a (n) INCLUDE (m);
--: index-made-unique is silent: the table is emptied before
CREATE TABLE a (id bigint PRIMARY KEY, n bigint);
CREATE INDEX i ON a (n);
--: then
TRUNCATE a;
DROP INDEX i;
CREATE UNIQUE INDEX j ON a (n);
--: index-made-unique is silent: it was so of some rows, and is of others
CREATE TABLE a (id bigint PRIMARY KEY, n bigint, m bigint);
CREATE INDEX i ON a (n) WHERE m > 1;
--: then
DROP INDEX i;
CREATE UNIQUE INDEX j ON a (n) WHERE m < 1;
--: index-made-unique is silent: the old one was unique
CREATE TABLE a (id bigint PRIMARY KEY, n bigint);
CREATE UNIQUE INDEX i ON a (n);
--: then
DROP INDEX i;
CREATE UNIQUE INDEX j ON a (n);
--: index-made-unique fires: the old one goes later
CREATE TABLE a (id bigint PRIMARY KEY, n bigint);
CREATE INDEX i ON a (n);
--: then
-- migrate:no-transaction
CREATE UNIQUE INDEX CONCURRENTLY j ON a (n);
--: index-made-unique is silent: a part of the columns is unique
CREATE TABLE a (id bigint PRIMARY KEY, n bigint UNIQUE, m bigint);
CREATE INDEX i ON a (n, m);
--: then
DROP INDEX i;
CREATE UNIQUE INDEX j ON a (n, m);
--: index-made-unique fires: only some rows of a part were unique
CREATE TABLE a (id bigint PRIMARY KEY, n bigint, m bigint);
CREATE UNIQUE INDEX x ON a (n) WHERE m > 1;
CREATE INDEX i ON a (n, m);
--: then
DROP INDEX i;
CREATE UNIQUE INDEX j ON a (n, m);
--: index-made-unique fires: another column is unique
CREATE TABLE a (id bigint PRIMARY KEY, n bigint, m bigint UNIQUE);
CREATE INDEX i ON a (n);
--: then
DROP INDEX i;
CREATE UNIQUE INDEX j ON a (n);
--: index-made-unique fires: an expression of the columns is unique
CREATE TABLE a (id bigint PRIMARY KEY, n bigint, m bigint);
CREATE UNIQUE INDEX x ON a ((n + m));
CREATE INDEX i ON a (n, m);
--: then
DROP INDEX i;
CREATE UNIQUE INDEX j ON a (n, m);
--: index-made-unique fires: another table's rows are mended
CREATE TABLE a (id bigint PRIMARY KEY, n bigint); CREATE TABLE b (id bigint PRIMARY KEY, n bigint);
CREATE INDEX i ON a (n);
--: then
UPDATE b SET n = 1 WHERE id = 1;
DROP INDEX i;
CREATE UNIQUE INDEX j ON a (n);
--: index-not-concurrent is silent: it is there already
CREATE TABLE a (id bigint PRIMARY KEY, n bigint);
CREATE INDEX i ON a (n);
--: then
CREATE INDEX IF NOT EXISTS i ON a (n);
--: index-not-concurrent is silent: it builds nothing
CREATE TABLE a (id bigint, n bigint) PARTITION BY RANGE (id);
--: then
CREATE INDEX i ON ONLY a (n);
--: integer-key is silent: it is a number with a point
CREATE TABLE a (id numeric PRIMARY KEY);
--: lock-held is silent: it was said of the one before
CREATE TABLE c (id bigint PRIMARY KEY); CREATE TABLE a (id bigint PRIMARY KEY, n bigint);
ALTER TABLE a ADD CONSTRAINT x CHECK (n > 0) NOT VALID;
--: then
ALTER TABLE c ADD COLUMN n bigint;
DROP TABLE a;
--: lock-held is silent: the rows are new
CREATE TABLE c (id bigint PRIMARY KEY);
--: then
CREATE TABLE a (id bigint PRIMARY KEY, n bigint);
CREATE MATERIALIZED VIEW v AS SELECT n FROM a;
ALTER TABLE c ADD COLUMN n bigint;
REFRESH MATERIALIZED VIEW v;
--: lock-held fires: a domain
CREATE DOMAIN d AS text; CREATE TABLE a (id bigint PRIMARY KEY, n d); CREATE TABLE c (id bigint PRIMARY KEY);
ALTER DOMAIN d ADD CONSTRAINT x CHECK (length(VALUE) < 9) NOT VALID;
--: then
ALTER TABLE c ADD COLUMN n bigint;
ALTER DOMAIN d VALIDATE CONSTRAINT x;
--: lock-held is silent: the statement locks the table so by itself
CREATE TABLE a (id bigint PRIMARY KEY); CREATE MATERIALIZED VIEW v AS SELECT id FROM a;
--: then
ALTER MATERIALIZED VIEW v SET TABLESPACE pg_default;
REFRESH MATERIALIZED VIEW v;
--: lock-timeout-missing is silent: it was said before
CREATE TABLE a (id bigint PRIMARY KEY);
--: then
-- migrate:lock-timeout 2s
ALTER TABLE a ADD COLUMN n bigint;
--: lock-timeout-missing fires: without end is no limit
CREATE TABLE a (id bigint PRIMARY KEY);
--: then
SET lock_timeout = 0;
ALTER TABLE a ADD COLUMN n bigint;
--: lock-timeout-missing is silent: the table is new
CREATE TABLE b (id bigint PRIMARY KEY);
--: then
CREATE TABLE a (id bigint PRIMARY KEY);
ALTER TABLE a ADD COLUMN n bigint;
--: logged-changed is silent: it is so already
CREATE UNLOGGED TABLE a (id bigint PRIMARY KEY);
--: then
ALTER TABLE a SET UNLOGGED;
--: name-reserved is silent: it is called otherwise at the end
CREATE TABLE "user" (id bigint PRIMARY KEY);
ALTER TABLE "user" RENAME TO person;
--: name-reserved is silent: any other name
CREATE TABLE person (id bigint PRIMARY KEY);
--: name-style fires: a constraint
CREATE TABLE a (id bigint CONSTRAINT "Positive" CHECK (id > 0));
--: name-style is silent: it is called otherwise at the end
CREATE TABLE "Person" (id bigint PRIMARY KEY);
ALTER TABLE "Person" RENAME TO person;
--: name-too-long is silent: it is called otherwise at the end
CREATE TABLE a234567890123456789012345678901234567890123456789012345678901234 (id bigint PRIMARY KEY);
ALTER TABLE a234567890123456789012345678901234567890123456789012345678901234 RENAME TO a;
--: name-unqualified fires: a view
CREATE TABLE public.a (id bigint PRIMARY KEY);
--: then
CREATE VIEW v AS SELECT id FROM public.a;
--: name-unqualified fires: a sequence
CREATE SEQUENCE s;
--: name-unqualified is silent: a sequence for the session only
CREATE TEMP SEQUENCE s;
--: name-unqualified fires: a type
CREATE TYPE t AS ENUM ('x');
--: name-unqualified fires: a domain
CREATE DOMAIN d AS text;
--: name-unqualified fires: a function
CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1';
--: not-rerunnable fires: an index
CREATE TABLE a (id bigint PRIMARY KEY, n bigint);
--: then
-- migrate:no-transaction
CREATE INDEX CONCURRENTLY i ON a (n);
--: not-rerunnable is silent: an index that may be there
CREATE TABLE a (id bigint PRIMARY KEY, n bigint);
--: then
-- migrate:no-transaction
CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON a (n);
--: not-rerunnable fires: a schema
-- migrate:no-transaction
CREATE SCHEMA s;
--: not-rerunnable is silent: a schema that may be there
-- migrate:no-transaction
CREATE SCHEMA IF NOT EXISTS s;
--: not-rerunnable fires: a sequence
-- migrate:no-transaction
CREATE SEQUENCE s;
--: not-rerunnable is silent: a sequence that may be there
-- migrate:no-transaction
CREATE SEQUENCE IF NOT EXISTS s;
--: not-rerunnable fires: an extension
-- migrate:no-transaction
CREATE EXTENSION citext;
--: not-rerunnable is silent: an extension that may be there
-- migrate:no-transaction
CREATE EXTENSION IF NOT EXISTS citext;
--: not-rerunnable fires: a materialized view
CREATE TABLE a (id bigint PRIMARY KEY);
--: then
-- migrate:no-transaction
CREATE MATERIALIZED VIEW v AS SELECT id FROM a;
--: not-rerunnable is silent: a materialized view that may be there
CREATE TABLE a (id bigint PRIMARY KEY);
--: then
-- migrate:no-transaction
CREATE MATERIALIZED VIEW IF NOT EXISTS v AS SELECT id FROM a;
--: not-rerunnable fires: a function
-- migrate:no-transaction
CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1';
--: not-rerunnable is silent: a function that may be there
-- migrate:no-transaction
CREATE OR REPLACE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1';
--: not-rerunnable is silent: a table that may be gone
CREATE TABLE a (id bigint PRIMARY KEY);
--: then
-- migrate:no-transaction
DROP TABLE IF EXISTS a;
--: not-rerunnable fires: a value of an enum
CREATE TYPE t AS ENUM ('x');
--: then
-- migrate:no-transaction
ALTER TYPE t ADD VALUE 'y';
--: not-rerunnable is silent: a value that may be there
CREATE TYPE t AS ENUM ('x');
--: then
-- migrate:no-transaction
ALTER TYPE t ADD VALUE IF NOT EXISTS 'y';
--: not-rerunnable fires: a column
CREATE TABLE a (id bigint PRIMARY KEY);
--: then
-- migrate:no-transaction
ALTER TABLE a ADD COLUMN n bigint;
--: not-rerunnable fires: a column that goes
CREATE TABLE a (id bigint PRIMARY KEY, n bigint);
--: then
-- migrate:no-transaction
ALTER TABLE a DROP COLUMN n;
--: not-rerunnable fires: a constraint that goes
CREATE TABLE a (id bigint PRIMARY KEY, n bigint CONSTRAINT x CHECK (n > 0));
--: then
-- migrate:no-transaction
ALTER TABLE a DROP CONSTRAINT x;
--: not-rerunnable is silent: a column that may be there, and one that may be gone
CREATE TABLE a (id bigint PRIMARY KEY, m bigint);
--: then
-- migrate:no-transaction
ALTER TABLE a ADD COLUMN IF NOT EXISTS n bigint, DROP COLUMN IF EXISTS m;
--: partition-scanned fires: rows of the default partition may belong to a new one
CREATE TABLE a (id bigint) PARTITION BY RANGE (id); CREATE TABLE b PARTITION OF a DEFAULT;
--: then
CREATE TABLE c PARTITION OF a FOR VALUES FROM (1) TO (2);
--: partition-scanned is silent: there is no default partition
CREATE TABLE a (id bigint) PARTITION BY RANGE (id); CREATE TABLE b PARTITION OF a FOR VALUES FROM (3) TO (4);
--: then
CREATE TABLE c PARTITION OF a FOR VALUES FROM (1) TO (2);
--: policy-always-true is silent: for one role
CREATE TABLE a (id bigint PRIMARY KEY); CREATE ROLE app;
CREATE POLICY p ON a TO app USING (true);
--: primary-key-added fires: null is looked for
CREATE TABLE a (id bigint, n bigint);
CREATE UNIQUE INDEX i ON a (n);
--: then
ALTER TABLE a ADD CONSTRAINT k PRIMARY KEY USING INDEX i;
--: primary-key-missing is silent: a view
CREATE TABLE b (id bigint PRIMARY KEY);
CREATE VIEW v AS SELECT id FROM b;
--: primary-key-missing is silent: a foreign table
CREATE EXTENSION postgres_fdw; CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw;
CREATE FOREIGN TABLE a (n integer) SERVER s;
--: primary-key-missing fires: another constraint is none
CREATE TABLE a (id bigint UNIQUE);
--: column-alignment fires: eight bytes are lost
CREATE TABLE a (a integer PRIMARY KEY, b bigint, c integer, d bigint);
--: column-alignment is silent: the values of a foreign table are elsewhere
CREATE EXTENSION postgres_fdw; CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw;
CREATE FOREIGN TABLE a (a integer, b bigint, c integer, d bigint) SERVER s;
--: column-alignment is silent: it was made so before
CREATE TABLE a (a integer PRIMARY KEY, b bigint);
--: then
ALTER TABLE a ADD COLUMN c integer, ADD COLUMN d bigint;
--: alter-table-split is silent: the rows were read for another table
CREATE TABLE a (id integer PRIMARY KEY); CREATE TABLE b (id bigint PRIMARY KEY, a_id integer REFERENCES a (id));
--: then
ALTER TABLE a ALTER id TYPE bigint;
ALTER TABLE b ALTER a_id TYPE bigint;
--: column-alignment fires: behind twelve bytes
CREATE TABLE a (a timetz, b boolean, c bigint, d boolean, e bigint, f boolean, g bigint);
--: column-alignment is silent: twelve bytes are best followed by four
CREATE TABLE a (a timetz, b integer, c timetz, d integer, e timetz, f integer);
--: refresh-not-concurrent is silent: it is done so
CREATE TABLE a (id bigint PRIMARY KEY); CREATE MATERIALIZED VIEW v AS SELECT id FROM a; CREATE UNIQUE INDEX i ON v (id);
--: then
REFRESH MATERIALIZED VIEW CONCURRENTLY v;
--: refresh-not-concurrent is silent: the index is not unique
CREATE TABLE a (id bigint PRIMARY KEY); CREATE MATERIALIZED VIEW v AS SELECT id FROM a; CREATE INDEX i ON v (id);
--: then
REFRESH MATERIALIZED VIEW v;
--: refresh-not-concurrent is silent: the index is one of expressions
CREATE TABLE a (id bigint PRIMARY KEY); CREATE MATERIALIZED VIEW v AS SELECT id FROM a; CREATE UNIQUE INDEX i ON v ((id + 1));
--: then
REFRESH MATERIALIZED VIEW v;
--: refresh-not-concurrent is silent: another statement that writes it again
CREATE TABLE a (id bigint PRIMARY KEY); CREATE MATERIALIZED VIEW v AS SELECT id FROM a; CREATE UNIQUE INDEX i ON v (id);
--: then
-- migrate:no-transaction
VACUUM FULL v;
--: reindex-not-concurrent is silent: another statement that builds indexes
CREATE TABLE a (id bigint PRIMARY KEY);
--: then
-- migrate:no-transaction
VACUUM FULL a;
--: routine-complex is silent: another language has other words
CREATE FUNCTION f() RETURNS text LANGUAGE sql AS 'SELECT CASE WHEN a THEN 1 WHEN b THEN 1 WHEN c THEN 1 WHEN d THEN 1 WHEN e THEN 1 WHEN f THEN 1 WHEN g THEN 1 WHEN h THEN 1 WHEN i THEN 1 WHEN j THEN 1 END FROM x';
--: routine-complex is silent: ten ways
CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE plpgsql AS $$ BEGIN
IF a = 1 THEN RETURN 1; ELSIF a = 2 THEN RETURN 2; ELSIF a = 3 THEN RETURN 3; ELSIF a = 4 THEN RETURN 4; ELSIF a = 5 THEN RETURN 5;
ELSIF a = 6 THEN RETURN 6; ELSIF a = 7 THEN RETURN 7; ELSIF a = 8 THEN RETURN 8; ELSIF a = 9 THEN RETURN 9; END IF; END $$;
--: routine-complex fires: eleven ways
CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE plpgsql AS $$ BEGIN
IF a = 1 THEN RETURN 1; ELSIF a = 2 THEN RETURN 2; ELSIF a = 3 THEN RETURN 3; ELSIF a = 4 THEN RETURN 4; ELSIF a = 5 THEN RETURN 5;
ELSIF a = 6 THEN RETURN 6; ELSIF a = 7 THEN RETURN 7; ELSIF a = 8 THEN RETURN 8; ELSIF a = 9 THEN RETURN 9; ELSIF a = 10 THEN RETURN 10; END IF; END $$;
--: row-security-disabled is silent: it is turned on
CREATE TABLE a (id bigint PRIMARY KEY);
--: then
ALTER TABLE a ENABLE ROW LEVEL SECURITY;
--: row-security-disabled is silent: it was off
CREATE TABLE a (id bigint PRIMARY KEY);
--: then
ALTER TABLE a DISABLE ROW LEVEL SECURITY;
--: rows-truncated is silent: the table is made anew
CREATE TABLE a (id bigint PRIMARY KEY);
--: then
DROP TABLE a;
CREATE TABLE a (id bigint PRIMARY KEY);
TRUNCATE a;
--: schema-dropped is silent: there is none
CREATE TABLE a (id bigint PRIMARY KEY);
--: then
DROP SCHEMA IF EXISTS s CASCADE;
--: search-path-set is silent: it is set back
SET search_path TO DEFAULT;
--: security-definer-search-path is silent: another language looks for nothing by name
CREATE FUNCTION f() RETURNS integer LANGUAGE c SECURITY DEFINER AS 'lib', 'f';
--: security-definer-search-path is silent: what the server has built in
CREATE FUNCTION f() RETURNS float8 LANGUAGE internal SECURITY DEFINER AS 'drandom';
--: security-definer-search-path is silent: it is made anew with a path
CREATE FUNCTION f() RETURNS integer LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';
CREATE OR REPLACE FUNCTION f() RETURNS integer LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS 'SELECT 1';
--: security-definer-search-path fires: another one gets a path
CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1'; CREATE FUNCTION g() RETURNS integer LANGUAGE sql AS 'SELECT 1';
--: then
ALTER FUNCTION f() SECURITY DEFINER;
ALTER FUNCTION g() SET search_path = public, pg_temp;
--: security-definer-search-path is silent: it had a path before
CREATE FUNCTION f() RETURNS integer LANGUAGE sql SET search_path = public, pg_temp AS 'SELECT 1';
--: then
ALTER FUNCTION f() SECURITY DEFINER;
--: security-definer-search-path fires: another one had a path before
CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION g() RETURNS integer LANGUAGE sql SET search_path = public, pg_temp AS 'SELECT 1';
--: then
ALTER FUNCTION f() SECURITY DEFINER;
--: security-definer-search-path is silent: it gets the rights of the caller
CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1';
--: then
ALTER FUNCTION f() SECURITY INVOKER;
--: sequence-exhaustible is silent: the column stays as it is
CREATE TABLE a (id serial PRIMARY KEY);
--: then
ALTER TABLE a ALTER id SET STATISTICS 100;
--: serial-column is silent: no sequence
CREATE TABLE a (id bigint PRIMARY KEY);
--: serial-column is silent: the default goes
CREATE TABLE a (id serial PRIMARY KEY);
ALTER TABLE a ALTER id DROP DEFAULT;
--: several-tables-locked is silent: one table twice
CREATE TABLE a (id bigint PRIMARY KEY);
--: then
ALTER TABLE a ADD COLUMN n bigint;
ALTER TABLE a ADD COLUMN m bigint;
--: several-tables-locked is silent: the other is for the session only
CREATE TABLE a (id bigint PRIMARY KEY); CREATE TEMP TABLE b (id bigint PRIMARY KEY);
--: then
ALTER TABLE a ADD COLUMN n bigint;
ALTER TABLE b ADD COLUMN m bigint;
--: statement-opaque fires: a function that may do anything
CREATE FUNCTION f() RETURNS integer LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'DROP TABLE a'; RETURN 1; END $$;
--: then
SELECT f();
--: statement-opaque fires: such a function in rows that are written
CREATE TABLE a (id bigint PRIMARY KEY);
CREATE FUNCTION f() RETURNS integer LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'DROP TABLE a'; RETURN 1; END $$;
--: then
INSERT INTO a VALUES (f());
--: statement-opaque is silent: it only reads
SELECT 1;
--: statement-opaque is silent: what it does is known, and what is in it is not
CREATE TABLE a (id bigint PRIMARY KEY); CREATE TABLE b (LIKE a INCLUDING ALL);
--: statement-timeout-missing fires: without end is no limit
CREATE TABLE a (id bigint PRIMARY KEY, n bigint);
--: then
SET statement_timeout = 0;
ALTER TABLE a ALTER n SET NOT NULL;
--: statement-timeout-missing is silent: the table is new
CREATE TABLE b (id bigint PRIMARY KEY);
--: then
CREATE TABLE a (id bigint PRIMARY KEY, n bigint);
ALTER TABLE a ALTER n SET NOT NULL;
--: statement-timeout-missing is silent: the table is emptied before
CREATE TABLE a (id bigint PRIMARY KEY, n bigint);
--: then
TRUNCATE a;
ALTER TABLE a ALTER n SET NOT NULL;
--: stored-column-added fires: it is computed in another way
CREATE TABLE a (id bigint PRIMARY KEY, n bigint GENERATED ALWAYS AS (id + 1) STORED);
--: then
ALTER TABLE a ALTER n SET EXPRESSION AS (id + 2);
--: stored-column-added is silent: the table is emptied before
CREATE TABLE a (id bigint PRIMARY KEY);
--: then
TRUNCATE a;
ALTER TABLE a ADD COLUMN n bigint GENERATED ALWAYS AS (id + 1) STORED;
--: table-dropped fires: a foreign table
CREATE EXTENSION postgres_fdw; CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw;
CREATE FOREIGN TABLE a (n integer) SERVER s;
--: then
DROP FOREIGN TABLE a;
--: table-dropped fires: a view
CREATE TABLE a (id bigint PRIMARY KEY); CREATE VIEW v AS SELECT id FROM a;
--: then
DROP VIEW v;
--: table-dropped is silent: for the session only, from before
CREATE TEMP TABLE a (id bigint PRIMARY KEY);
--: then
DROP TABLE a;
--: table-renamed fires: a view
CREATE TABLE a (id bigint PRIMARY KEY); CREATE VIEW v AS SELECT id FROM a;
--: then
ALTER VIEW v RENAME TO w;
--: table-repacked fires: in the order of an index
CREATE TABLE a (id bigint CONSTRAINT a_key PRIMARY KEY);
--: then
CLUSTER a USING a_key;
--: table-repacked fires: all of them
-- migrate:no-transaction
VACUUM FULL;
--: trigger-disabled is silent: they are on again in the session
SET session_replication_role = 'origin';
--: trigger-disabled is silent: another setting
SET application_name = 'replica';
--: trigger-disabled fires: those of users
CREATE TABLE a (id bigint PRIMARY KEY);
--: then
ALTER TABLE a DISABLE TRIGGER USER;
--: trigger-disabled is silent: those of users are on again
CREATE TABLE a (id bigint PRIMARY KEY);
--: then
ALTER TABLE a DISABLE TRIGGER USER;
ALTER TABLE a ENABLE TRIGGER USER;
--: trigger-disabled fires: those of another table are on again
CREATE TABLE a (id bigint PRIMARY KEY); CREATE TABLE b (id bigint PRIMARY KEY);
--: then
ALTER TABLE a DISABLE TRIGGER ALL;
ALTER TABLE b ENABLE TRIGGER ALL;
--: trigger-disabled fires: only those of users are on again
CREATE TABLE a (id bigint PRIMARY KEY);
--: then
ALTER TABLE a DISABLE TRIGGER ALL;
ALTER TABLE a ENABLE TRIGGER USER;
--: truncate-cascade is silent: what refers to it is new
CREATE TABLE a (id bigint PRIMARY KEY);
--: then
CREATE TABLE b (id bigint PRIMARY KEY, a_id bigint REFERENCES a (id));
TRUNCATE a CASCADE;
--: truncate-cascade is silent: it refers to another table
CREATE TABLE b (id bigint PRIMARY KEY); CREATE TABLE a (id bigint PRIMARY KEY, b_id bigint REFERENCES b (id));
--: then
TRUNCATE a CASCADE;
--: truncate-cascade fires: what refers to what refers to it
CREATE TABLE a (id bigint PRIMARY KEY); CREATE TABLE b (id bigint PRIMARY KEY REFERENCES a (id)); CREATE TABLE c (id bigint PRIMARY KEY REFERENCES b (id));
--: then
TRUNCATE a, b CASCADE;
--: index-made-unique fires: it takes the name of the old one
CREATE TABLE a (id bigint PRIMARY KEY, n bigint);
CREATE INDEX i ON a (n);
--: then
DROP INDEX i;
CREATE UNIQUE INDEX i ON a (n);
--: type-rewritten fires: the session is in UTC, and there is an index
CREATE TABLE a (id bigint PRIMARY KEY, at timestamp);
CREATE INDEX i ON a (at);
--: then
SET timezone = 'UTC';
ALTER TABLE a ALTER at TYPE timestamptz;
--: type-rewritten is silent: the session is in UTC, and the index is of another column
CREATE TABLE a (id bigint PRIMARY KEY, at timestamp, n bigint);
CREATE INDEX i ON a (n);
--: then
SET timezone = 'UTC';
ALTER TABLE a ALTER at TYPE timestamptz;
