-- migrate:irreversible what is gone is gone
DELETE FROM users;
