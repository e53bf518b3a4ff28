-- migrate:up
-- migrate:no-transaction
SET lock_timeout = '1s';
CREATE INDEX CONCURRENTLY users_name ON users (email);
CALL tidy();
