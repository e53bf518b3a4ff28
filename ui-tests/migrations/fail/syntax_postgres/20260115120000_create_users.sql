-- migrate:up
CREATE TABLE users (
    id BIGSERIAL PRIMARY KEY
    email VARCHAR(255) UNIQUE NOT NULL,
    name TEXT
);

-- migrate:down
DROP TABEL users;
