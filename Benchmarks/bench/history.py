"""A long past: a ledger with many jobs more than there were, made of those that were."""

import sqlite3
from pathlib import Path

from .daemon import Daemon

# Digits are ids, too (Crockford base32, 12 characters).
ID = "printf('%012d', n)"


def columns(ledger: sqlite3.Connection, table: str, without: tuple[str, ...]) -> list[str]:
    """The columns of a table but these."""
    return [row[1] for row in ledger.execute(f"PRAGMA table_info({table})") if row[1] not in without]


def multiply(path: Path, count: int, steps: bool = True) -> None:
    """Adds so many delivered jobs, each a copy of the last that was delivered; with the steps of its life, or without.

    The daemon must not run. What is behind a job is its row, its attempt and its steps; files are not made here.
    """
    with sqlite3.connect(path) as ledger:
        seq = ledger.execute("SELECT max(seq) FROM jobs WHERE state = 'delivered' AND duty = 'none'").fetchone()[0]
        last = ledger.execute("SELECT max(seq) FROM jobs").fetchone()[0]
        numbers = f"WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count})"
        for table, key, own in (("jobs", "seq", ("seq", "id")), ("attempts", "job", ("job",)), ("events", "job", ("id", "job"))):
            if table == "events" and not steps:
                continue
            names = columns(ledger, table, own)
            new, values = [key], [f"{last} + n"]
            if table == "jobs":
                new, values = new + ["id"], values + [ID]
            ledger.execute(
                f"{numbers} INSERT INTO {table} ({', '.join(new + names)}) "
                f"SELECT {', '.join(values + ['t.' + name for name in names])} FROM numbers, {table} t WHERE t.{key} = {seq}"
            )
    # In the file itself, as if a daemon had stopped in order.
    ledger.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    ledger.close()


def lay_files(daemon: Daemon, count: int) -> None:
    """What so many jobs leave: an original in done/, a result and its manifest in outbox/, all empty."""
    for number in range(count):
        (daemon.path("done") / f"past{number:07}.png").touch()
        (daemon.path("outbox") / f"past{number:07}.png").touch()
        (daemon.path("outbox") / f"past{number:07}.result.json").touch()


def size(daemon: Daemon) -> int:
    """The ledger's size in bytes: its file, and the log beside it."""
    return sum(file.stat().st_size for file in ledger_path(daemon).parent.glob("ledger.sqlite*"))


def ledger_path(daemon: Daemon) -> Path:
    """Where the daemon's ledger is."""
    return daemon.place.folder / "state" / "ledger.sqlite"
