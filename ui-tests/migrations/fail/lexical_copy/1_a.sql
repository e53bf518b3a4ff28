-- migrate:up
COPY users (id, email) FROM stdin;
1	a@example.org
\.
