-- Posts get an address of their own. The column is filled for the posts there are before it
-- becomes unique.

-- migrate:up
ALTER TABLE posts ADD COLUMN slug VARCHAR(200) NOT NULL DEFAULT '';
UPDATE posts SET slug = lower(replace(replace(title, ';', ''), ' ', '-')) || '-' || id;
CREATE UNIQUE INDEX posts_by_slug ON posts (slug);

-- migrate:down
DROP INDEX posts_by_slug;
ALTER TABLE posts DROP COLUMN slug;
