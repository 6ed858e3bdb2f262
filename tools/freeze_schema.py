"""For whoever releases: freeze today's schema with something of everything in it, so that every later one is tried on it.

.venv/bin/python tools/freeze_schema.py 0003
"""

import asyncio
import json
import sys
import tempfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, MetaData, select

sys.path.insert(0, str(Path(__file__).parents[1]))

from storage.base import metadata
from storage.migrate import upgrade, within
from tests.story.small_world import build

FOLDER = Path(__file__).parents[1] / "tests/machine/released"


def rows_of(conn: Connection) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, as the database itself describes them."""
    known = MetaData()
    known.reflect(conn)
    tables = [table for table in known.sorted_tables if table.name in metadata.tables]
    return {table.name: [dict(row._mapping) for row in conn.execute(select(table))] for table in tables}


def _plain(value: Any) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(type(value))


async def main(revision: str) -> None:
    """Write the file of a revision."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{folder}/frozen.db"
        await upgrade(url, revision)
        await within(url, build)
        rows = await within(url, rows_of)
    path = FOLDER / f"{revision}.json"
    path.write_text(json.dumps(rows, ensure_ascii=False, indent=1, default=_plain) + "\n", "utf-8")
    print(f"{path.name}: {sum(map(len, rows.values()))} rows")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
