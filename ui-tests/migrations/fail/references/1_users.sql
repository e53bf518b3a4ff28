CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL);
CREATE VIEW people AS SELECT id FROM users;
