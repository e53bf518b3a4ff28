-- A word of a type, of a literal or of an interval is no column.
CREATE TABLE t (due date, day int, late date AS (due + interval 1 day));
ALTER TABLE t DROP COLUMN day;
ALTER TABLE t DROP COLUMN due;
CREATE TABLE u (due date, date int, other int, CONSTRAINT c CHECK (due > date '2020-01-01'));
ALTER TABLE u DROP COLUMN date;
ALTER TABLE u DROP CONSTRAINT c;
CREATE TABLE v (ts datetime, year int, y int AS (extract(year from ts)));
ALTER TABLE v DROP COLUMN year;
ALTER TABLE v DROP COLUMN ts;
CREATE TABLE w (a int, `signed` int, b int AS (cast(a as signed)));
ALTER TABLE w DROP COLUMN `signed`;
-- What a column is computed from is known by its new name, and in a copy.
ALTER TABLE w RENAME COLUMN a TO x;
ALTER TABLE w DROP COLUMN x;
CREATE TABLE copy LIKE w;
ALTER TABLE copy DROP COLUMN x;
ALTER TABLE t MODIFY late date AS (due + interval 2 day);
ALTER TABLE t DROP COLUMN due;
ALTER TABLE t DROP COLUMN late, ADD COLUMN late int AS (1 + 1);
ALTER TABLE t DROP COLUMN due;
-- The column of a check has another name, the type has not.
CREATE TABLE renamed (date date, b int, CONSTRAINT c CHECK (date > date '2020-01-01'));
ALTER TABLE renamed RENAME COLUMN date TO day;
ALTER TABLE renamed DROP CONSTRAINT c;
ALTER TABLE renamed DROP COLUMN day;
