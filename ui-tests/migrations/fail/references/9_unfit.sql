INSERT INTO users (id, email) VALUES (1, 'a') ON CONFLICT (email) DO NOTHING;
