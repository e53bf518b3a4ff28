-- migrate:allow index-not-concurrent the table is small
-- migrate:up
CREATE TABLE users (id bigint PRIMARY KEY, nickname text);
-- migrate:down
DROP TABLE users;
