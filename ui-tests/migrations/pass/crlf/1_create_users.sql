-- migrate:up
CREATE TABLE users (id BIGINT PRIMARY KEY, email TEXT NOT NULL);

INSERT INTO users VALUES (1, 'a');

-- migrate:down
DROP TABLE users;
