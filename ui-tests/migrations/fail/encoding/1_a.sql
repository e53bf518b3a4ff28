-- migrate:up
INSERT INTO users VALUES ('café');
