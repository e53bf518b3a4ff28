-- migrate:up
COPY users TO '/srv/users.csv';
COPY (SELECT id FROM users) TO stdout;
