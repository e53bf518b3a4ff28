CREATE TABLE posts (
    author_id text REFERENCES users (id),
    author_email text REFERENCES users (email)
);
