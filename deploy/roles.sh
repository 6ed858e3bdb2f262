#!/bin/sh
# Once, when the database is made: the role the bot runs as. It owns nothing; `hromada-bridge migrate --grant` says what it may.
set -eu
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --set password="$BOT_PASSWORD" <<'SQL'
CREATE ROLE bridge_bot LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'password';
REVOKE ALL ON DATABASE bridge FROM PUBLIC;
GRANT CONNECT ON DATABASE bridge TO bridge_bot;
SQL
