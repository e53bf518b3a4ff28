-- migrate:up
CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT) STRICT;
CREATE TRIGGER t AFTER INSERT ON users BEGIN
  DELETE FROM users WHERE id < 0;
  DELETE FROM users WHERE id = 7;
END;
PRAGMA user_version = 1;

-- migrate:down
DROP TABLE users;
