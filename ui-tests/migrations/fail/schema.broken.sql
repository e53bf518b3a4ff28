CREATE TABLE public.users (
    id bigint NOT NULL
    email text
);
CREATE TABLE public.accounts (email text);
