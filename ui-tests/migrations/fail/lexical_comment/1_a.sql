-- migrate:up
/* a /* nested */ comment
DELETE FROM users;
