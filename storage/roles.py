"""Rights on PostgreSQL: whoever runs the bot may add to the history and never change it, and owns no table.

The role that migrates owns the tables; the role that runs needs nothing but what is granted here.
"""

from sqlalchemy import Connection, text

from storage.schema.history import events
from storage.schema.seals import seals

_ADDED_TO = (events, seals)
"""What is only ever added to."""


class NoSuchRole(ValueError):
    """There is no role of that name at the server."""


class ServerTooOld(ValueError):
    """The server knows no right to lock a table without the right to change it."""


class StillMay(ValueError):
    """The role may change the history all the same: it owns the tables, is a superuser or a member of a role that may."""


_MAINTAIN_SINCE = (17,)
"""https://www.postgresql.org/docs/17/release-17.html: MAINTAIN, which digests need to lock the history for a moment."""


def grant(conn: Connection, role: str) -> None:
    """Let a role run the bot: read and write, but neither change nor delete what :data:`_ADDED_TO` names.

    Raises NoSuchRole, ServerTooOld and StillMay. May be run again after every migration; rights somebody gave beside these are taken away.
    """
    known = conn.execute(text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role}).scalar()
    if known is None:
        raise NoSuchRole(role)
    if (conn.dialect.server_version_info or ()) < _MAINTAIN_SINCE:
        raise ServerTooOld
    quote = conn.dialect.identifier_preparer.quote_identifier
    name = quote(role)
    schema = quote(conn.execute(text("SELECT current_schema()")).scalar_one())
    everything = f"ALL TABLES IN SCHEMA {schema}"
    added_to = ", ".join(f"{schema}.{quote(table.name)}" for table in _ADDED_TO)
    for statement in (
        f"REVOKE ALL ON {everything} FROM {name}, PUBLIC",
        f"REVOKE CREATE ON SCHEMA {schema} FROM {name}, PUBLIC",
        f"GRANT USAGE ON SCHEMA {schema} TO {name}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON {everything} TO {name}",
        f"REVOKE UPDATE, DELETE, TRUNCATE ON {added_to} FROM {name}",
        f"GRANT MAINTAIN ON {added_to} TO {name}",
        f"REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON {schema}.alembic_version FROM {name}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {name}",
    ):
        conn.exec_driver_sql(statement)
    ask = text("SELECT has_table_privilege(:role, :table, 'UPDATE, DELETE, TRUNCATE')")
    for table in _ADDED_TO:
        if conn.execute(ask, {"role": role, "table": f"{schema}.{quote(table.name)}"}).scalar():
            raise StillMay(role)
