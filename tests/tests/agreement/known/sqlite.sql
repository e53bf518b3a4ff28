-- What a key or an index is about is not dropped.
CREATE TABLE a (id INTEGER PRIMARY KEY, b TEXT UNIQUE, c TEXT, d TEXT REFERENCES a);
CREATE INDEX i ON a (lower(c));
ALTER TABLE a DROP COLUMN id;
ALTER TABLE a DROP COLUMN b;
ALTER TABLE a DROP COLUMN c;
ALTER TABLE a DROP COLUMN d;

-- Tables and indexes are looked for apart.
CREATE TABLE a (id INTEGER);
CREATE INDEX i ON a (id);
DROP INDEX a;
DROP INDEX IF EXISTS a;
DROP TABLE i;
CREATE TABLE IF NOT EXISTS i (id INTEGER);
CREATE VIEW IF NOT EXISTS i AS SELECT 1 AS one;
CREATE INDEX IF NOT EXISTS a ON a (id);
CREATE INDEX IF NOT EXISTS i ON a (id);

-- The primary key of a table without rowid refuses null.
CREATE TABLE a (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE b (id TEXT PRIMARY KEY) STRICT;
CREATE TABLE c (id INTEGER PRIMARY KEY) STRICT;
CREATE TABLE d (id TEXT PRIMARY KEY);

-- Its own name is taken, a view is no table, and a foreign key stays in its file.
CREATE TABLE a (id INTEGER PRIMARY KEY);
ALTER TABLE a RENAME TO a;
CREATE VIEW v AS SELECT 1 AS one;
ALTER TABLE v RENAME TO w;
CREATE TEMP TABLE b (id INTEGER REFERENCES a);
ALTER TABLE a RENAME TO c;
CREATE TRIGGER t AFTER UPDATE OF missing ON c BEGIN SELECT 1; END;

-- The number of a row is written like a column, where there is one.
CREATE TABLE a (b TEXT);
INSERT INTO a (rowid, b) VALUES (1, 'x');
UPDATE a SET rowid = 2;
UPDATE a SET oid = 3;
UPDATE a SET _rowid_ = 4;
UPDATE a SET rowid_ = 5;
CREATE TABLE c (d TEXT PRIMARY KEY) WITHOUT ROWID;
UPDATE c SET rowid = 2;

-- There are as many values as columns, but for those that are computed.
CREATE TABLE a (b TEXT, c TEXT, d TEXT AS (b || c));
INSERT INTO a VALUES ('x', 'y');
INSERT INTO a VALUES ('x');
INSERT INTO a VALUES ('x', 'y', 'z');
INSERT INTO a (b, c) VALUES ('x');
INSERT INTO a (b) VALUES ('x');
INSERT INTO a DEFAULT VALUES;

-- A view has neither indexes nor the triggers of tables.
CREATE TABLE a (b TEXT);
CREATE VIEW v AS SELECT b FROM a;
CREATE INDEX i ON v (b);
CREATE TRIGGER t BEFORE INSERT ON v BEGIN SELECT 1; END;
CREATE TRIGGER t INSTEAD OF INSERT ON v BEGIN SELECT 1; END;
CREATE TRIGGER u INSTEAD OF INSERT ON a BEGIN SELECT 1; END;
CREATE TRIGGER u INSERT ON a BEGIN SELECT 1; END;

-- Tables and indexes of different files may have one name.
CREATE TABLE a (id INTEGER);
CREATE TEMP TABLE b (id INTEGER);
CREATE INDEX b ON a (id);
DROP INDEX b;
CREATE INDEX temp.a ON b (id);
ALTER TABLE a ADD COLUMN c TEXT;

-- A view sees nothing of another file, and holds the columns that it shows.
CREATE TEMP TABLE a (id INTEGER, b TEXT);
CREATE VIEW v AS SELECT b FROM a;
ALTER TABLE a DROP COLUMN b;
CREATE TABLE c (id INTEGER, b TEXT);
DROP VIEW v;
CREATE VIEW w AS SELECT b FROM c;
ALTER TABLE c DROP COLUMN b;

-- A column that gets a name in quotes is a string in views when it is gone.
CREATE TABLE a (id INTEGER, name TEXT, other TEXT);
CREATE VIEW v AS SELECT count(*) AS n FROM a GROUP BY name;
CREATE VIEW w AS SELECT count(*) AS n FROM a GROUP BY other;
ALTER TABLE a RENAME COLUMN name TO "Name";
ALTER TABLE a RENAME COLUMN other TO another;
ALTER TABLE a DROP COLUMN "Name";
ALTER TABLE a DROP COLUMN another;

-- A word of a type is no column, and a column gets another name only where it stands.
CREATE TABLE t (a TEXT, date TEXT, b TEXT CHECK (b > date(a)), c TEXT AS (CAST(a AS date)));
CREATE INDEX i ON t (CAST(a AS date));
ALTER TABLE t RENAME COLUMN a TO x;
ALTER TABLE t DROP COLUMN date;
CREATE TABLE u (a TEXT, "b" TEXT, d TEXT);
CREATE INDEX j ON u (a) WHERE "b" > 'x';
ALTER TABLE u DROP COLUMN b;
CREATE TRIGGER g AFTER INSERT ON u WHEN new.d > 0 BEGIN DELETE FROM t; END;
ALTER TABLE u DROP COLUMN d;
