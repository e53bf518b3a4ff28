--: algorithm-unstated fires: an index
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x bigint);
--: then
CREATE INDEX i ON a (x);
--: algorithm-unstated is silent: the lock is said
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x bigint);
--: then
CREATE INDEX i ON a (x) LOCK = NONE;
--: algorithm-unstated fires: an index that goes
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x bigint, KEY i (x));
--: then
DROP INDEX i ON a;
--: algorithm-unstated is silent: the lock of an index that goes
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x bigint, KEY i (x));
--: then
DROP INDEX i ON a LOCK = NONE;
--: auto-increment-small is silent: it was so before
CREATE TABLE a (id int NOT NULL AUTO_INCREMENT PRIMARY KEY);
--: then
ALTER TABLE a MODIFY id int unsigned NOT NULL AUTO_INCREMENT;
--: charset-not-utf8mb4 fires: of a column
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x text CHARACTER SET latin1);
--: charset-not-utf8mb4 is silent: a choice
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x text CHARACTER SET ascii);
--: charset-not-utf8mb4 fires: by its collation
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x varchar(9) COLLATE latin1_bin);
--: column-redefined fires: a comment
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x varchar(9) COMMENT 'what it is');
--: then
ALTER TABLE a MODIFY x varchar(20);
--: column-redefined is silent: the comment is taken away
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x varchar(9) COMMENT 'what it is');
--: then
ALTER TABLE a MODIFY x varchar(20) COMMENT '';
--: column-redefined is silent: the comment is another
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x varchar(9) COMMENT 'what it is');
--: then
ALTER TABLE a MODIFY x varchar(20) COMMENT 'what it was';
--: column-redefined fires: a comment, when the column gets another name
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x varchar(9) COMMENT 'what it is');
--: then
ALTER TABLE a CHANGE x y varchar(9);
--: column-redefined is silent: NOT NULL is all that goes
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x bigint NOT NULL);
--: then
ALTER TABLE a MODIFY x bigint;
--: column-redefined fires: NOT NULL, when the column gets another name
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x bigint NOT NULL);
--: then
ALTER TABLE a CHANGE x y bigint;
--: column-redefined is silent: NULL is said
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x int NOT NULL);
--: then
ALTER TABLE a MODIFY x bigint NULL;
--: column-redefined fires: AUTO_INCREMENT
CREATE TABLE a (id int NOT NULL AUTO_INCREMENT PRIMARY KEY);
--: then
ALTER TABLE a MODIFY id bigint NOT NULL;
--: column-redefined is silent: all is said again
CREATE TABLE a (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, x int DEFAULT 1);
--: then
ALTER TABLE a MODIFY id bigint NOT NULL AUTO_INCREMENT, MODIFY x bigint DEFAULT 2;
--: column-redefined is silent: a text has no default
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x varchar(9) DEFAULT 'a');
--: then
ALTER TABLE a MODIFY x text;
--: column-redefined fires: ON UPDATE
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x datetime DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP);
--: then
ALTER TABLE a MODIFY x datetime NOT NULL DEFAULT CURRENT_TIMESTAMP;
--: column-redefined fires: COLLATE
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x varchar(9) COLLATE utf8mb4_bin);
--: then
ALTER TABLE a MODIFY x varchar(20);
--: column-redefined is silent: the table is new
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x int NOT NULL);
ALTER TABLE a MODIFY x bigint;
--: definer-set is silent: who runs the migration
CREATE DEFINER = CURRENT_USER VIEW v AS SELECT 1 AS x;
--: display-width is silent: a boolean
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x tinyint(1));
--: display-width fires: no boolean
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x tinyint(4));
--: display-width is silent: what is filled with zeros
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x int(4) ZEROFILL);
--: display-width is silent: a text
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x varchar(1));
--: enum-changed fires: a member that goes
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x ENUM('new', 'old'));
--: then
ALTER TABLE a MODIFY x ENUM('new');
--: enum-changed is silent: its rows have another one before
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x ENUM('new', 'old'));
--: then
UPDATE a SET x = 'new' WHERE x = 'old';
ALTER TABLE a MODIFY x ENUM('new');
--: enum-changed fires: new rows are no others
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x ENUM('new', 'old'));
--: then
INSERT INTO a VALUES (1, 'new');
ALTER TABLE a MODIFY x ENUM('new');
--: enum-changed fires: a set
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x SET('new', 'old'));
--: then
ALTER TABLE a MODIFY x SET('older', 'new', 'old');
--: foreign-key-checks-off fires: rows of a table with a foreign key
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY); CREATE TABLE b (id bigint NOT NULL PRIMARY KEY, a_id bigint, FOREIGN KEY (a_id) REFERENCES a (id));
--: then
SET foreign_key_checks = 0;
INSERT INTO b VALUES (1, 1);
--: foreign-key-checks-off fires: rows that others refer to
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY); CREATE TABLE b (id bigint NOT NULL PRIMARY KEY, a_id bigint, FOREIGN KEY (a_id) REFERENCES a (id));
--: then
SET foreign_key_checks = 0;
DELETE FROM a WHERE id = 1;
--: foreign-key-checks-off is silent: rows of another table
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY);
--: then
SET foreign_key_checks = 0;
INSERT INTO a VALUES (1);
--: foreign-key-checks-off fires: what others refer to goes
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY); CREATE TABLE b (id bigint NOT NULL PRIMARY KEY, a_id bigint, FOREIGN KEY (a_id) REFERENCES a (id));
--: then
SET foreign_key_checks = 0;
DROP TABLE a;
--: foreign-key-checks-off is silent: they are on again
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY); CREATE TABLE b (id bigint NOT NULL PRIMARY KEY, a_id bigint, FOREIGN KEY (a_id) REFERENCES a (id));
--: then
SET foreign_key_checks = 0;
SET foreign_key_checks = 1;
INSERT INTO b VALUES (1, 1);
--: not-null-without-default is silent: the migration fills it
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY);
--: then
ALTER TABLE a ADD COLUMN x bigint NOT NULL;
UPDATE a SET x = id;
--: not-null-without-default fires: the migration fills another one
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, y bigint);
--: then
ALTER TABLE a ADD COLUMN x bigint NOT NULL;
UPDATE a SET y = id;
--: primary-key-missing fires
CREATE TABLE a (id bigint NOT NULL);
--: zero-date-default is silent: it is no date
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x int NOT NULL DEFAULT 0);
--: column-redefined fires: DEFAULT
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x int DEFAULT 1);
--: then
ALTER TABLE a MODIFY x bigint;
--: column-redefined is silent: a large text has no default
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x varbinary(9) DEFAULT 'a');
--: then
ALTER TABLE a MODIFY x blob;
--: foreign-key-checks-off is silent: the table is new
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY);
--: then
SET foreign_key_checks = 0;
CREATE TABLE b (id bigint NOT NULL PRIMARY KEY, a_id bigint, FOREIGN KEY (a_id) REFERENCES a (id));
--: schema-dropped fires: whatever is in it goes
CREATE DATABASE s;
--: then
DROP DATABASE s;
--: type-narrowed fires: digits before the point
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x decimal(9, 2));
--: then
ALTER TABLE a MODIFY x decimal(9, 4);
--: type-narrowed is silent: more digits
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x decimal(9, 2));
--: then
ALTER TABLE a MODIFY x decimal(12, 2);
--: type-narrowed is silent: the table is new
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x varchar(20));
ALTER TABLE a MODIFY x varchar(10);
--: zero-date-default is silent: a date
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x date NOT NULL DEFAULT '2000-01-01');
--: not-null-without-default fires: a date
CREATE TABLE a (id bigint NOT NULL PRIMARY KEY);
--: then
ALTER TABLE a ADD COLUMN x date NOT NULL;
