-- migrate:up
CREATE TABLE "größe" ("表" TEXT DEFAULT '🦀');

-- migrate:down
DROP TABLE "größe";
