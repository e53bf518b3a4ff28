-- migrate:up
\connect other
DELETE FROM users;
