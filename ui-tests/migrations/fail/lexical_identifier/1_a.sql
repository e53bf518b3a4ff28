-- migrate:up
CREATE TABLE "users (id BIGINT);
