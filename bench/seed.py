"""Fills a fresh database with as many needs as asked for: `python -m bench.seed --needs 100000 --url sqlite+aiosqlite:///big.db`.

On SQLite by executemany without a journal, on PostgreSQL by COPY: a million needs, and everything that belongs to them,
in minutes. It is for databases that can be thrown away: a machine that fails meanwhile leaves half of one.
"""

import argparse
import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from sqlalchemy import BigInteger, Connection, Table, create_engine, event, func, insert, make_url, select
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from bench.generator import Generator, Rows
from storage.base import metadata
from storage.migrate import upgrade

Step = Callable[[int], None]
_ORDER = [table.name for table in metadata.sorted_tables]
_HASTE = (
    "journal_mode=OFF",
    "synchronous=OFF",
    "locking_mode=EXCLUSIVE",
    "cache_size=-400000",
    "temp_store=MEMORY",
)


def everything(generator: Generator, step: Step) -> Iterator[Rows]:
    """Batch after batch, tables in the order of their references."""
    yield generator.people()
    yield from generator.subscribers()
    for rows in generator.batches():
        yield rows
        step(len(rows["needs"]))


async def fill(url: str, generator: Generator, step: Step = lambda _: None) -> None:
    """Migrate an empty database and fill it; raises where it is not empty."""
    await upgrade(url)
    batches = everything(generator, step)
    if make_url(url).get_backend_name() == "sqlite":
        await asyncio.to_thread(_sqlite, make_url(url).database or "", batches)
    else:
        await _postgresql(url, batches)


def _sqlite(path: str, batches: Iterator[Rows]) -> None:
    engine = create_engine(f"sqlite:///{path}")

    @event.listens_for(engine, "connect")
    def hurry(raw: object, _record: object) -> None:
        for pragma in _HASTE:
            raw.execute(f"PRAGMA {pragma}")  # type: ignore[attr-defined]

    with engine.begin() as conn:
        for rows in batches:
            for name in _ORDER:
                if rows.get(name):
                    conn.execute(insert(metadata.tables[name]), rows[name])
    with engine.connect() as conn:  # no ANALYZE: nobody runs it in a house either
        conn.exec_driver_sql("PRAGMA locking_mode=NORMAL")
        conn.exec_driver_sql("PRAGMA journal_mode=WAL")
    engine.dispose()


async def _postgresql(url: str, batches: Iterator[Rows]) -> None:
    engine = create_async_engine(url)
    try:
        async with engine.connect() as conn:
            for rows in batches:
                for name in _ORDER:
                    if rows.get(name):
                        await _copy(conn, metadata.tables[name], rows[name])
            await conn.run_sync(_go_on_counting)
            await conn.commit()
            raw = await conn.get_raw_connection()
            assert raw.driver_connection is not None
            await raw.driver_connection.execute("VACUUM (ANALYZE)")
    finally:
        await engine.dispose()


async def _copy(conn: AsyncConnection, table: Table, rows: list[dict[str, object]]) -> None:
    raw = await conn.get_raw_connection()
    assert raw.driver_connection is not None
    columns = list(rows[0])
    await raw.driver_connection.copy_records_to_table(
        table.name, columns=columns, records=[tuple(row.values()) for row in rows]
    )


def _go_on_counting(conn: Connection) -> None:
    """The next row gets a number nobody had."""
    for table in metadata.sorted_tables:
        key = table.autoincrement_column
        if key is not None and isinstance(key.type, BigInteger):
            sequence = func.pg_get_serial_sequence(table.name, key.name)
            conn.execute(select(func.setval(sequence, func.max(key))))


def progress() -> Progress:
    """Needs so far, of how many, since when."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        transient=True,
    )


def shown(url: str, generator: Generator) -> float:
    """Fill with a bar; seconds it took."""
    began = datetime.now().astimezone()
    with progress() as bar:
        task = bar.add_task(make_url(url).get_backend_name(), total=generator.needs)
        asyncio.run(fill(url, generator, lambda count: bar.advance(task, count)))
    return (datetime.now().astimezone() - began).total_seconds()


def main() -> None:
    """The command."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--needs", type=int, default=100_000)
    words.add_argument("--digests", type=int, default=0, help="chats whose daily digest is due")
    words.add_argument("--seed", type=int, default=7)
    words.add_argument("--url", required=True, help="a fresh database, of SQLite or PostgreSQL")
    asked = words.parse_args()
    seconds = shown(asked.url, Generator(asked.needs, asked.seed, asked.digests))
    path = make_url(asked.url).database or ""
    size = f", {Path(path).stat().st_size / 1e6:.0f} MB" if asked.url.startswith("sqlite") else ""
    print(f"{asked.needs} needs in {seconds:.0f} s{size}")


if __name__ == "__main__":
    main()
