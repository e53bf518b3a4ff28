-- migrate:up
CREATE TABLE users (id bigint PRIMARY KEY);
COPY users TO '/srv/users.csv';
COPY (SELECT id FROM users) TO stdout;
