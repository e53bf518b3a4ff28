-- migrate:up
CREATE TABLE users (id BIGINT);
CREATE INDEX CONCURRENTLY users_id ON users (id);
