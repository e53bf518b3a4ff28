-- migrate:up
-- migrate:no-transaction
VACUUM;
DISCARD ALL;
-- migrate:down
SELECT pg_advisory_unlock_all();
