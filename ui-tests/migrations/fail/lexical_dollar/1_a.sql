-- migrate:up
DO $body$ BEGIN NULL; END $bdy$;
