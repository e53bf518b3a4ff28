-- The start page lists an author's newest posts; a post's page lists its comments in order.

-- migrate:up
CREATE INDEX posts_by_author ON posts (author_id, published_at);
CREATE INDEX comments_by_post ON comments (post_id, created_at);

-- migrate:down
DROP INDEX comments_by_post;
DROP INDEX posts_by_author;
