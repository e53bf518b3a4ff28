-- migrate:up
CREATE TABLE audit (n int);
DELETE FROM users;
INSERT INTO audit VALUES (ROW_COUNT());
