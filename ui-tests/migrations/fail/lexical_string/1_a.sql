-- migrate:up
INSERT INTO users VALUES (1, 'it's);
