-- The first name on the way to the primary key is the primary key's.
CREATE TABLE a (id int PRIMARY KEY, CONSTRAINT named UNIQUE (id));

-- What stands in parentheses is sorted by what stands behind them.
CREATE TABLE a (id int, b int);
(SELECT id FROM a) ORDER BY b;
((SELECT id FROM a LIMIT 1)) ORDER BY b;
(SELECT id FROM a) ORDER BY missing;
(SELECT id FROM a UNION SELECT b FROM a) ORDER BY id;
(SELECT id FROM a UNION SELECT b FROM a) ORDER BY b;

-- A function of somebody's own is called like that of a sequence; what is no regclass is looked up later.
CREATE SCHEMA s;
CREATE FUNCTION s.nextval(text) RETURNS int LANGUAGE sql AS 'SELECT 1';
SELECT s.nextval('missing');
CREATE VIEW v AS SELECT nextval('missing'::text);
CREATE VIEW w AS SELECT nextval('missing'::regclass);
CREATE VIEW w AS SELECT pg_catalog.nextval('missing');
CREATE FUNCTION nextval(text) RETURNS int LANGUAGE sql AS 'SELECT 1';
SELECT nextval('missing'::text);

-- Who has the rows of a partitioned table may give them what they lack.
CREATE TABLE a (id int, b int NOT NULL) PARTITION BY LIST (id);
CREATE TABLE a1 PARTITION OF a FOR VALUES IN (1);
INSERT INTO a (id) VALUES (1);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.b := 1; RETURN NEW; END';
CREATE TRIGGER t BEFORE INSERT ON a1 FOR EACH ROW EXECUTE FUNCTION f();
INSERT INTO a (id) VALUES (1);

-- A default that is cast twice is computed with a row.
CREATE TYPE e AS ENUM ('a');
CREATE TABLE a (id e DEFAULT 'b'::text::e);
CREATE TABLE b (id e DEFAULT 'b'::e);

-- A row of values that is called one.
CREATE TABLE a (id int GENERATED ALWAYS AS IDENTITY, b int);
UPDATE a SET (id, b) = ROW (DEFAULT, 1);
UPDATE a SET (id, b) = ROW (2, 1);

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

-- A routine is called by the types of its arguments, whatever they are called now.
CREATE TYPE status AS ENUM ('a');
CREATE FUNCTION f(s status, t status[]) RETURNS int LANGUAGE sql AS 'select 1';
ALTER TYPE status RENAME TO status_old;
CREATE TYPE status AS ENUM ('a', 'b');
CREATE FUNCTION f(s status, t status[]) RETURNS int LANGUAGE sql AS 'select 1';
DROP FUNCTION f(status_old, status_old[]);
DROP TYPE status;
CREATE SCHEMA s1;
ALTER TYPE status SET SCHEMA s1;
DROP FUNCTION f(status, status[]);
ALTER SCHEMA s1 RENAME TO s2;
CREATE FUNCTION s2.g(s2.status) RETURNS s2.status LANGUAGE sql AS 'select $1';
ALTER SCHEMA s2 RENAME TO s3;
DROP FUNCTION s3.g(s2.status);
DROP FUNCTION s3.g(s3.status);
DROP FUNCTION f(s3.status, s3.status[]);
CREATE TABLE a (id int);
CREATE FUNCTION f(a) RETURNS int LANGUAGE sql AS 'select 1';
ALTER TABLE a RENAME TO b;
DROP FUNCTION f(a);
DROP FUNCTION f(b);

-- Routines are looked for in all schemas on the path.
CREATE SCHEMA s1;
CREATE SCHEMA s2;
CREATE TABLE t (id int);
CREATE FUNCTION s1.f(int) RETURNS int LANGUAGE sql AS 'select 1';
CREATE FUNCTION s2.f(text) RETURNS int LANGUAGE sql AS 'select 1';
CREATE FUNCTION s2.f() RETURNS trigger LANGUAGE plpgsql AS 'begin return new; end';
CREATE FUNCTION s2.f(int) RETURNS int LANGUAGE sql AS 'select 1';
SET search_path = s1, s2, public;
CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();
ALTER FUNCTION f(text) RENAME TO g;
DROP FUNCTION g(text);
DROP FUNCTION f(text);
DROP FUNCTION f();
DROP FUNCTION f(int);
DROP FUNCTION f(int);
DROP FUNCTION f(int);
DROP FUNCTION f() CASCADE;
DROP FUNCTION IF EXISTS f;
DROP FUNCTION f;

-- The type of an argument may be that of a column.
CREATE TABLE m (id int, c varchar(5));
CREATE FUNCTION f(a m, b m[], c m.id%type, d m.c%type) RETURNS m.id%type LANGUAGE sql AS 'select 1';
DROP FUNCTION f(m, m[], int, varchar);

