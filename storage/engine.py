"""Where transactions run: the one place that knows which engine a database is."""

from sqlalchemy import Connection

from storage.address import address_of
from storage.database import Database, Work
from storage.postgres import PostgreSQL
from storage.sqlite import SQLite, writing_engine

__all__ = ["Connection", "Database", "PostgreSQL", "SQLite", "Work", "open_database", "writing_engine"]


def open_database(url: str) -> Database:
    """The database behind ``sqlite+aiosqlite:///path`` or ``postgresql+asyncpg://...``."""
    return SQLite(url) if address_of(url).is_file else PostgreSQL(url)
