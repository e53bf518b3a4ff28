-- migrate:up
CREATE TABLE users (id BIGINT PRIMARY KEY, email TEXT NOT NULL);
CREATE PROCEDURE tidy() LANGUAGE sql AS 'DELETE FROM users';

-- migrate:down
DROP PROCEDURE tidy();
DROP TABLE users;