-- PostgreSQL names an index after what its expressions are.
CREATE TABLE a (id int, b int, c text, d jsonb, created timestamptz);
CREATE INDEX ON a ((c COLLATE "C"));
CREATE INDEX ON a ((c::varchar));
CREATE INDEX ON a (cast(c AS varchar(3)));
CREATE INDEX ON a (((d->>'x')::int));
CREATE INDEX ON a (((d->>'x')::double precision), ((d->>'y')::numeric(3,2)));
CREATE INDEX ON a (((d->'x')::text), (d #>> '{a,b}'));
CREATE INDEX ON a ((CASE WHEN b > 1 THEN 2 END));
CREATE INDEX ON a ((CASE WHEN b > 1 THEN 2 ELSE b END));
CREATE INDEX ON a ((CASE WHEN b > 1 THEN 2 ELSE 3::int END));
CREATE INDEX ON a ((array[b]));
CREATE INDEX ON a ((ARRAY[b, 1]::int[]));
CREATE INDEX ON a (trim(c));
CREATE INDEX ON a (trim(leading 'x' from c), trim(trailing from c), trim(both from c));
CREATE INDEX ON a (pg_catalog.lower(d::text), id, (id));
CREATE INDEX ON a (coalesce(b, 1), nullif(b, 2), greatest(b, id), least(b, id));
CREATE INDEX ON a (substring(c from 2 for 3), substr(c, 1, 2), position('x' in c), overlay(c placing 'x' from 2));
CREATE INDEX ON a ((created AT TIME ZONE 'utc'));
CREATE INDEX ON a (date_trunc('day', created AT TIME ZONE 'utc'), ((created AT TIME ZONE 'utc')::date));
CREATE INDEX ON a ((b IS NULL), (b = 1), (b + id), (- b), (NOT (b > 1)), (b IN (1, 2)), (c LIKE 'x'));
CREATE INDEX ON a ((b = ANY (ARRAY[1, 2])), (b BETWEEN 1 AND 2), (b IS DISTINCT FROM id), (row(b, id) IS NULL));
CREATE INDEX ON a ((ROW(b, id)));
CREATE INDEX ON a ((d['a']), ((d->'a')['b']));
CREATE INDEX ON a ((TRUE), (DATE '2020-01-01'), (INTERVAL '1 day'), ('x'::text), (1), (NULL::int));
CREATE INDEX ON a ((c::char(3)), ((d->>'x')::boolean), ((d->>'x')::bigint), ((d->>'x')::real), ((d->>'x')::uuid));
CREATE INDEX ON a ((c || 'x'), ((c || 'x')::text COLLATE "C"), ("left"(c, 3)), left(c, 3), ceil(b), floor(b), ceiling(b));
CREATE INDEX a_created_idx ON a (b);
CREATE INDEX ON a ((created::timestamptz));
CREATE INDEX ON a ((lower(c)) text_pattern_ops);
CREATE INDEX a_lower_idx1 ON a (b);
CREATE VIEW v AS SELECT (b + 1)::bigint, count(*)::int, CASE WHEN true THEN 1 END, ARRAY[1] FROM a GROUP BY b;
SELECT int8, count, "case", "array" FROM v;

-- What may not be there needs no schema to go to.
CREATE TABLE a (id int);
ALTER TABLE IF EXISTS a SET SCHEMA nowhere;
ALTER VIEW IF EXISTS v SET SCHEMA nowhere;
ALTER SEQUENCE IF EXISTS v SET SCHEMA nowhere;
ALTER TABLE IF EXISTS v SET SCHEMA nowhere;

-- Names with escapes.
CREATE TABLE U&"d\0061ta" (U&"c!0061t!!" UESCAPE '!' int, u&"\+000078" text DEFAULT U&'\0061');
COMMENT ON COLUMN data."cat!" IS 'x';
ALTER TABLE data RENAME x TO y;
CREATE TYPE e AS ENUM (U&'\0061b', 'c');
ALTER TYPE e ADD VALUE 'ab';
ALTER TYPE e RENAME VALUE 'ab' TO 'd';

-- What a function returns, and what is indexed anew.
CREATE FUNCTION f() RETURNS nothing LANGUAGE sql AS 'select 1';
CREATE FUNCTION f() RETURNS SETOF nothing LANGUAGE plpgsql AS 'begin end';
CREATE TABLE a (id int);
CREATE INDEX a_i ON a (id);
REINDEX INDEX nope;
REINDEX (VERBOSE) INDEX a_i;
REINDEX INDEX a_i;
REINDEX TABLE nope;

-- Whose own a column and a check are decides what goes with the parent's.
CREATE TABLE a (id int, b int CONSTRAINT positive CHECK (b > 0));
CREATE TABLE c (b int, CONSTRAINT positive CHECK (b > 0)) INHERITS (a);
CREATE TABLE d () INHERITS (a);
ALTER TABLE d DROP COLUMN b;
ALTER TABLE d DROP CONSTRAINT positive;
ALTER TABLE d RENAME COLUMN b TO x;
ALTER TABLE d ALTER COLUMN b TYPE bigint;
ALTER TABLE ONLY a RENAME COLUMN b TO x;
ALTER TABLE ONLY a ADD COLUMN x int;
ALTER TABLE a DROP CONSTRAINT positive;
ALTER TABLE a DROP COLUMN b;
ALTER TABLE ONLY a DROP COLUMN id;
ALTER TABLE d NO INHERIT a;
ALTER TABLE d DROP COLUMN id;

-- A column comes from two parents, and goes with neither.
CREATE TABLE a (x int);
CREATE TABLE b (x int);
CREATE TABLE c () INHERITS (a, b);
ALTER TABLE a RENAME COLUMN x TO y;
ALTER TABLE a DROP COLUMN x;
ALTER TABLE c NO INHERIT b;

-- A check that the parent gets is the one that the child has.
CREATE TABLE a (x int);
CREATE TABLE b (CONSTRAINT positive CHECK (x > 0)) INHERITS (a);
CREATE TABLE c (CONSTRAINT positive CHECK (x > 1)) INHERITS (a);
ALTER TABLE a ADD CONSTRAINT positive CHECK (x > 0);
DROP TABLE c;
ALTER TABLE a ADD CONSTRAINT positive CHECK (x > 0);
ALTER TABLE a RENAME CONSTRAINT positive TO other;
ALTER TABLE b DROP CONSTRAINT other;

-- The names of constraints are the schema's; indexes are called after what their columns were called first.
CREATE TABLE a (b int CONSTRAINT c_d_check CHECK (b > 0));
CREATE TABLE c (d int CHECK (d > 0), e int);
CREATE TABLE p (d int, e int) PARTITION BY LIST (d);
CREATE INDEX ON p (e, (e IS NULL), (d IS NULL));
ALTER TABLE p RENAME COLUMN e TO f;
CREATE TABLE q PARTITION OF p DEFAULT;
CREATE TABLE r (LIKE p INCLUDING INDEXES);
ALTER TABLE p_e_expr_expr1_idx RENAME COLUMN e TO g;
ALTER TABLE p_e_expr_expr1_idx RENAME COLUMN e TO h;
ALTER TABLE p_e_expr_expr1_idx RENAME COLUMN g TO expr;

-- A partition may say more of the columns that it has, and has no others.
CREATE TABLE p (id int, b serial) PARTITION BY LIST (id);
CREATE TABLE q PARTITION OF p (id NOT NULL, b WITH OPTIONS DEFAULT NULL) FOR VALUES IN (1);
CREATE TABLE r PARTITION OF p (missing NOT NULL) FOR VALUES IN (2);
CREATE TABLE r PARTITION OF p (id NOT NULL, id NOT NULL) FOR VALUES IN (2);
ALTER TABLE p ADD UNIQUE (id);
ALTER TABLE q DROP CONSTRAINT q_id_key;

-- Partitions have the triggers for each row.
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TABLE p (id int, b int) PARTITION BY LIST (id);
CREATE TABLE q PARTITION OF p FOR VALUES IN (1);
CREATE TRIGGER t BEFORE INSERT ON p FOR EACH ROW EXECUTE FUNCTION f();
CREATE TRIGGER u BEFORE INSERT ON p FOR EACH STATEMENT EXECUTE FUNCTION f();
CREATE TABLE r PARTITION OF p FOR VALUES IN (2);
DROP TRIGGER t ON r;
ALTER TABLE p DISABLE TRIGGER t;
ALTER TABLE p DETACH PARTITION r;
DROP TRIGGER t ON p;

-- What a view shows of temporary tables is temporary; its columns hold those of tables.
CREATE TEMP TABLE a (id int, b int);
CREATE VIEW v AS SELECT id, b AS two FROM a WHERE b > 0;
CREATE TEMP TABLE c (LIKE a);
ALTER TABLE a DROP COLUMN b;
ALTER TABLE a ALTER COLUMN id TYPE bigint;
ALTER TABLE a RENAME COLUMN b TO x;
ALTER VIEW v RENAME COLUMN two TO x;
ALTER VIEW a RENAME COLUMN x TO y;
CREATE VIEW w AS SELECT id, id FROM a;
COMMENT ON TABLE v IS 'remark';

-- A table goes with the type of its partition key, a composite type does not with that of an attribute.
CREATE TYPE e AS ENUM ('a');
CREATE TABLE p (id e, b int) PARTITION BY LIST (id);
CREATE TYPE c AS (x e, y int);
ALTER TABLE p DROP COLUMN id;
DROP TYPE e;
DROP TYPE e CASCADE;
DROP VIEW c;
COMMENT ON COLUMN c.missing IS 'remark';
CREATE TABLE t (id t);

-- A relation's name is taken for those that are none of its kind.
CREATE TABLE a (id int);
CREATE UNIQUE INDEX i ON a (id);
ALTER TABLE a ADD CONSTRAINT a UNIQUE USING INDEX i;
DROP TRIGGER IF EXISTS missing ON i;
CREATE TYPE c AS (x int);
CREATE SEQUENCE IF NOT EXISTS c;
CREATE INDEX IF NOT EXISTS c ON a (id);

-- A child computes what its parent does not.
CREATE TABLE a (id serial);
CREATE TABLE b (id int GENERATED ALWAYS AS (1 + 1) STORED) INHERITS (a);

-- Of two keys the one that is not deferrable is the target.
CREATE TABLE a (id int, CONSTRAINT a UNIQUE (id) DEFERRABLE, CONSTRAINT b UNIQUE (id));
CREATE TABLE c (id int REFERENCES a (id));
ALTER TABLE a DROP CONSTRAINT a;
ALTER TABLE a DROP CONSTRAINT b;

-- What the model has no place for may be commented on; an identity column's sequence may have a name.
CREATE DOMAIN d AS int CONSTRAINT c CHECK (VALUE > 0);
COMMENT ON CONSTRAINT c ON DOMAIN d IS 'x';
CREATE TABLE t (a int);
COMMENT ON TYPE t IS 'x';
COMMENT ON COLUMN t.ctid IS 'x';
COMMENT ON EXTENSION plpgsql IS 'x';
CREATE TABLE u (id int GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME numbers START 5));
ALTER SEQUENCE numbers RESTART;
DROP SEQUENCE u_id_seq;
ALTER TABLE t ALTER COLUMN a SET NOT NULL;
ALTER TABLE t ALTER COLUMN a ADD GENERATED BY DEFAULT AS IDENTITY (SEQUENCE NAME others);
ALTER SEQUENCE others INCREMENT 2;

-- What a view shows of literals has types, too.
CREATE VIEW v AS SELECT 1 AS one, 'a' AS two, true AS three;
CREATE VIEW w AS SELECT * FROM v;
CREATE TABLE a (LIKE w INCLUDING ALL);

-- What a view computes has a type that is not known.
CREATE VIEW v AS SELECT count(*) AS n;
CREATE TABLE a (LIKE v);

-- A sequence has columns for those who ask.
CREATE SEQUENCE s;
CREATE VIEW v AS SELECT * FROM s;
CREATE TABLE a (LIKE v);
ALTER SEQUENCE s RENAME TO r;
DROP SEQUENCE r;
DROP SEQUENCE r CASCADE;

-- A policy that is altered is about what it says now.
CREATE TABLE b (id int);
CREATE TABLE a (id int, name text, x int);
CREATE POLICY p ON a USING (name IS NOT NULL AND id IN (SELECT id FROM b));
CREATE POLICY q ON a USING (id IN (SELECT id FROM b)) WITH CHECK (x = 1);
ALTER POLICY p ON a USING (true);
ALTER POLICY q ON a WITH CHECK (true);
ALTER TABLE a ALTER COLUMN name TYPE varchar(20), ALTER COLUMN x TYPE bigint;
ALTER TABLE a ALTER COLUMN id TYPE bigint;
DROP TABLE b;
DROP POLICY q ON a;
DROP TABLE b;

-- A constraint of a domain cannot be given a name that is there, be it its own.
CREATE DOMAIN d AS text CONSTRAINT a CHECK (VALUE IS NOT NULL) CONSTRAINT b CHECK (VALUE <> '');
ALTER DOMAIN d RENAME CONSTRAINT a TO a;
ALTER DOMAIN d RENAME CONSTRAINT a TO b;
ALTER DOMAIN d RENAME CONSTRAINT missing TO b;

-- The indexes of a table that moves need their names there, too.
CREATE SCHEMA s;
CREATE TABLE s.a (id int);
CREATE TABLE b (id int, CONSTRAINT a PRIMARY KEY (id));
ALTER TABLE b SET SCHEMA s;
ALTER TABLE b RENAME CONSTRAINT a TO c;
ALTER TABLE b SET SCHEMA s;
ALTER TABLE s.b SET SCHEMA s;

-- Statements that are not looked into name tables that have to be there.
CREATE TABLE t (a int);
CREATE SEQUENCE s;
GRANT SELECT, UPDATE ON TABLE t, s TO PUBLIC;
GRANT SELECT ON missing TO PUBLIC;
REVOKE ALL ON t, missing FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO PUBLIC;
GRANT ALL ON ALL TABLES IN SCHEMA public TO PUBLIC;
GRANT CONNECT ON DATABASE template1 TO PUBLIC;
CREATE STATISTICS x ON a, (a + 1) FROM missing;

-- A word of a type, of a literal or of a function's syntax is no column.
CREATE TABLE a (due date, date text, CONSTRAINT c CHECK (due > date '2020-01-01'));
ALTER TABLE a DROP COLUMN date;
ALTER TABLE a DROP CONSTRAINT c;
CREATE TABLE b (created timestamp, year int);
CREATE INDEX i ON b ((extract(year from created)));
ALTER TABLE b DROP COLUMN year;
DROP INDEX i;
CREATE TABLE c (created timestamptz, time text, zone text, CONSTRAINT k CHECK (created > '2020-01-01'::timestamp with time zone), CHECK (created at time zone 'utc' > '2020-01-01'));
ALTER TABLE c DROP COLUMN zone;
ALTER TABLE c DROP COLUMN time;
ALTER TABLE c DROP CONSTRAINT k;
CREATE TABLE d (x timestamptz, y timestamptz, interval text, CHECK (y < x + interval '1 day'));
ALTER TABLE d DROP COLUMN interval;
CREATE TABLE e (a text, precision int, CONSTRAINT c CHECK (a::double precision > 1));
ALTER TABLE e DROP COLUMN precision;
ALTER TABLE e DROP CONSTRAINT c;
CREATE TABLE f (a text, date int, CHECK (cast(a as date) > '2020-01-01'));
ALTER TABLE f DROP COLUMN date;
ALTER TABLE f DROP CONSTRAINT f_a_check;
CREATE TABLE g (a text, "C" int, CHECK (a COLLATE "C" > 'x'));
ALTER TABLE g DROP COLUMN "C";
ALTER TABLE g DROP CONSTRAINT g_a_check;
CREATE TABLE h (a int, days int, CHECK (make_interval(days => a) > interval '0'));
ALTER TABLE h DROP COLUMN days;
ALTER TABLE h DROP CONSTRAINT h_a_check;

-- Nor is a field, a type of the user's, or a column of another table.
CREATE TYPE status AS ENUM ('a');
CREATE TYPE address AS (zip text);
CREATE TABLE a (s public.status, status text, h address, zip int, CHECK ((h).zip <> ''));
CREATE INDEX i ON a (s) WHERE s = 'a'::public.status;
ALTER TABLE a DROP COLUMN status;
DROP INDEX i;
ALTER TABLE a DROP COLUMN zip;
ALTER TABLE a DROP CONSTRAINT a_h_check;
CREATE TABLE u (uid int, role text);
CREATE TABLE t (id int, role text, owner text);
CREATE POLICY p ON t USING (id IN (SELECT uid FROM u WHERE role = 'x') AND current_setting('owner') = 'x');
ALTER TABLE t DROP COLUMN role;
ALTER TABLE t DROP COLUMN owner;
ALTER TABLE u DROP COLUMN role;
ALTER TABLE u RENAME COLUMN role TO id;
ALTER TABLE t DROP COLUMN id;
ALTER TABLE u DROP COLUMN id CASCADE;
CREATE POLICY p ON t USING (true);

-- What a table is partitioned by.
CREATE TABLE a (ts timestamp, year int) PARTITION BY RANGE (extract(year from ts));
ALTER TABLE a DROP COLUMN year;
ALTER TABLE a DROP COLUMN ts;
CREATE TABLE b (ts text, date text) PARTITION BY LIST (length(ts));
ALTER TABLE b DROP COLUMN date;
ALTER TABLE b DROP COLUMN ts;

-- A column that gets another name does so where it stands, and there only.
CREATE TABLE a (date date, CONSTRAINT c CHECK (date > date '2020-01-01'), CHECK (date > '2020-01-01'::date), x int GENERATED ALWAYS AS (extract(year from date)) STORED);
CREATE INDEX i ON a (date, (date - date '2020-01-01')) WHERE date < date '2030-01-01';
ALTER TABLE a RENAME COLUMN date TO day;
ALTER TABLE a DROP COLUMN x;
ALTER TABLE a DROP COLUMN day;
CREATE TABLE b (date date);

-- What is computed from a column.
CREATE TABLE a (a int, b int GENERATED ALWAYS AS (a * 2) STORED, c int);
ALTER TABLE a ALTER COLUMN a TYPE bigint;
ALTER TABLE a ALTER COLUMN c TYPE bigint;
ALTER TABLE a DROP COLUMN a;
ALTER TABLE a DROP COLUMN a CASCADE;
ALTER TABLE a ADD COLUMN b int;
CREATE TABLE b (ts timestamp, year int, y int GENERATED ALWAYS AS (extract(year from ts)) STORED);
ALTER TABLE b DROP COLUMN year;
CREATE TABLE c (LIKE b INCLUDING ALL);
ALTER TABLE c DROP COLUMN ts;
CREATE TABLE d () INHERITS (c);
ALTER TABLE c DROP COLUMN ts CASCADE;
ALTER TABLE c ADD COLUMN y int;

-- Types that expressions name.
CREATE TYPE mood AS ENUM ('a');
CREATE TABLE a (id int, b text CHECK (b <> 'a'::mood::text));
CREATE TABLE b (c text DEFAULT 'a'::mood::text);
CREATE VIEW v AS SELECT 'a'::mood AS x;
CREATE INDEX i ON a (id) WHERE b <> (cast('a' as mood))::text;
CREATE POLICY p ON a USING (b <> (mood 'a')::text);
CREATE DOMAIN e AS text DEFAULT 'a'::mood::text;
CREATE FUNCTION f(x text DEFAULT 'a'::mood::text) RETURNS int LANGUAGE sql AS 'SELECT 1';
DROP TYPE mood;
DROP FUNCTION f;
DROP DOMAIN e;
DROP TYPE mood CASCADE;
CREATE VIEW v AS SELECT 1 AS x;
ALTER TABLE a ADD CONSTRAINT a_b_check CHECK (b <> '');
CREATE INDEX i ON a (id);
CREATE POLICY p ON a USING (true);

-- A type of a column, and one of its default.
CREATE TYPE mood AS ENUM ('a');
CREATE TABLE a (id int, b mood DEFAULT 'a'::mood, c text DEFAULT 'a'::mood);
DROP TYPE mood CASCADE;
ALTER TABLE a ADD COLUMN b text;

-- The rows of a table are a type.
CREATE TABLE a (id int);
CREATE VIEW v AS SELECT (NULL::a) IS NULL AS x;
DROP TABLE a;
DROP TABLE a CASCADE;
CREATE VIEW v AS SELECT 1 AS x;

-- What functions are called by.
CREATE FUNCTION f() RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE TABLE a (id int CHECK (f()), b int);
CREATE POLICY p ON a USING (f());
CREATE INDEX i ON a (b) WHERE f();
CREATE VIEW v AS SELECT 1 AS x FROM f();
CREATE DOMAIN d AS int CHECK (f());
DROP FUNCTION f;
DROP DOMAIN d;
DROP FUNCTION f() CASCADE;
CREATE POLICY p ON a USING (true);
CREATE INDEX i ON a (b);
CREATE VIEW v AS SELECT 1 AS x;
ALTER TABLE a ADD CONSTRAINT a_id_check CHECK (id > 0);
CREATE SCHEMA s;
CREATE FUNCTION s.f() RETURNS boolean LANGUAGE sql AS 'SELECT true';
CREATE POLICY q ON a USING (s.f());
DROP SCHEMA s;
DROP SCHEMA s CASCADE;
CREATE POLICY q ON a USING (true);

-- Of two functions it is not known which one is called.
CREATE FUNCTION f(x int) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE FUNCTION f(x text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE TABLE a (id int, CONSTRAINT c CHECK (f(id)));
DROP FUNCTION f(text);
ALTER TABLE a DROP CONSTRAINT c;

-- The columns of a trigger's condition.
CREATE TABLE a (id int, b int, c int);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE TRIGGER g BEFORE UPDATE ON a FOR EACH ROW WHEN (new.b > 1 AND old.c IS NULL) EXECUTE FUNCTION f();
ALTER TABLE a DROP COLUMN id;
ALTER TABLE a DROP COLUMN b;
ALTER TABLE a ALTER COLUMN c TYPE bigint;
ALTER TABLE a DROP COLUMN b CASCADE;
CREATE TRIGGER g BEFORE UPDATE ON a FOR EACH ROW EXECUTE FUNCTION f();

-- What the commands of a rule are about.
CREATE TABLE a (id int, b int, c int);
CREATE TABLE u (id int, d int);
CREATE RULE r AS ON INSERT TO a WHERE (new.c > 0) DO ALSO INSERT INTO u (id) VALUES (new.b);
ALTER TABLE a DROP COLUMN id;
ALTER TABLE a DROP COLUMN b;
ALTER TABLE a DROP COLUMN c;
ALTER TABLE a ALTER COLUMN b TYPE bigint;
ALTER TABLE u DROP COLUMN d;
DROP TABLE u;
DROP TABLE u CASCADE;
CREATE RULE r AS ON INSERT TO a DO NOTHING;

-- What PostgreSQL parses of a function at once.
CREATE TABLE a (id int, b int);
CREATE FUNCTION f(n int) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT id FROM a WHERE id > n; END;
CREATE FUNCTION g() RETURNS int LANGUAGE sql RETURN f(1);
ALTER TABLE a DROP COLUMN b;
ALTER TABLE a DROP COLUMN id;
DROP TABLE a;
DROP FUNCTION f;
DROP TABLE a CASCADE;
CREATE FUNCTION f(n int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION g() RETURNS int LANGUAGE sql AS 'SELECT 1';

-- A view that is grouped by a primary key may need that.
CREATE TABLE a (id int PRIMARY KEY, b text);
CREATE VIEW v AS SELECT id, b FROM a GROUP BY id;
CREATE VIEW w AS SELECT b FROM a GROUP BY b;
ALTER TABLE a DROP CONSTRAINT a_pkey CASCADE;
CREATE VIEW v AS SELECT 1 AS x;

-- A composite type is a relation whose columns have names.
CREATE TYPE m AS (a int, b text);
ALTER TABLE m RENAME COLUMN a TO c;
ALTER TABLE m RENAME a TO d;
ALTER VIEW m RENAME COLUMN c TO b;
ALTER VIEW m RENAME COLUMN c TO e;
ALTER TABLE m ADD COLUMN d int;
ALTER TABLE m RENAME TO n;
CREATE TABLE t OF m;
ALTER TABLE m RENAME COLUMN e TO f;

-- Its attributes come and go.
CREATE TYPE m AS (a int, b text);
ALTER TYPE m ADD ATTRIBUTE a int;
ALTER TYPE m ADD ATTRIBUTE c int, DROP ATTRIBUTE a;
ALTER TYPE m DROP ATTRIBUTE a;
ALTER TYPE m DROP ATTRIBUTE IF EXISTS a;
ALTER TYPE m RENAME ATTRIBUTE b TO c;
ALTER TYPE m RENAME ATTRIBUTE b TO d;
ALTER TYPE m ALTER ATTRIBUTE d TYPE bigint;
ALTER TYPE m ALTER ATTRIBUTE b TYPE bigint;
CREATE TABLE t (x m, y m[]);
ALTER TYPE m ADD ATTRIBUTE e m[];
ALTER TYPE m ADD ATTRIBUTE e missing;
ALTER TYPE m ADD ATTRIBUTE e int;

-- A column is named once.
CREATE TABLE a (id int, b int, UNIQUE (id, id));
CREATE TABLE a (id int, b int, PRIMARY KEY (id, b, id));
CREATE TABLE a (id int, b int);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER t BEFORE UPDATE OF b, b ON a FOR EACH ROW EXECUTE FUNCTION f();
CREATE TRIGGER t BEFORE UPDATE OF b, id ON a FOR EACH ROW EXECUTE FUNCTION f();

-- A procedure is called by no query, and what takes no argument not with a row.
CREATE TABLE a (id int);
CREATE PROCEDURE b(a) LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION c() RETURNS int LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION d(a) RETURNS int LANGUAGE plpgsql AS 'BEGIN END';
CREATE VIEW v AS SELECT a.c FROM a;
CREATE VIEW v AS SELECT a.d FROM a;

-- A cast needs its type, and a view that casts holds it.
CREATE TYPE mood AS ENUM ('a');
CREATE TABLE a (id int, b text);
ALTER TABLE a ALTER b TYPE text USING b::qtext;
ALTER TABLE a ALTER b TYPE text USING b::"qtext";
CREATE VIEW v AS SELECT 'a'::mod AS it;
CREATE VIEW v AS SELECT CAST(b AS public.mod[]) FROM a;
CREATE VIEW v AS SELECT 'a'::mood AS it, NULL::a AS r, NULL::_mood AS s, '1'::double precision AS d, now()::timestamp(3) AS t;
DROP TYPE mood;
DROP TYPE mood CASCADE;

-- What children are told they are told when their table has done all of a kind.
CREATE TABLE a (id int, b int, c int) PARTITION BY LIST (id);
CREATE TABLE a1 PARTITION OF a FOR VALUES IN (1);
ALTER TABLE a ALTER b DROP DEFAULT, DROP COLUMN b;
ALTER TABLE a DROP COLUMN b, ALTER c DROP NOT NULL;

-- Grandchildren are not told of DROP EXPRESSION, so that it is refused.
CREATE TABLE a (id int, b int, c int GENERATED ALWAYS AS (1 + 1) STORED) PARTITION BY LIST (id);
CREATE TABLE a1 PARTITION OF a FOR VALUES IN (1) PARTITION BY LIST (b);
ALTER TABLE a ALTER b DROP EXPRESSION IF EXISTS;
CREATE TABLE a11 PARTITION OF a1 FOR VALUES IN (1);
ALTER TABLE a ALTER b DROP EXPRESSION IF EXISTS;
ALTER TABLE a ALTER c DROP EXPRESSION;
ALTER TABLE a1 ALTER c DROP EXPRESSION;

-- ONLY a table with partitions does not refuse null.
CREATE TABLE a (id int, b int) PARTITION BY LIST (id);
CREATE TABLE a1 PARTITION OF a FOR VALUES IN (1);
ALTER TABLE ONLY a ALTER b SET NOT NULL;
ALTER TABLE ONLY a ADD PRIMARY KEY (id);
ALTER TABLE a1 ALTER id SET NOT NULL, ALTER b SET NOT NULL;
ALTER TABLE ONLY a ALTER b SET NOT NULL;
ALTER TABLE ONLY a ADD PRIMARY KEY (id);

-- One with children does, and they do not.
CREATE TABLE a (id int, b int);
CREATE TABLE b () INHERITS (a);
ALTER TABLE ONLY a ADD PRIMARY KEY (id);
ALTER TABLE ONLY a ALTER b SET NOT NULL;

-- A child refuses no null of a column that it had before its parent.
CREATE TABLE a (id int);
CREATE TABLE b (c int) INHERITS (a);
CREATE TABLE c () INHERITS (a);
ALTER TABLE a ADD COLUMN c int PRIMARY KEY;
ALTER TABLE a DROP COLUMN c, ADD COLUMN c int, ADD PRIMARY KEY (c);

-- An index of a table alone becomes one of its partitions, too, when it is made anew.
CREATE TABLE a (id int, b text, c int) PARTITION BY LIST (id);
CREATE TABLE a1 PARTITION OF a FOR VALUES IN (1) PARTITION BY LIST (b);
CREATE TABLE a11 PARTITION OF a1 FOR VALUES IN ('a');
CREATE INDEX i ON ONLY a (c);
CREATE INDEX j ON ONLY a (b);
ALTER TABLE a ALTER c TYPE bigint;

-- Indexes are copied in the order in which they were made, and those of a changed column were made later.
CREATE TABLE a (id int, b text, UNIQUE (id) DEFERRABLE, CONSTRAINT "A" UNIQUE (id));
CREATE TABLE b (LIKE a INCLUDING INDEXES);
CREATE INDEX z ON a (lower(b) DESC);
CREATE UNIQUE INDEX d ON a (lower(b));
CREATE TABLE c (LIKE a INCLUDING ALL);
CREATE TABLE t (a int, UNIQUE (a) DEFERRABLE, b int UNIQUE, CHECK (b > 0), UNIQUE (b) DEFERRABLE);
CREATE INDEX u ON t (a, b);
CREATE INDEX v ON t (a, b DESC);
CREATE INDEX w ON t ((a + 1), b) WHERE b > 0;
CREATE INDEX x ON t ((a + 2), b);
ALTER TABLE t ALTER COLUMN b TYPE bigint;
CREATE TABLE t1 (LIKE t INCLUDING ALL);

-- A check of a child is counted when that of its parent has gone with a column.
CREATE TABLE a (id int, CHECK (id IS NOT NULL));
CREATE TABLE b (LIKE a INCLUDING ALL);
ALTER TABLE b INHERIT a;
ALTER TABLE a DROP COLUMN id;
ALTER TABLE b DROP CONSTRAINT a_id_check;
ALTER TABLE a ADD COLUMN id int, ADD CONSTRAINT a_id_check CHECK (id IS NOT NULL);
ALTER TABLE a DROP CONSTRAINT a_id_check;
ALTER TABLE b NO INHERIT a;
ALTER TABLE b DROP CONSTRAINT a_id_check;

-- A foreign key needs each partition of the table that it points to.
CREATE TABLE a (id int PRIMARY KEY) PARTITION BY LIST (id);
CREATE TABLE a1 PARTITION OF a FOR VALUES IN (1);
CREATE TABLE a2 PARTITION OF a FOR VALUES IN (2) PARTITION BY LIST (id);
CREATE TABLE a21 PARTITION OF a2 FOR VALUES IN (2);
CREATE TABLE r (id int REFERENCES a);
DROP TABLE a1;
DROP TABLE a21;
DROP TABLE a1, r;
CREATE TABLE a1 PARTITION OF a FOR VALUES IN (1);
ALTER TABLE a ADD CONSTRAINT self FOREIGN KEY (id) REFERENCES a;
DROP TABLE a1;
DROP TABLE a1 CASCADE;
CREATE TABLE r (id int REFERENCES a);
ALTER TABLE a DETACH PARTITION a2;
DROP TABLE a2;
DROP TABLE a;

-- Rows are compared with rows, and with nothing else.
CREATE TYPE one AS (a int);
CREATE TYPE two AS (b text);
CREATE TABLE a (id int PRIMARY KEY, c "char" UNIQUE);
CREATE TABLE b (id one PRIMARY KEY, t a UNIQUE);
CREATE TABLE c (x a REFERENCES a (c));
CREATE TABLE c (x one REFERENCES a);
CREATE TABLE c (x int REFERENCES b);
CREATE TABLE c (x one[] REFERENCES b);
CREATE TABLE c (x one REFERENCES b, y two REFERENCES b, z a REFERENCES b, v b REFERENCES b (t));

-- What a query shows of a table keeps its collation, and its rows are of a type.
CREATE TABLE a (b text COLLATE "C", c int);
CREATE TABLE t AS SELECT b, a FROM a;
CREATE TABLE u AS SELECT * FROM a;
CREATE TABLE v AS SELECT x.b, x.c FROM (SELECT b, c FROM a) x;
DROP TABLE a;

-- The type of a table's rows has columns with names.
CREATE TABLE a (b text);
CREATE VIEW v AS SELECT * FROM a;
ALTER TYPE a RENAME ATTRIBUTE b TO d;
ALTER TYPE a RENAME ATTRIBUTE b TO d;
ALTER TYPE v RENAME ATTRIBUTE b TO e;

-- Nobody looks for columns of a table that has no partitions.
CREATE TABLE a (b int) PARTITION BY LIST (b);
ANALYZE a (missing);
CREATE TABLE a1 PARTITION OF a DEFAULT;
ANALYZE a (missing);

-- A row that is an argument holds none of its columns; one that is written out has them all.
CREATE TABLE a (id int, b int, c int);
CREATE FUNCTION f(a) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE VIEW u AS SELECT count(a.*) AS x FROM a;
CREATE VIEW v AS SELECT f(a.*) AS x FROM a;
ALTER TABLE a DROP COLUMN b;
CREATE VIEW w AS SELECT ROW(a.*, 1) AS x FROM a;
ALTER TABLE a DROP COLUMN c;
CREATE VIEW x AS SELECT f(b.*) FROM a;
DROP TABLE a;

-- What is not known of a table is not known of its partitions, nor of those that are like it.
CREATE SCHEMA s
    CREATE TABLE a (id int PRIMARY KEY, b text, CONSTRAINT x CHECK (b > '')) PARTITION BY LIST (id);
CREATE TABLE s.a1 PARTITION OF s.a FOR VALUES IN (1);
CREATE TABLE u (id int REFERENCES s.a1);

-- Rights are about what is there: columns, schemas, sequences, types and routines, each of its kind.
CREATE TABLE t (a int, b serial);
CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE PROCEDURE p(int) LANGUAGE sql AS 'SELECT 1';
CREATE TYPE mood AS ENUM ('ok');
CREATE DOMAIN d AS int;
GRANT SELECT (a), UPDATE (a, ctid) ON t TO PUBLIC;
GRANT SELECT (missing) ON t TO PUBLIC;
REVOKE UPDATE (a, missing) ON TABLE t FROM PUBLIC;
GRANT USAGE ON SCHEMA public, missing TO PUBLIC;
GRANT SELECT ON ALL TABLES IN SCHEMA missing TO PUBLIC;
ALTER DEFAULT PRIVILEGES IN SCHEMA public, missing GRANT SELECT ON TABLES TO PUBLIC;
GRANT USAGE ON SEQUENCE t_b_seq TO PUBLIC;
GRANT USAGE ON SEQUENCE missing TO PUBLIC;
GRANT USAGE ON TYPE mood, d, t, int4 TO PUBLIC;
GRANT USAGE ON TYPE missing TO PUBLIC;
GRANT USAGE ON DOMAIN missing TO PUBLIC;
GRANT EXECUTE ON FUNCTION f(int), f, lower(text) TO PUBLIC;
GRANT EXECUTE ON FUNCTION g() TO PUBLIC;
REVOKE ALL ON FUNCTION f(text) FROM PUBLIC;
GRANT EXECUTE ON PROCEDURE p(int) TO PUBLIC;
GRANT EXECUTE ON ROUTINE p(int), f(int) TO PUBLIC;
ALTER SCHEMA missing OWNER TO CURRENT_USER;
ALTER TYPE missing OWNER TO CURRENT_USER;
ALTER FUNCTION missing() STABLE;
ALTER FUNCTION p(int) STABLE;
ALTER EXTENSION missing UPDATE;

-- Columns behind the names of tables.
CREATE TABLE t (a int);
ANALYZE t (a);
ANALYZE t (a, missing);
COPY t (missing) TO STDOUT;

-- An index that a table is ordered by, or its rows are told apart by.
CREATE TABLE u (a int NOT NULL UNIQUE);
CREATE TABLE t (a int NOT NULL PRIMARY KEY, b int NOT NULL UNIQUE DEFERRABLE, c int);
CREATE INDEX plain ON t (a);
CREATE INDEX hashed ON t USING hash (a);
CREATE INDEX part ON t (a) WHERE b > 0;
CREATE UNIQUE INDEX uniq ON t (a) INCLUDE (c);
CREATE UNIQUE INDEX uniq_part ON t (a) WHERE b > 0;
CREATE UNIQUE INDEX uniq_null ON t (c);
CREATE UNIQUE INDEX uniq_expr ON t (abs(a));
CLUSTER t USING missing;
CLUSTER t USING plain;
CLUSTER plain ON t;
CLUSTER t USING hashed;
CLUSTER t USING part;
CLUSTER t USING u_a_key;
ALTER TABLE t CLUSTER ON missing;
ALTER TABLE t CLUSTER ON plain;
ALTER TABLE t CLUSTER ON part;
ALTER TABLE t REPLICA IDENTITY USING INDEX missing;
ALTER TABLE t REPLICA IDENTITY USING INDEX plain;
ALTER TABLE t REPLICA IDENTITY USING INDEX uniq;
ALTER TABLE t REPLICA IDENTITY USING INDEX t_pkey;
ALTER TABLE t REPLICA IDENTITY USING INDEX t_b_key;
ALTER TABLE t REPLICA IDENTITY USING INDEX uniq_part;
ALTER TABLE t REPLICA IDENTITY USING INDEX uniq_null;
ALTER TABLE t REPLICA IDENTITY USING INDEX uniq_expr;
ALTER TABLE t REPLICA IDENTITY USING INDEX u_a_key;
ALTER TABLE t REPLICA IDENTITY FULL;

-- A name alone is that of the only routine of its kind; of several it is none.
CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE PROCEDURE f(text) LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION g(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION g(text) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE AGGREGATE ag(int) (sfunc = int4pl, stype = int);
DROP PROCEDURE IF EXISTS g;
DROP FUNCTION g;
DROP FUNCTION IF EXISTS g;
DROP PROCEDURE g(int);
DROP PROCEDURE IF EXISTS g(int);
DROP FUNCTION ag(int);
DROP AGGREGATE g(int);
DROP AGGREGATE ag(int);
DROP PROCEDURE f(int);
DROP FUNCTION f;
DROP PROCEDURE f;
DROP ROUTINE g(int);
DROP FUNCTION g;

-- Who calls a function: defaults, checks, computed columns, indexes, views, policies, triggers, domains.
CREATE FUNCTION f() RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE FUNCTION f(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE FUNCTION is_fine(int, text DEFAULT 'x') RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE TABLE t (a int DEFAULT f(), b int CHECK (is_fine(b)), c int GENERATED ALWAYS AS (f(1)) STORED);
CREATE INDEX i ON t (f(a)) WHERE is_fine(a, 'y');
CREATE VIEW v AS SELECT is_fine(a) FROM t;
CREATE POLICY p ON t USING (public.is_fine(a));
CREATE DOMAIN d AS int CHECK (is_fine(VALUE));
DROP FUNCTION f();
DROP FUNCTION f(int);
DROP FUNCTION is_fine;
DROP FUNCTION is_fine(int, text);
ALTER TABLE t ALTER a DROP DEFAULT;
DROP FUNCTION f();
DROP INDEX i;
DROP FUNCTION f(int);
ALTER TABLE t DROP COLUMN c;
DROP FUNCTION f(int);

-- A function takes along who calls it.
CREATE FUNCTION f(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE TABLE t (a int DEFAULT f(1), b int CHECK (f(b) > 0), c int GENERATED ALWAYS AS (f(1)) STORED);
CREATE TABLE child () INHERITS (t);
CREATE INDEX i ON t (f(a));
CREATE VIEW v AS SELECT f(1) AS x;
CREATE FUNCTION g(a int DEFAULT f(1)) RETURNS int LANGUAGE sql AS 'SELECT f(1)';
CREATE FUNCTION h() RETURNS int LANGUAGE sql AS 'SELECT f(1)';
ALTER FUNCTION f(int) RENAME TO other;
DROP FUNCTION f(int);
DROP FUNCTION other(int);
DROP FUNCTION other(int) CASCADE;
DROP FUNCTION g(int);
DROP FUNCTION h();

-- What is called in a text, or by one of several functions, is in nobody's way.
CREATE FUNCTION f(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE FUNCTION f(text) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE FUNCTION g() RETURNS int LANGUAGE sql AS 'SELECT f(1)';
CREATE TABLE t (a int DEFAULT f(1));
DROP FUNCTION f(text);
DROP FUNCTION g();

-- A foreign key does not lead to what is kept for less long.
CREATE TEMP TABLE short (a int PRIMARY KEY);
CREATE UNLOGGED TABLE middle (a int PRIMARY KEY);
CREATE TABLE long (a int PRIMARY KEY);
CREATE TABLE a (a int REFERENCES short);
CREATE TABLE a (a int REFERENCES middle);
CREATE TABLE a (a int REFERENCES long);
CREATE UNLOGGED TABLE b (a int REFERENCES short);
CREATE UNLOGGED TABLE b (a int REFERENCES middle);
CREATE UNLOGGED TABLE c (a int REFERENCES long);
CREATE TEMP TABLE d (a int REFERENCES short);
CREATE TEMP TABLE e (a int REFERENCES middle);
ALTER TABLE long ADD FOREIGN KEY (a) REFERENCES short;

-- Rows to which others refer do not go alone.
CREATE TABLE t (a int PRIMARY KEY, b int REFERENCES t);
TRUNCATE t;
CREATE TABLE u (a int REFERENCES t);
TRUNCATE t;
TRUNCATE u;
TRUNCATE t, u;
TRUNCATE t CASCADE;
CREATE TABLE p (a int PRIMARY KEY) PARTITION BY LIST (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
CREATE TABLE q (a int REFERENCES p) PARTITION BY LIST (a);
CREATE TABLE q1 PARTITION OF q FOR VALUES IN (1);
TRUNCATE p;
TRUNCATE p1;
TRUNCATE p1, q;
CREATE VIEW v AS SELECT a FROM t;
TRUNCATE v;

-- What CREATE OR REPLACE cannot change of a function.
CREATE FUNCTION f(a int, b text DEFAULT 'x') RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION g(int) RETURNS TABLE (x int, y text) LANGUAGE sql AS 'SELECT 1, ''a''';
CREATE FUNCTION h(int) RETURNS TABLE (x int) LANGUAGE sql AS 'SELECT 1';
CREATE OR REPLACE FUNCTION f(a int4, b text DEFAULT 'y') RETURNS integer LANGUAGE sql AS 'SELECT 2';
CREATE OR REPLACE FUNCTION f(a int, b text DEFAULT 'x') RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint';
CREATE OR REPLACE FUNCTION f(a int, c text DEFAULT 'x') RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE OR REPLACE FUNCTION f(int, b text DEFAULT 'x') RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE OR REPLACE PROCEDURE f(a int, b text DEFAULT 'x') LANGUAGE sql AS 'SELECT 1';
CREATE OR REPLACE FUNCTION g(n int) RETURNS TABLE (x int4, y text) LANGUAGE sql AS 'SELECT 2, ''a''';
CREATE OR REPLACE FUNCTION g(n int) RETURNS TABLE (x int, z text) LANGUAGE sql AS 'SELECT 1, ''a''';
CREATE OR REPLACE FUNCTION g(n int) RETURNS TABLE (x int, y text, z int) LANGUAGE sql AS 'SELECT 1, ''a'', 1';
CREATE OR REPLACE FUNCTION h(int) RETURNS SETOF int LANGUAGE sql AS 'SELECT 1';
CREATE OR REPLACE FUNCTION h(int) RETURNS TABLE (z int) LANGUAGE sql AS 'SELECT 1';

-- Partitioned tables.
CREATE TABLE p (a int, b int, list int) PARTITION BY LIST (a);
CREATE TABLE plain (a int);
CREATE TABLE x (a int) PARTITION BY RANGE (a);
ALTER TABLE p ADD PRIMARY KEY (b);
ALTER TABLE p ADD UNIQUE (b);
CREATE UNIQUE INDEX ON p (b);
CREATE UNIQUE INDEX ON p (b, a);
ALTER TABLE p ADD PRIMARY KEY (a);
CREATE TABLE q (a int PRIMARY KEY, b int) PARTITION BY LIST (b);
CREATE TABLE q PARTITION OF plain FOR VALUES IN (1);
ALTER TABLE plain ATTACH PARTITION x FOR VALUES IN (1);

-- A default is a label of its enum.
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE t (a mood DEFAULT 'happy');
CREATE TABLE t (a mood DEFAULT 'happy'::mood);
CREATE TABLE t (a mood DEFAULT 'sad'::mood, b mood[] DEFAULT '{}', c mood DEFAULT NULL);
ALTER TABLE t ALTER a SET DEFAULT 'happy';
ALTER TABLE t ALTER a SET DEFAULT 'ok';
ALTER TABLE t ADD d mood NOT NULL DEFAULT 'happy';

-- A procedure that is called, and nothing is known behind.
CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CALL missing(1);
CALL f(1);

-- What a routine is called by is not cut, and tells types of one name in two schemas apart.
CREATE FUNCTION f(timestamptz, timestamptz, timestamptz, int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION f(timestamptz, timestamptz, timestamptz, text) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE SCHEMA main;
CREATE TYPE m AS ENUM ('a');
CREATE TYPE main.m AS ENUM ('b');
CREATE FUNCTION f(main.m) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION f(public.m) RETURNS int LANGUAGE sql AS 'SELECT 1';
DROP FUNCTION f(main.m);
DROP FUNCTION f(main.m);
DROP FUNCTION f(m);

-- The schema of SQLite's temporary tables is any other one here.
CREATE SCHEMA temp;
CREATE TABLE temp.t (id int);
CREATE VIEW v AS SELECT id FROM temp.t;
SET search_path = temp, public;
CREATE TABLE y (id int);
DROP TABLE temp.y;
DROP VIEW public.v;

-- The same default means another sequence under another search path.
CREATE SCHEMA one;
CREATE SCHEMA two;
CREATE SEQUENCE one.s;
CREATE SEQUENCE two.s;
SET search_path = one;
CREATE TABLE public.t (id int DEFAULT nextval('s'));
SET search_path = two;
ALTER TABLE public.t ALTER COLUMN id SET DEFAULT nextval('s');
DROP SEQUENCE one.s;
DROP SEQUENCE two.s;

-- A point in quotes parts nothing.
CREATE SEQUENCE "my.seq";
CREATE TABLE t (id int DEFAULT nextval('"my.seq"'), b int DEFAULT nextval('public."my.seq"'));
DROP SEQUENCE "my.seq";

-- The name of an identity's sequence stands among its options.
CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY (START WITH 10 SEQUENCE NAME foo));
ALTER SEQUENCE foo INCREMENT 5;
DROP SEQUENCE foo;

-- What moves into another schema needs its name there.
CREATE SCHEMA s;
CREATE TABLE t (id int);
CREATE TABLE s.t (b int);
ALTER TABLE t SET SCHEMA s;
ALTER TABLE s.t DROP COLUMN b;
ALTER TABLE t SET SCHEMA public;
CREATE VIEW v AS SELECT 1 AS one;
CREATE TYPE s.v AS ENUM ('a');
ALTER VIEW v SET SCHEMA s;
CREATE TYPE w AS ENUM ('a');
CREATE TABLE s.w (id int);
ALTER TYPE w SET SCHEMA s;
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION s.f() RETURNS int LANGUAGE sql AS 'SELECT 1';
ALTER FUNCTION f() SET SCHEMA s;
DROP FUNCTION f();
ALTER FUNCTION s.f() SET SCHEMA s;
ALTER FUNCTION s.f() SET SCHEMA public;

-- No index is of a column of the system's.
CREATE TABLE t (id int);
CREATE INDEX ON t (ctid);
CREATE INDEX ON t ((tableoid));
CREATE INDEX ON t (oid);
CREATE INDEX ON t (id) INCLUDE (ctid);
ALTER TABLE t ADD UNIQUE (ctid);
COMMENT ON COLUMN t.ctid IS 'where it is';
CREATE UNIQUE INDEX ON t (id);

-- Temporary tables go with what is said to discard them.
CREATE TEMP TABLE t (id int PRIMARY KEY);
DISCARD TEMP;
DROP TABLE t;
CREATE TEMP TABLE t (id int PRIMARY KEY);
ALTER TABLE t DROP CONSTRAINT t_pkey;

-- All settings come back, the search path among them.
CREATE SCHEMA s;
SET search_path = s;
CREATE TABLE t (id int);
RESET ALL;
CREATE TABLE t (id int);
DROP TABLE s.t;
DROP TABLE public.t;

-- A constant of a type by its name.
CREATE TABLE t (r daterange, CHECK (r && daterange '(,)'));
SELECT daterange 'empty', oid '1';
SELECT pg_lsn '0/1' FROM t;
CREATE VIEW v AS SELECT jsonpath '$.a', r FROM t;

-- The tables of a publication, and those of a schema.
CREATE TABLE t (a int);
CREATE PUBLICATION migrate_tables FOR TABLE t, TABLES IN SCHEMA public;
CREATE PUBLICATION migrate_missing FOR TABLE t, missing;

-- What is unique has to name what the rows are parted by, also where its name is there already.
CREATE TABLE a (id int, b int) PARTITION BY LIST (id);
CREATE INDEX i ON a (b);
CREATE UNIQUE INDEX IF NOT EXISTS i ON a (b);
CREATE UNIQUE INDEX IF NOT EXISTS i ON a (b, id);

-- What a table is partitioned by is renamed with its column, and its strategy is no function.
CREATE FUNCTION range_of(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE TABLE t (year int, b int) PARTITION BY RANGE (year);
CREATE TABLE e (year int, b int) PARTITION BY RANGE ((year + 1), b);
ALTER TABLE t RENAME COLUMN year TO since;
ALTER TABLE e RENAME COLUMN year TO since;
CREATE UNIQUE INDEX ON t (b);
ALTER TABLE t ADD COLUMN year int;
ALTER TABLE t DROP COLUMN year;
ALTER TABLE e ADD COLUMN year int;
ALTER TABLE e DROP COLUMN year;
ALTER TABLE e DROP COLUMN since;
ALTER TABLE t DROP COLUMN since;

-- A check that came from a parent is given to the child, too.
CREATE TABLE a (id int);
CREATE TABLE b () INHERITS (a);
ALTER TABLE a ADD CONSTRAINT k CHECK (id > 0);
ALTER TABLE b ADD CONSTRAINT k CHECK (id > 1);
ALTER TABLE b ADD CONSTRAINT k CHECK (id > 0);
ALTER TABLE b ADD CONSTRAINT k CHECK (id > 0);
ALTER TABLE a DROP CONSTRAINT k;
ALTER TABLE b DROP CONSTRAINT k;
CREATE TABLE p (id int) PARTITION BY LIST (id);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
ALTER TABLE p ADD CONSTRAINT k CHECK (id > 0);
ALTER TABLE p1 ADD CONSTRAINT k CHECK (id > 0);

-- What comes out of a function is what it returns.
CREATE FUNCTION f(OUT a boolean, OUT b int) LANGUAGE plpgsql AS 'BEGIN END';
CREATE OR REPLACE FUNCTION f(OUT a varchar(20)) LANGUAGE plpgsql AS 'BEGIN END';
CREATE OR REPLACE FUNCTION f(OUT a boolean, OUT c int) LANGUAGE plpgsql AS 'BEGIN END';
CREATE OR REPLACE FUNCTION f(OUT a boolean, OUT b int4) LANGUAGE plpgsql AS 'BEGIN a = true; END';
CREATE FUNCTION g(OUT a int) LANGUAGE plpgsql AS 'BEGIN END';
CREATE OR REPLACE FUNCTION g(OUT b int) LANGUAGE plpgsql AS 'BEGIN END';
CREATE OR REPLACE FUNCTION g() RETURNS int LANGUAGE plpgsql AS 'BEGIN END';
CREATE OR REPLACE FUNCTION g() RETURNS text LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION h() RETURNS varchar(20) LANGUAGE plpgsql AS 'BEGIN END';
CREATE OR REPLACE FUNCTION h() RETURNS varchar(30) LANGUAGE plpgsql AS 'BEGIN END';
CREATE OR REPLACE FUNCTION h() RETURNS char(30) LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION i(OUT a varchar(20)) LANGUAGE plpgsql AS 'BEGIN END';
CREATE OR REPLACE FUNCTION i(OUT a varchar(30)) LANGUAGE plpgsql AS 'BEGIN END';

-- What is set instead of an insertion, and by a merge.
CREATE TYPE pair AS (x int, y int);
CREATE TABLE t (a int PRIMARY KEY, b int, c pair);
CREATE VIEW v AS SELECT a, b FROM t;
INSERT INTO t (a) VALUES (1) ON CONFLICT (a) DO UPDATE SET missing = 1;
INSERT INTO t (a) VALUES (1) ON CONFLICT (a) DO UPDATE SET b = excluded.a, c.x = 2;
INSERT INTO t AS u (a) VALUES (1) ON CONFLICT (a) DO UPDATE SET (b, missing) = (1, 2);
INSERT INTO t AS u (a) VALUES (1) ON CONFLICT (a) DO UPDATE SET (b, a) = (SELECT 1, 2);
INSERT INTO v (a) VALUES (1) ON CONFLICT (a) DO UPDATE SET b = 2;
INSERT INTO v (a) VALUES (1) ON CONFLICT (a) DO UPDATE SET c = NULL;
MERGE INTO t USING v ON t.a = v.a WHEN MATCHED THEN UPDATE SET missing = v.b;
MERGE INTO t AS u USING v ON u.a = v.a WHEN MATCHED THEN UPDATE SET b = v.b;

-- The query of a table that is there already is read all the same.
CREATE TABLE t (a int);
CREATE TABLE IF NOT EXISTS t AS SELECT a FROM t;
CREATE TABLE IF NOT EXISTS t AS SELECT a FROM missing;

-- Only what has rows is analysed.
CREATE TABLE t (a int PRIMARY KEY);
CREATE VIEW v AS SELECT a FROM t;
CREATE MATERIALIZED VIEW m AS SELECT a FROM t;
ANALYZE v (missing);
ANALYZE m (a);
ANALYZE m (missing);

-- A table is partitioned by columns, not by its rows.
CREATE TABLE a (b int) PARTITION BY LIST (a);
CREATE TABLE a (b int) PARTITION BY RANGE (b, a);
CREATE TABLE a (b int, "A" int) PARTITION BY RANGE (b, A);
CREATE TABLE a (a int, b int) PARTITION BY RANGE (b, a);
CREATE TABLE a1 PARTITION OF a DEFAULT PARTITION BY LIST (a1);

-- A composite type has attributes, and nothing else.
CREATE TYPE pair AS (x int, y int);
COMMENT ON POLICY x ON pair IS 'remark';
COMMENT ON TRIGGER x ON pair IS 'remark';
COMMENT ON RULE x ON pair IS 'remark';
COMMENT ON CONSTRAINT x ON pair IS 'remark';
DROP POLICY IF EXISTS x ON pair;
DROP TRIGGER IF EXISTS x ON pair;
DROP RULE x ON pair;
COMMENT ON COLUMN pair.x IS 'remark';

-- A child's check is made anew with the parent's, and as valid as that.
CREATE TABLE a (id int, c int);
ALTER TABLE a ADD CONSTRAINT k CHECK (id > 0) NOT VALID;
CREATE TABLE b () INHERITS (a);
ALTER TABLE a ALTER c TYPE bigint;
ALTER TABLE a ALTER id TYPE bigint;
ALTER TABLE b VALIDATE CONSTRAINT k;
ALTER TABLE a ALTER id TYPE int;
ALTER TABLE a VALIDATE CONSTRAINT k;
ALTER TABLE a ALTER id TYPE bigint;

-- It loses its comment then, unless it is the child's own, too.
CREATE TABLE a (id int, CONSTRAINT k CHECK (id > 0));
CREATE TABLE b () INHERITS (a);
CREATE TABLE c (CONSTRAINT k CHECK (id > 0)) INHERITS (a);
CREATE TABLE d () INHERITS (b, c);
COMMENT ON CONSTRAINT k ON a IS 'a';
COMMENT ON CONSTRAINT k ON b IS 'b';
COMMENT ON CONSTRAINT k ON c IS 'c';
COMMENT ON CONSTRAINT k ON d IS 'd';
ALTER TABLE a ALTER id TYPE bigint;

-- One that has outlived the parent's is not made again.
CREATE TABLE a (id int, b int, CONSTRAINT k CHECK (id > 0 AND b > 0));
CREATE TABLE b (b int) INHERITS (a);
CREATE TABLE c (b int, CONSTRAINT k CHECK (id > 0 AND b > 0)) INHERITS (a);
COMMENT ON CONSTRAINT k ON c IS 'remark';
ALTER TABLE a DROP COLUMN b;
ALTER TABLE a ALTER id TYPE bigint;

-- The indexes of partitions are made anew with their table's, whatever they were called.
CREATE TABLE p (id int, b int) PARTITION BY LIST (id);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2);
CREATE INDEX mine ON p2 (b);
CREATE INDEX ON p (b);
COMMENT ON INDEX p1_b_idx IS 'lost';
ALTER TABLE p1 RENAME TO q1;
ALTER TABLE p ALTER b TYPE bigint;
COMMENT ON INDEX p_b_idx IS 'kept';
ALTER TABLE p ALTER b TYPE int;

-- So are their constraints, and the indexes of their own partitions.
CREATE TABLE p (id int, b int) PARTITION BY LIST (id);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1) PARTITION BY LIST (id);
CREATE TABLE p11 PARTITION OF p1 FOR VALUES IN (1);
CREATE INDEX o ON p (b);
CREATE INDEX o1 ON p1 (b);
CREATE INDEX o2 ON p1 (b, b);
ALTER TABLE p1 ADD UNIQUE (b, id);
ALTER INDEX p11_b_id_key RENAME TO mine;
COMMENT ON CONSTRAINT mine ON p11 IS 'remark';
ALTER TABLE p1 RENAME TO q1;
ALTER TABLE p11 RENAME TO q11;
ALTER TABLE p ALTER b TYPE bigint;
ALTER INDEX q11_b_id_key RENAME TO mine;

-- A partition's own index becomes no part then, and may be in the way.
CREATE TABLE p (id int, b int) PARTITION BY LIST (id);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
CREATE INDEX o ON ONLY p (b);
CREATE INDEX mine ON p1 (b);
COMMENT ON INDEX o IS 'remark';
COMMENT ON INDEX mine IS 'another';
ALTER TABLE p ALTER b TYPE bigint;
ALTER INDEX p1_b_idx RENAME TO other;
ALTER INDEX mine RENAME TO p1_b_idx;
ALTER TABLE p ALTER b TYPE int;

-- What needs a part of an index alone is in the way of its going with the whole.
CREATE TABLE p (id int, b int) PARTITION BY LIST (id);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
ALTER TABLE p ADD UNIQUE (b, id);
CREATE TABLE r (a int, b int, CONSTRAINT f FOREIGN KEY (a, b) REFERENCES p1 (id, b));
ALTER TABLE p ALTER b TYPE bigint;
ALTER TABLE r DROP CONSTRAINT f;
ALTER TABLE p ALTER b TYPE bigint;
CREATE TABLE q (id int, b int) PARTITION BY LIST (id);
CREATE TABLE q1 PARTITION OF q FOR VALUES IN (1);
ALTER TABLE q1 ADD CONSTRAINT c UNIQUE (b, id);
CREATE UNIQUE INDEX ON q (b, id);
ALTER TABLE q ALTER b TYPE bigint;

-- Nor do the foreign keys of partitions keep their names.
CREATE TABLE t (id int PRIMARY KEY);
CREATE TABLE p (id int, b int, CONSTRAINT f FOREIGN KEY (b) REFERENCES t) PARTITION BY LIST (id);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
CREATE TABLE p2 (id int, b int, CONSTRAINT other FOREIGN KEY (b) REFERENCES t);
ALTER TABLE p ATTACH PARTITION p2 FOR VALUES IN (2);
ALTER TABLE p1 RENAME CONSTRAINT f TO mine;
COMMENT ON CONSTRAINT mine ON p1 IS 'remark';
ALTER TABLE t ALTER COLUMN id TYPE bigint;
ALTER TABLE p1 RENAME CONSTRAINT f TO mine;
ALTER TABLE p ALTER COLUMN b TYPE bigint;

-- Indexes and sequences have no rows whose type they could be.
CREATE SCHEMA s;
CREATE TABLE t (id serial);
CREATE INDEX b ON t (id);
SELECT NULL::b;
SELECT NULL::t_id_seq;
CREATE TYPE public.a AS ENUM ('x');
CREATE SEQUENCE s.a;
SET search_path = s, public;
SELECT NULL::a;
DROP TYPE public.a;
SELECT NULL::a;
CREATE TABLE public.a (id int);
SELECT NULL::a;

-- An index that has a column twice becomes no constraint.
CREATE TABLE a (id int NOT NULL);
CREATE UNIQUE INDEX i ON a (id, id);
ALTER TABLE a ADD UNIQUE USING INDEX i;
ALTER TABLE a ADD PRIMARY KEY USING INDEX i;
CREATE UNIQUE INDEX j ON a (id) INCLUDE (id);
ALTER TABLE a ADD PRIMARY KEY USING INDEX j;

-- A bound's values are labels of the enum that the rows are parted by.
CREATE TYPE e AS ENUM ('a');
CREATE TABLE p (x e) PARTITION BY LIST (x);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN ('b');
CREATE TABLE p2 PARTITION OF p FOR VALUES IN ('a', NULL);
CREATE TABLE r (i int, x e) PARTITION BY RANGE (i, x);
CREATE TABLE r1 PARTITION OF r FOR VALUES FROM (1, 'b') TO (2, 'a');
CREATE TABLE r2 PARTITION OF r FOR VALUES FROM ('1', MINVALUE) TO ('2', 'a');
CREATE TABLE r3 PARTITION OF r FOR VALUES FROM (3, MINVALUE) TO (4, 'c');
CREATE TABLE h (x e) PARTITION BY HASH (x);
CREATE TABLE h1 PARTITION OF h FOR VALUES WITH (MODULUS 10, REMAINDER 1);
CREATE TABLE n (x e);
ALTER TABLE p ATTACH PARTITION n FOR VALUES IN ('a', 'z');
ALTER TABLE p ATTACH PARTITION n DEFAULT;

-- What a partition has from its table comes first, and is not what it says itself.
CREATE TABLE p (a int, UNIQUE (a)) PARTITION BY LIST (a);
CREATE TABLE p1 PARTITION OF p (PRIMARY KEY (a)) FOR VALUES IN (1);
CREATE TABLE p2 PARTITION OF p (UNIQUE (a)) FOR VALUES IN (2);
CREATE TABLE p3 PARTITION OF p (CONSTRAINT p3_a_key UNIQUE (a)) FOR VALUES IN (3);
CREATE TABLE t (a int PRIMARY KEY);
CREATE TABLE q (a int, b int, CONSTRAINT q1_b_fkey FOREIGN KEY (a) REFERENCES t, FOREIGN KEY (b) REFERENCES t, UNIQUE (a)) PARTITION BY LIST (a);
CREATE TABLE q1 PARTITION OF q (FOREIGN KEY (b) REFERENCES t, CHECK (a > 0), CONSTRAINT q1_a_key CHECK (a > 1)) FOR VALUES IN (1);
CREATE TABLE q2 PARTITION OF q (FOREIGN KEY (b) REFERENCES t, CHECK (a > 0), UNIQUE (b, a)) FOR VALUES IN (2);

-- A type whose attributes change is looked for among relations, of which another may come first.
CREATE TEMP TABLE t (a int, b int);
CREATE INDEX i ON t (a);
CREATE TEMP SEQUENCE s;
CREATE TYPE public.i AS (a int, c int);
CREATE TYPE public.t AS (a int, c int);
CREATE TYPE public.s AS (a int, c int);
ALTER TYPE i RENAME ATTRIBUTE c TO z;
ALTER TYPE i RENAME ATTRIBUTE a TO z;
ALTER TYPE public.i RENAME ATTRIBUTE c TO z;
ALTER TYPE i ADD ATTRIBUTE d int;
ALTER TYPE t RENAME ATTRIBUTE a TO z;
ALTER TYPE t DROP ATTRIBUTE b;
ALTER TYPE s RENAME ATTRIBUTE c TO z;

-- An index has columns of its own.
CREATE TABLE t (a int, b int);
CREATE INDEX i ON t (a, b);
CREATE INDEX j ON t (lower(a::text));
ALTER TABLE t RENAME a TO c;
ALTER TABLE i ALTER COLUMN c SET STATISTICS 10;
ALTER TABLE j ALTER COLUMN lower SET STATISTICS 10;

-- A row is no text, so that no function that takes one is a column of it.
CREATE TABLE t (id int);
CREATE FUNCTION a(OUT x smallint, INOUT y text) LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION b(y record) RETURNS int LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION c(OUT x int, y t) LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION d(y int, z anyelement) RETURNS int LANGUAGE plpgsql AS 'BEGIN END';
CREATE VIEW v AS SELECT t.a FROM t;
CREATE VIEW v AS SELECT t.d FROM t;
CREATE VIEW v AS SELECT t.b, it.c FROM t, t AS it;

-- Nothing is detached from what has no partitions.
CREATE TABLE t (id int);
CREATE TABLE p (id int) PARTITION BY LIST (id);
CREATE TABLE p1 PARTITION OF p DEFAULT;
ALTER TABLE t DETACH PARTITION p1;
ALTER TABLE t DETACH PARTITION t;
ALTER TABLE p DETACH PARTITION p1;

-- A table that is like a view has its columns, and no others.
CREATE TABLE a (name "char" DEFAULT NULL, c varchar(20) COLLATE "C" NOT NULL, n numeric(10,2), i int GENERATED ALWAYS AS IDENTITY);
CREATE VIEW v AS SELECT * FROM public.a;
CREATE TABLE l (LIKE v INCLUDING ALL);
CREATE INDEX d ON l ((missing IS NULL));
CREATE INDEX d ON l ((name IS NULL), i);

-- Of two types the first on the path is meant, also where it is that of a table's rows.
CREATE TEMP TABLE c (id int);
CREATE TYPE public.c AS ENUM ();
CREATE TABLE t (id int CHECK (id > 0 OR CAST(NULL AS c) IS NULL), b int CHECK (b > 0 OR NULL::public.c IS NULL));
DROP TABLE pg_temp.c;
DROP TABLE pg_temp.c CASCADE;
DROP TYPE public.c;

-- A child has with a column what its default calls.
CREATE TABLE a (id int);
CREATE TABLE b () INHERITS (a);
CREATE FUNCTION public.f() RETURNS int LANGUAGE plpgsql AS 'BEGIN END';
ALTER TABLE a ADD COLUMN c int DEFAULT public.f();
DROP FUNCTION public.f() CASCADE;

-- The query of a table is read, too, where a composite type has its name.
CREATE TYPE pair AS (x int, y int);
CREATE TABLE IF NOT EXISTS pair AS SELECT b FROM missing;
CREATE TABLE IF NOT EXISTS pair (LIKE missing);

-- A column counts, is computed or has a default.
CREATE TABLE a (id int GENERATED ALWAYS AS IDENTITY, d int NOT NULL DEFAULT 1, n int, t text NOT NULL, g int GENERATED ALWAYS AS (d + 1) STORED, ok int NOT NULL);
ALTER TABLE a ALTER id ADD GENERATED ALWAYS AS IDENTITY;
ALTER TABLE a ALTER d ADD GENERATED ALWAYS AS IDENTITY;
ALTER TABLE a ALTER n ADD GENERATED ALWAYS AS IDENTITY;
ALTER TABLE a ALTER t ADD GENERATED ALWAYS AS IDENTITY;
ALTER TABLE a ALTER g ADD GENERATED ALWAYS AS IDENTITY;
ALTER TABLE a ALTER ok DROP IDENTITY;
ALTER TABLE a ALTER ok DROP IDENTITY IF EXISTS;
ALTER TABLE a ALTER ok SET GENERATED ALWAYS;
ALTER TABLE a ALTER ok RESTART;
ALTER TABLE a ALTER ok DROP EXPRESSION;
ALTER TABLE a ALTER ok DROP EXPRESSION IF EXISTS;
ALTER TABLE a ALTER id SET DEFAULT 1;
ALTER TABLE a ALTER id SET DEFAULT NULL;
ALTER TABLE a ALTER id DROP DEFAULT;
ALTER TABLE a ALTER g SET DEFAULT NULL;
ALTER TABLE a ALTER g DROP DEFAULT;
ALTER TABLE a ALTER id TYPE text;
ALTER TABLE a ALTER id TYPE smallint;
ALTER TABLE a ALTER d DROP DEFAULT, ALTER d ADD GENERATED ALWAYS AS IDENTITY;
ALTER TABLE a ALTER d DROP IDENTITY, ALTER d ADD GENERATED BY DEFAULT AS IDENTITY;
ALTER TABLE a ALTER d DROP IDENTITY, ALTER d SET DEFAULT 4;
ALTER TABLE a ALTER d ADD GENERATED BY DEFAULT AS IDENTITY, ALTER d DROP DEFAULT;
ALTER TABLE a ALTER n SET NOT NULL, ALTER n ADD GENERATED ALWAYS AS IDENTITY;
ALTER TABLE a ADD x int, ALTER x ADD GENERATED ALWAYS AS IDENTITY;
ALTER TABLE a ADD y int PRIMARY KEY;
ALTER TABLE a ALTER y ADD GENERATED ALWAYS AS IDENTITY;

-- A default that goes with what it uses leaves a column that can count.
CREATE TABLE a (id serial PRIMARY KEY, b int NOT NULL DEFAULT 1);
DROP SEQUENCE a_id_seq CASCADE;
ALTER TABLE a ALTER id ADD GENERATED ALWAYS AS IDENTITY;
CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1';
ALTER TABLE a ALTER b SET DEFAULT one();
DROP FUNCTION one() CASCADE;
ALTER TABLE a ALTER b ADD GENERATED ALWAYS AS IDENTITY;

-- The definition of a column does not contradict itself.
CREATE DOMAIN whole AS int;
CREATE TABLE a (id int DEFAULT 1 GENERATED ALWAYS AS IDENTITY);
CREATE TABLE a (id text GENERATED ALWAYS AS IDENTITY);
CREATE TABLE a (id serial GENERATED ALWAYS AS IDENTITY);
CREATE TABLE a (id int NULL GENERATED ALWAYS AS IDENTITY);
CREATE TABLE a (id whole GENERATED ALWAYS AS IDENTITY);
CREATE TABLE a (id int[] GENERATED ALWAYS AS IDENTITY);
CREATE TABLE a (id int DEFAULT 1 GENERATED ALWAYS AS (1) STORED);
CREATE TABLE a (id int GENERATED ALWAYS AS IDENTITY GENERATED ALWAYS AS (1) STORED);
CREATE TABLE a (id int NULL NOT NULL);
CREATE TABLE a (id serial DEFAULT 3);
CREATE TABLE a (id serial NULL);
CREATE TABLE a (id serial NOT NULL);
CREATE TABLE b (id int);
ALTER TABLE b ADD x text GENERATED ALWAYS AS IDENTITY;
ALTER TABLE b ADD x int NOT NULL GENERATED ALWAYS AS IDENTITY;

-- A column of the primary key, or one that counts, refuses null.
CREATE TABLE a (id int, b int, c int GENERATED ALWAYS AS IDENTITY, PRIMARY KEY (id));
ALTER TABLE a ALTER id DROP NOT NULL;
ALTER TABLE a ALTER b DROP NOT NULL;
ALTER TABLE a ALTER c DROP NOT NULL;
ALTER TABLE a ALTER c DROP IDENTITY, ALTER c DROP NOT NULL;
ALTER TABLE a DROP CONSTRAINT a_pkey, ALTER id DROP NOT NULL;
CREATE UNIQUE INDEX i ON a (b);
ALTER TABLE a ADD PRIMARY KEY USING INDEX i;
ALTER TABLE a ALTER b DROP NOT NULL;

-- Who is to be a child has the columns and checks of its parent.
CREATE TABLE p (id int, b text);
CREATE TABLE c () INHERITS (p);
CREATE TABLE d (id int, b text);
CREATE TABLE e (id int);
CREATE TABLE f (id int, b varchar(5));
ALTER TABLE d NO INHERIT p;
ALTER TABLE c INHERIT p;
ALTER TABLE p INHERIT c;
ALTER TABLE p INHERIT p;
ALTER TABLE e INHERIT p;
ALTER TABLE f INHERIT p;
ALTER TABLE d INHERIT p;
ALTER TABLE d NO INHERIT p;
ALTER TABLE d ADD extra int;
ALTER TABLE d INHERIT p;
CREATE TABLE checked (id int CHECK (id > 0));
CREATE TABLE h (id int);
ALTER TABLE h INHERIT checked;
ALTER TABLE h ADD CONSTRAINT checked_id_check CHECK (id > 0);
ALTER TABLE h INHERIT checked;
CREATE TABLE own (id int, CHECK (id > 0) NO INHERIT);
CREATE TABLE i (id int);
ALTER TABLE i INHERIT own;

-- Types are the same, however they are written.
CREATE TABLE a (a char, b decimal(5), c int[], d timestamp, e bpchar, f int[3]);
CREATE TABLE b (a char(1), b numeric(5, 0), c int[][], d timestamp without time zone, e bpchar, f int[]);
ALTER TABLE a INHERIT b;
CREATE TABLE t (a timestamp);
CREATE TABLE u (a timestamp(6));
ALTER TABLE t INHERIT u;
CREATE DOMAIN whole AS int;
CREATE TABLE v (a whole);
CREATE TABLE w (a int);
ALTER TABLE w INHERIT v;

-- A partition has the columns of its table, and no others.
CREATE TABLE p (id int NOT NULL, b text) PARTITION BY LIST (id);
CREATE TABLE a (id int NOT NULL, b text);
CREATE TABLE b (id int NOT NULL, c text);
CREATE TABLE c (id int NOT NULL, b varchar);
CREATE TABLE d (id int, b text);
CREATE TABLE e (id int NOT NULL, b text, extra int);
CREATE TABLE f (id int NOT NULL);
CREATE TABLE g (b text, id int NOT NULL);
CREATE TABLE h (id int NOT NULL, b text NOT NULL);
CREATE TABLE parent (id int NOT NULL, b text);
CREATE TABLE child () INHERITS (parent);
ALTER TABLE p ATTACH PARTITION b FOR VALUES IN (1);
ALTER TABLE p ATTACH PARTITION c FOR VALUES IN (1);
ALTER TABLE p ATTACH PARTITION d FOR VALUES IN (1);
ALTER TABLE p ATTACH PARTITION e FOR VALUES IN (1);
ALTER TABLE p ATTACH PARTITION f FOR VALUES IN (1);
ALTER TABLE p ATTACH PARTITION a FOR VALUES IN (1);
ALTER TABLE p ATTACH PARTITION a FOR VALUES IN (2);
ALTER TABLE p ATTACH PARTITION g FOR VALUES IN (3);
ALTER TABLE p ATTACH PARTITION h FOR VALUES IN (4);
ALTER TABLE p ATTACH PARTITION child FOR VALUES IN (5);
ALTER TABLE p ATTACH PARTITION parent FOR VALUES IN (5);
ALTER TABLE p ATTACH PARTITION p FOR VALUES IN (6);
CREATE TABLE p2 (id int NOT NULL, b text) PARTITION BY LIST (id);
ALTER TABLE p2 ATTACH PARTITION a FOR VALUES IN (1);
ALTER TABLE p DETACH PARTITION b;
ALTER TABLE p2 DETACH PARTITION a;
ALTER TABLE parent DETACH PARTITION child;
ALTER TABLE p DETACH PARTITION a;
ALTER TABLE p DETACH PARTITION a;
ALTER TABLE a INHERIT p;
ALTER TABLE a INHERIT g;
ALTER TABLE a INHERIT parent;
ALTER TABLE p ATTACH PARTITION a FOR VALUES IN (1);
ALTER TABLE g NO INHERIT p;
ALTER TABLE g INHERIT parent;
ALTER TABLE p INHERIT parent;
ALTER TABLE p ATTACH PARTITION p2 FOR VALUES IN (7);
CREATE TYPE ty AS (id int, b text);
CREATE TABLE typed OF ty;
ALTER TABLE typed ALTER id SET NOT NULL;
ALTER TABLE p ATTACH PARTITION typed FOR VALUES IN (8);

-- A partition refuses null where its table's primary key does, computes what that computes, and has its checks.
CREATE TABLE p (id int PRIMARY KEY, g int GENERATED ALWAYS AS (id + 1) STORED, CHECK (id > 0)) PARTITION BY LIST (id);
CREATE TABLE a (id int, g int GENERATED ALWAYS AS (id + 1) STORED, CONSTRAINT p_id_check CHECK (id > 0));
CREATE TABLE b (id int NOT NULL, g int, CONSTRAINT p_id_check CHECK (id > 0));
CREATE TABLE c (id int NOT NULL, g int GENERATED ALWAYS AS (id + 1) STORED, CHECK (id > 0));
CREATE TABLE d (id int NOT NULL, g int GENERATED ALWAYS AS (id + 1) STORED, CONSTRAINT p_id_check CHECK (id > 0));
ALTER TABLE p ATTACH PARTITION a FOR VALUES IN (1);
ALTER TABLE p ATTACH PARTITION b FOR VALUES IN (2);
ALTER TABLE p ATTACH PARTITION c FOR VALUES IN (3);
ALTER TABLE p ATTACH PARTITION d FOR VALUES IN (4);

-- The type of a column is its parent's.
CREATE TABLE a (id int);
CREATE TABLE b (id int, x text) INHERITS (a);
ALTER TABLE a ADD x int;
ALTER TABLE a ADD x varchar(5);
ALTER TABLE a ADD x text;
CREATE TABLE c (id text) INHERITS (a);
CREATE TABLE c (id int4) INHERITS (a);
CREATE TABLE d (id text);
CREATE TABLE e () INHERITS (a, d);
CREATE TABLE e () INHERITS (a, a);
CREATE TABLE p (id int) PARTITION BY LIST (id);
CREATE TABLE e () INHERITS (p);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
CREATE TABLE e () INHERITS (p1);
CREATE TABLE e () INHERITS (a, c);

-- What is kept for the session only has no children that are kept longer.
CREATE TEMPORARY TABLE t (id int);
CREATE TABLE a (id int);
CREATE TABLE b () INHERITS (t);
CREATE UNLOGGED TABLE b () INHERITS (t);
CREATE TEMPORARY TABLE b () INHERITS (t);
CREATE TEMPORARY TABLE c () INHERITS (a);
CREATE UNLOGGED TABLE d () INHERITS (a);
ALTER TABLE a INHERIT t;
CREATE TEMPORARY TABLE e (id int);
ALTER TABLE e INHERIT a;
CREATE TABLE p (id int) PARTITION BY LIST (id);
CREATE TEMPORARY TABLE tp (id int) PARTITION BY LIST (id);
CREATE TABLE x PARTITION OF tp FOR VALUES IN (1);
CREATE TEMPORARY TABLE x PARTITION OF p FOR VALUES IN (1);
CREATE TABLE y (id int);
CREATE TEMPORARY TABLE z (id int);
ALTER TABLE tp ATTACH PARTITION y FOR VALUES IN (1);
ALTER TABLE p ATTACH PARTITION z FOR VALUES IN (1);
ALTER TABLE tp ATTACH PARTITION z FOR VALUES IN (1);

-- A constraint is made of a whole and plain unique index of its table.
CREATE TABLE a (id int, b int NOT NULL, c text);
CREATE TABLE o (id int);
CREATE UNIQUE INDEX oi ON o (id);
CREATE INDEX plain ON a (id);
CREATE UNIQUE INDEX part ON a (id) WHERE b > 0;
CREATE UNIQUE INDEX expr ON a (lower(c));
CREATE UNIQUE INDEX mixed ON a (id, lower(c));
CREATE UNIQUE INDEX descending ON a (id DESC);
CREATE UNIQUE INDEX first ON a (id NULLS FIRST);
CREATE UNIQUE INDEX inc ON a (id) INCLUDE (b);
CREATE UNIQUE INDEX good ON a (b, id);
ALTER TABLE a ADD CONSTRAINT x UNIQUE USING INDEX nope;
ALTER TABLE a ADD CONSTRAINT x UNIQUE USING INDEX oi;
ALTER TABLE a ADD CONSTRAINT x UNIQUE USING INDEX plain;
ALTER TABLE a ADD CONSTRAINT x UNIQUE USING INDEX part;
ALTER TABLE a ADD CONSTRAINT x UNIQUE USING INDEX expr;
ALTER TABLE a ADD CONSTRAINT x UNIQUE USING INDEX mixed;
ALTER TABLE a ADD CONSTRAINT x UNIQUE USING INDEX descending;
ALTER TABLE a ADD CONSTRAINT x UNIQUE USING INDEX first;
ALTER TABLE a ADD CONSTRAINT x UNIQUE USING INDEX o;
ALTER TABLE a ADD CONSTRAINT x UNIQUE USING INDEX inc;
ALTER TABLE a ADD CONSTRAINT y UNIQUE USING INDEX x;
ALTER TABLE a ADD CONSTRAINT z PRIMARY KEY USING INDEX good;
CREATE TABLE p (id int NOT NULL) PARTITION BY LIST (id);
CREATE UNIQUE INDEX pi ON p (id);
ALTER TABLE p ADD CONSTRAINT x9 UNIQUE USING INDEX pi;

-- A foreign key sets its own columns, and leads to what is unique at once.
CREATE TABLE t (id int PRIMARY KEY, u int UNIQUE DEFERRABLE, n int UNIQUE);
CREATE TABLE f (a int REFERENCES t (u));
CREATE TABLE f (a int, b int, FOREIGN KEY (a) REFERENCES t ON DELETE SET NULL (nope));
CREATE TABLE f (a int, b int, FOREIGN KEY (a) REFERENCES t ON DELETE SET NULL (b));
CREATE TABLE f (a int, b int, FOREIGN KEY (a) REFERENCES t ON DELETE SET DEFAULT (a, nope));
CREATE TABLE f (a int REFERENCES t ON DELETE SET NULL (x));
CREATE TABLE f (a int, b int, FOREIGN KEY (a) REFERENCES t ON DELETE SET NULL (a), FOREIGN KEY (b) REFERENCES t (n) ON DELETE SET NULL);
CREATE TABLE g (a int REFERENCES t ON DELETE SET NULL (a));
CREATE TABLE d (id int, PRIMARY KEY (id) DEFERRABLE);
CREATE TABLE h (a int REFERENCES d);
CREATE TABLE h (a int REFERENCES d (id));
CREATE UNIQUE INDEX i ON d (id);
CREATE TABLE h (a int REFERENCES d);
CREATE TABLE h (a int REFERENCES d (id));
CREATE TABLE e (id int, UNIQUE (id) INITIALLY DEFERRED);
CREATE TABLE k (a int REFERENCES e (id));

-- Columns of a foreign key can still be compared when one gets another type.
CREATE TABLE t (id int PRIMARY KEY, parent int REFERENCES t);
CREATE TABLE f (a int REFERENCES t, b int);
ALTER TABLE f ALTER a TYPE text;
ALTER TABLE f ALTER a TYPE uuid USING NULL;
ALTER TABLE t ALTER id TYPE text;
ALTER TABLE t ALTER parent TYPE text;
ALTER TABLE f ALTER a TYPE bigint;
ALTER TABLE t ALTER id TYPE bigint;
ALTER TABLE f DROP CONSTRAINT f_a_fkey, ALTER a TYPE text;
ALTER TABLE t ALTER id TYPE text, ALTER parent TYPE text;

-- Labels of an enum.
CREATE TYPE e AS ENUM ('a', 'b', 'a');
CREATE TYPE e AS ENUM ('a', 'A');
ALTER TYPE e ADD VALUE IF NOT EXISTS 'a' AFTER 'nope';
ALTER TYPE e RENAME VALUE 'nope' TO 'x';
ALTER TYPE e RENAME VALUE 'a' TO 'A';
ALTER TYPE e RENAME VALUE 'a' TO 'b';
CREATE DOMAIN d AS e;
CREATE TABLE t (id int, e e DEFAULT 'nope');
CREATE TABLE t (id int, e e DEFAULT 'b', es e[], d d, n text);
INSERT INTO t (e) VALUES ('nope');
INSERT INTO t (e) VALUES ('b'), ('nope');
INSERT INTO t VALUES (1, 'nope');
INSERT INTO t VALUES (1, 'b', '{b}', 'b', 'nope');
INSERT INTO t (id, e, n) VALUES (1, 'b', 'nope');
INSERT INTO t (e) VALUES ('nope') ON CONFLICT DO NOTHING;
INSERT INTO t (e) VALUES ('b') RETURNING e = 'nope';
INSERT INTO t (e) VALUES (' b');
INSERT INTO t (e) VALUES (NULL);
UPDATE t SET e = 'nope';
UPDATE t SET e = 'b', n = 'nope' WHERE n = 'nope';
UPDATE t SET e = 'b' WHERE e = 'nope';
UPDATE t SET e = 'b' WHERE e::text = 'nope';
UPDATE t SET e = 'b' WHERE n = 'nope' OR e IN ('b', 'A');
DELETE FROM t WHERE e IN ('b', 'nope');
DELETE FROM t WHERE e <> 'nope';
DELETE FROM t WHERE 'nope' = e;
DELETE FROM t WHERE e IS DISTINCT FROM 'nope';
DELETE FROM t WHERE t.e = 'nope';
SELECT * FROM t x WHERE x.e = 'nope';
CREATE VIEW v AS SELECT e FROM t WHERE e = 'nope';
CREATE VIEW v AS SELECT e FROM t WHERE e = 'b';
SELECT * FROM v WHERE e = 'nope';
CREATE INDEX i ON t (id) WHERE e = 'nope';
CREATE INDEX i ON t (id) WHERE e = 'b';
ALTER TABLE t ADD CHECK (e <> 'nope');
ALTER TABLE t ADD CHECK (e <> 'A' AND n <> 'nope');
CREATE POLICY p ON t USING (e = 'nope');
ALTER TABLE t ALTER e TYPE text;
UPDATE t SET e = 'nope' WHERE e = 'none';

-- Whoever creates operators knows what they compare.
CREATE TYPE e AS ENUM ('a');
CREATE TABLE t (e e);
CREATE FUNCTION is(e, text) RETURNS boolean LANGUAGE sql AS 'SELECT $1::text = $2';
CREATE OPERATOR = (LEFTARG = e, RIGHTARG = text, FUNCTION = is);
DELETE FROM t WHERE e = 'nope';

-- A domain is none of the types that it is made of.
CREATE DOMAIN d AS int;
CREATE FUNCTION f(OUT a public.d) LANGUAGE plpgsql AS 'BEGIN END';
CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE plpgsql AS 'BEGIN END';
CREATE OR REPLACE FUNCTION f() RETURNS d LANGUAGE plpgsql AS 'BEGIN END';
CREATE OR REPLACE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION g(OUT a d, OUT b text) LANGUAGE plpgsql AS 'BEGIN END';
CREATE OR REPLACE FUNCTION g(OUT a d, OUT c text) LANGUAGE plpgsql AS 'BEGIN END';
CREATE OR REPLACE FUNCTION g(OUT a d) LANGUAGE plpgsql AS 'BEGIN END';
CREATE OR REPLACE FUNCTION g(OUT a public.d, OUT b text) LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION h(OUT a d[]) LANGUAGE plpgsql AS 'BEGIN END';
CREATE OR REPLACE FUNCTION h() RETURNS d[] LANGUAGE plpgsql AS 'BEGIN END';
CREATE OR REPLACE FUNCTION h() RETURNS int[] LANGUAGE plpgsql AS 'BEGIN END';

-- What is called is no column, also where its name stands in quotes.
CREATE FUNCTION "größe"() RETURNS int LANGUAGE plpgsql AS 'BEGIN END';
CREATE TABLE t (id int, "größe" int, CHECK ("größe"() > 0), CHECK ("größe" > id));
ALTER TABLE t DROP COLUMN "größe";
DROP FUNCTION "größe"();

-- Attributes of a composite type.
CREATE TYPE ad AS (street text, no int);
CREATE TABLE u (id int, a ad, t text, many ad[]);
ALTER TYPE ad DROP ATTRIBUTE nope;
ALTER TYPE ad DROP ATTRIBUTE IF EXISTS nope, ADD ATTRIBUTE no int;
ALTER TYPE ad RENAME ATTRIBUTE nope TO x;
ALTER TYPE ad RENAME ATTRIBUTE no TO street;
ALTER TYPE ad ALTER ATTRIBUTE nope TYPE text;
ALTER TYPE ad ALTER ATTRIBUTE no TYPE text;
ALTER TYPE ad ADD ATTRIBUTE no int;
ALTER TYPE ad ADD ATTRIBUTE more int;
UPDATE u SET a.nope = 1;
UPDATE u SET a.more = 1;
INSERT INTO u (a.nope) VALUES (1);
INSERT INTO u (a.no) VALUES (1);
SELECT (a).nope FROM u;
SELECT (a).no FROM u;
SELECT (u.a).nope FROM u;
SELECT (u.a).more FROM u;
SELECT (u).nope FROM u;
SELECT (u).id FROM u;
SELECT (x).nope FROM u x;
SELECT (a).* FROM u;
SELECT (many[1]).no FROM u;
SELECT (a).num_nulls FROM u;
CREATE FUNCTION nope(ad) RETURNS int LANGUAGE sql AS 'SELECT 1';
SELECT (a).nope FROM u;
SELECT 1 FROM u WHERE (SELECT (a).no) = 1;
CREATE TABLE a (a ad);
SELECT (a).no FROM a;
SELECT (a).street FROM a, u WHERE a.a IS NULL;

-- Rows of a materialized view that is refreshed beside its readers are told apart by a unique index.
CREATE TABLE t (id int, b int, c text);
CREATE MATERIALIZED VIEW m AS SELECT id, b, c FROM t;
REFRESH MATERIALIZED VIEW CONCURRENTLY m;
CREATE INDEX mi ON m (id);
CREATE UNIQUE INDEX mp ON m (id) WHERE b > 0;
CREATE UNIQUE INDEX mx ON m (id, lower(c));
REFRESH MATERIALIZED VIEW CONCURRENTLY m;
REFRESH MATERIALIZED VIEW m;
CREATE UNIQUE INDEX mu ON m (id, b);
REFRESH MATERIALIZED VIEW CONCURRENTLY m;
DROP INDEX mu;
REFRESH MATERIALIZED VIEW CONCURRENTLY m;
CREATE UNIQUE INDEX ON m (id) INCLUDE (c);
REFRESH MATERIALIZED VIEW CONCURRENTLY m;

-- What is locked alone stands in the query.
CREATE TABLE t (id int PRIMARY KEY);
SELECT * FROM t FOR UPDATE OF nope;
SELECT * FROM t x FOR UPDATE OF t;
SELECT * FROM t x FOR UPDATE OF x;
SELECT * FROM t, t b FOR UPDATE OF t FOR SHARE OF b;
SELECT * FROM (SELECT * FROM t) s FOR UPDATE OF s;
SELECT * FROM t WHERE EXISTS (SELECT 1 FROM t x FOR UPDATE OF t);
SELECT * FROM t WHERE EXISTS (SELECT 1 FROM t x FOR UPDATE OF x) FOR UPDATE OF t;
SELECT * FROM (t JOIN t b USING (id)) FOR UPDATE OF b;
SELECT * FROM t, generate_series(1, 2) FOR UPDATE OF t;

-- A column is that of one table of the query.
CREATE TABLE a (id int, name text, x int);
CREATE TABLE b (id int, a_id int, name text);
CREATE TABLE c (x int, y int);
SELECT id FROM a, b;
SELECT id FROM a JOIN b ON a.id = b.a_id;
SELECT a.id FROM a JOIN b ON a.id = b.a_id WHERE name = 'x';
SELECT a.id FROM a JOIN b ON a.id = b.a_id ORDER BY id;
SELECT a.id FROM a JOIN b ON a.id = b.a_id ORDER BY name;
SELECT a.id FROM a JOIN b ON a.id = b.a_id ORDER BY id + 1;
SELECT a.id AS k FROM a JOIN b ON a.id = b.a_id GROUP BY id;
SELECT id FROM a JOIN b USING (id);
SELECT id, name FROM a NATURAL JOIN b;
SELECT id FROM a JOIN b USING (id) JOIN a d USING (id);
SELECT x, a_id FROM a, b;
SELECT a.id FROM b JOIN a ON x = a_id JOIN c ON y = a_id;
SELECT a.id FROM b JOIN a ON x = a_id JOIN c ON y = c.x;
SELECT id FROM a WHERE EXISTS (SELECT 1 FROM b WHERE id = a_id);
SELECT (SELECT id) FROM a, b;
SELECT 1 FROM a, b WHERE EXISTS (SELECT 1 WHERE id = 1);
SELECT id FROM a, (SELECT 1 AS id) s;
SELECT id FROM a, LATERAL (SELECT a.id + 1) s;
UPDATE a SET name = name FROM b WHERE a.id = b.a_id;
UPDATE a SET name = 'x' FROM b WHERE id = a_id;
UPDATE a SET x = a_id FROM b;
UPDATE a SET name = 'x' FROM b RETURNING id;
DELETE FROM a USING b WHERE id = a_id;
DELETE FROM a USING b WHERE a.id = a_id;
INSERT INTO a (id, name) SELECT id, name FROM b;
INSERT INTO a (id) VALUES (1) ON CONFLICT DO NOTHING RETURNING id;
CREATE UNIQUE INDEX i ON a (id);
INSERT INTO a (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET name = excluded.name;
WITH b2 AS (SELECT * FROM b) SELECT id FROM a, b2;
SELECT DISTINCT ON (id) a.id FROM a, b;
SELECT a.id FROM a, b WINDOW w AS (ORDER BY id);
SELECT count(*) FILTER (WHERE id > 1) FROM a, b;
SELECT id FROM a x, a y;
SELECT a FROM a, b;
SELECT id FROM a AS a2 (id2), b;
MERGE INTO a USING b ON a.id = a_id WHEN MATCHED THEN UPDATE SET name = name;
MERGE INTO a USING b ON a.id = a_id WHEN NOT MATCHED THEN INSERT (id) VALUES (id);
CREATE VIEW v AS SELECT id FROM a, b;
CREATE VIEW v AS SELECT a.id FROM a, b;

-- An exclusion constraint is named after all of its elements.
CREATE TABLE a (a int4range, EXCLUDE USING gist (a WITH &&), EXCLUDE USING gist (a WITH =));
CREATE TABLE b (a int, b int, EXCLUDE USING gist (int4range(a, b) WITH &&));
ALTER TABLE b DROP CONSTRAINT b_int4range_excl;
ALTER TABLE b DROP CONSTRAINT b_excl;
CREATE TABLE c (a int, b int, c int4range, EXCLUDE USING gist (c WITH &&, int4range(a, b) WITH &&));
ALTER TABLE c DROP CONSTRAINT c_c_int4range_excl;
CREATE TABLE d (a int, b int, EXCLUDE USING gist ((int4range(a, b)) WITH &&) WHERE (a > 0));
CREATE TABLE e (a int, b int, EXCLUDE USING btree ((a + b) WITH =, (a * 2) WITH =));
CREATE TABLE f (a text, EXCLUDE USING btree (lower(a) WITH =, (upper(a)) WITH =));
CREATE TABLE h (LIKE f INCLUDING ALL);
ALTER TABLE f RENAME COLUMN a TO x;
ALTER TABLE f DROP COLUMN x;

-- A sequence that others count by does not go with the identity of its column.
CREATE TABLE b (id int GENERATED ALWAYS AS IDENTITY);
CREATE TABLE a (id int DEFAULT nextval('b_id_seq'));
ALTER TABLE b ALTER id DROP IDENTITY;
ALTER TABLE a ALTER id DROP DEFAULT;
CREATE VIEW v AS SELECT last_value FROM b_id_seq;
ALTER TABLE b ALTER id DROP IDENTITY;
DROP VIEW v;
ALTER TABLE b ALTER id DROP IDENTITY;

-- Nobody looks for the attributes of a type to analyse.
CREATE TYPE pair AS (x int, y int);
ANALYZE pair (x);
ANALYZE pair (missing);

-- The child is looked at before its parent is.
CREATE TABLE d (a int) PARTITION BY LIST (a);
CREATE SEQUENCE s;
ALTER TABLE d INHERIT s;

-- A partition's index that has the rows in another order is the one of its table, too.
CREATE TABLE c (a timestamp NOT NULL UNIQUE) PARTITION BY LIST (a);
CREATE TABLE d PARTITION OF c DEFAULT;
CREATE INDEX own ON d (a DESC NULLS LAST);
CREATE INDEX i ON c (a DESC);
CREATE INDEX j ON c (a);
