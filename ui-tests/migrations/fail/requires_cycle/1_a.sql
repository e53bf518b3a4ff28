-- migrate:up
-- migrate:requires 2
CREATE TABLE users (id BIGINT PRIMARY KEY, email TEXT NOT NULL);
