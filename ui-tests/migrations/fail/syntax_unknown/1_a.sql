-- migrate:up
FROBNICATE users;
