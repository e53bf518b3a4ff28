-- migrate:up
CREATE TABLE users (id bigint PRIMARY KEY, nickname text);
-- migrate:down
DROP TABLE users;
