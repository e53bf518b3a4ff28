-- What a key or an index is about is not dropped.
CREATE TABLE a (id INTEGER PRIMARY KEY, b TEXT UNIQUE, c TEXT, d TEXT REFERENCES a);
CREATE INDEX i ON a (lower(c));
ALTER TABLE a DROP COLUMN id;
ALTER TABLE a DROP COLUMN b;
ALTER TABLE a DROP COLUMN c;
ALTER TABLE a DROP COLUMN d;

-- A row that lacks a value is passed over.
CREATE TABLE a (id INTEGER, b TEXT NOT NULL ON CONFLICT IGNORE, c TEXT NOT NULL);
INSERT INTO a (c) VALUES ('x');
INSERT INTO a (b) VALUES ('x');
WITH q AS (SELECT 1) INSERT OR IGNORE INTO a (b) VALUES ('x');

-- Lists of columns may name one twice.
CREATE TABLE a (id INTEGER, b TEXT);
INSERT INTO a (id, id) VALUES (1, 2);
UPDATE a SET (id, id) = (1, 2);
CREATE TRIGGER t AFTER UPDATE OF id, id ON a BEGIN SELECT 1; END;

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

-- What a computed column is not given.
CREATE TABLE a (id INTEGER PRIMARY KEY, b INT, c INT AS (b + 1), d INT GENERATED ALWAYS AS (b) STORED);
INSERT INTO a (b) VALUES (1);
INSERT INTO a (c) VALUES (1);
INSERT INTO a (id, d) VALUES (2, 1);
INSERT INTO a (b, d) SELECT 1, 2;
UPDATE a SET c = 1;
UPDATE a SET (b, d) = (1, 2);
INSERT INTO a (b) VALUES (1) ON CONFLICT (id) DO UPDATE SET b = 2;

-- What tells rows apart.
CREATE TABLE a (id INTEGER PRIMARY KEY, b INT, c INT, d INT, UNIQUE (b, c));
CREATE UNIQUE INDEX i ON a (d) WHERE d > 0;
INSERT INTO a (b) VALUES (1) ON CONFLICT (id) DO NOTHING;
INSERT INTO a (b) VALUES (1) ON CONFLICT (c, b) DO NOTHING;
INSERT INTO a (b) VALUES (1) ON CONFLICT (b) DO NOTHING;
INSERT INTO a (b) VALUES (1) ON CONFLICT (d) DO NOTHING;
INSERT INTO a (b) VALUES (1) ON CONFLICT (d) WHERE d > 0 DO NOTHING;
INSERT INTO a (b) VALUES (1) ON CONFLICT (rowid) DO NOTHING;
INSERT INTO a (b) VALUES (1) ON CONFLICT DO NOTHING;

-- Rows have as many values as columns are named.
CREATE TABLE a (id INTEGER PRIMARY KEY, b INT);
CREATE TABLE b (x INT, y INT);
INSERT INTO a (b) SELECT x, y FROM b;
INSERT INTO a (id, b) SELECT x FROM b;
INSERT INTO a (id, b) SELECT * FROM b;
INSERT INTO a (id, b) SELECT x, y FROM b UNION SELECT 1, 2;

-- Tables without a rowid, and strict ones.
CREATE TABLE a (id INT) WITHOUT ROWID;
CREATE TABLE a (id VARCHAR(10) PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE b (id VARCHAR(10)) STRICT;
CREATE TABLE b (id) STRICT;
CREATE TABLE b (id INT, c Text, d real, e BLOB, f ANY, g INTEGER PRIMARY KEY) STRICT;
ALTER TABLE b ADD COLUMN h DATETIME;
ALTER TABLE b ADD COLUMN h TEXT;

-- Constraints without names are as many as there are, however long the names of their columns.
CREATE TABLE a (a_column_that_has_a_name_which_is_much_longer_than_what_others_would_take INT UNIQUE UNIQUE CHECK (a_column_that_has_a_name_which_is_much_longer_than_what_others_would_take > 0) CHECK (a_column_that_has_a_name_which_is_much_longer_than_what_others_would_take > 1));
CREATE TABLE b (a_column_that_has_a_name_which_is_much_longer_than_what_others_would_have1 INT, a_column_that_has_a_name_which_is_much_longer_than_what_others_would_have2 INT);
ALTER TABLE b DROP COLUMN a_column_that_has_a_name_which_is_much_longer_than_what_others_would_have3;

-- Of an index only double quotes make a string of what is no column, and the number of the row is none.
CREATE TABLE a (id INTEGER);
CREATE INDEX one ON a ("nope");
CREATE INDEX two ON a ([nope]);
CREATE INDEX three ON a (`nope`);
CREATE INDEX four ON a (rowid);
CREATE INDEX five ON a ("rowid");
CREATE TABLE b (id INTEGER, UNIQUE (oid));

-- A temporary trigger is in the schema of such.
CREATE TABLE a (id INTEGER);
CREATE TEMP TRIGGER g AFTER INSERT ON a BEGIN SELECT 1; END;
CREATE TRIGGER g AFTER INSERT ON a BEGIN SELECT 1; END;
DROP TRIGGER main.g;
DROP TRIGGER main.g;
DROP TRIGGER temp.g;
DROP TRIGGER g;

-- What is set instead of an insertion.
CREATE TABLE t (a int PRIMARY KEY, b int);
INSERT INTO t (a) VALUES (1) ON CONFLICT (a) DO UPDATE SET missing = 1;
INSERT INTO t (a) VALUES (1) ON CONFLICT (a) DO UPDATE SET b = excluded.a;
INSERT INTO t (a) VALUES (1) ON CONFLICT (a) DO UPDATE SET (b, missing) = (1, 2);
