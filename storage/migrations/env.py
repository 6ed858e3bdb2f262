"""Alembic's entry: it is handed a connection that is in a transaction already (see storage/migrate.py)."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import String

from storage.base import UTCDateTime, Word, metadata


def render_item(kind: str, item: Any, _autogen: AutogenContext) -> str | Literal[False]:
    """Migrations are frozen in time: they name plain types, not the enumerations of today's code."""
    if kind == "type" and isinstance(item, Word):
        assert isinstance(item.impl_instance, String)
        return f"sa.String({item.impl_instance.length})"
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    render_item=render_item,
)
with context.begin_transaction():
    context.run_migrations()
