-- migrate:up
-- migrate:no-transction
CREATE TABLE users (id BIGINT PRIMARY KEY, email TEXT NOT NULL);
