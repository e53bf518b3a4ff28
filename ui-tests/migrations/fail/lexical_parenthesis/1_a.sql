-- migrate:up
CREATE TABLE users (id BIGINT;


-- migrate:down
DROP TABLE users);
