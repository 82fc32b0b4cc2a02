"""The file of the history: SQLite in WAL mode, opened for one transaction at a time.

Each write is flushed to the disk before it is told to be done (synchronous=FULL): SIGKILL loses nothing of it, nor does
a loss of power, which NORMAL would not survive. A run is two or three writes, of some milliseconds each.
"""

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from ..files.tensors import FileError, whole
from ..words import catalogue

SAY = catalogue("results")

T = TypeVar("T")

MARK, FORMAT = int.from_bytes(b"beye"), 1
"""Of a file that is a history (SQLite's application_id), and how it is laid out (user_version)."""

LAYOUT = """CREATE TABLE IF NOT EXISTS runs (
    number INTEGER PRIMARY KEY AUTOINCREMENT, begun TEXT, ended TEXT, state TEXT, process TEXT, kind TEXT, source TEXT,
    target TEXT, task TEXT, seed INTEGER, score TEXT, scores TEXT, fingerprint TEXT, folder TEXT, record TEXT)"""
"""What runs are listed by stands before the whole record, so that a list need not read it."""

PATIENCE = 60.0
"""Seconds to wait for others that write."""

IN_THE_WAY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL)
"""What SQLite says where another process is at work: mostly it waits by itself, but not while WAL is switched on."""


def transact(path: Path, work: Callable[[sqlite3.Connection], T], *, writing: bool = False) -> T:
    """What ``work`` finds in the file, or does to it, as one transaction; begun anew while others are in the way.

    Raises FileError (a ValueError) for a file that is damaged, of another program or from a newer version, and OSError
    where it cannot be read or written.
    """
    if not writing and not path.exists():
        raise FileNotFoundError(SAY["error.not_begun"].filled(path=repr(str(path))))
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            with whole(path, "history"), closing(opened(path, writing)) as db:
                db.execute("BEGIN IMMEDIATE" if writing else "BEGIN")
                done = work(db)
                db.execute("COMMIT")
                return done
        except sqlite3.Error as error:
            if code_of(error) not in IN_THE_WAY or time.monotonic() > deadline:
                raise said(path, error) from error
            time.sleep(0.01)


def opened(path: Path, writing: bool) -> sqlite3.Connection:
    """The file, checked to be a history, or made one where it is empty."""
    if writing:
        path.parent.mkdir(parents=True, exist_ok=True)
    db = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)
    try:
        check(path, db)
    except BaseException as error:
        db.close()
        log = path.with_name(f"{path.name}-wal")
        if writing or code_of(error) not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY) or log.exists():
            raise
        # Where nothing can be written SQLite keeps no account of readers; nor need it, since nobody else writes either.
        db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, isolation_level=None)
    return db


def check(path: Path, db: sqlite3.Connection) -> None:
    """Raise FileError unless the file is a history that this version knows; an empty one becomes a history."""
    db.execute("BEGIN")  # all three of one moment: another process may be making the file a history
    (mark,), (layout,) = (db.execute(f"PRAGMA {name}").fetchone() for name in ("application_id", "user_version"))
    (tables,) = db.execute("SELECT count(*) FROM sqlite_master").fetchone()
    db.execute("COMMIT")
    if mark != MARK and (mark or layout or tables):
        raise FileError(SAY["error.other_sqlite"].filled(path=path))
    if layout > FORMAT:
        raise FileError(SAY["error.newer_history"].filled(path=path, layout=layout, FORMAT=FORMAT))
    db.execute("PRAGMA synchronous = FULL")
    if mark != MARK:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("BEGIN IMMEDIATE")
        for command in (LAYOUT, f"PRAGMA application_id = {MARK}", f"PRAGMA user_version = {FORMAT}", "COMMIT"):
            db.execute(command)


def said(path: Path, error: sqlite3.Error) -> Exception:
    """The error in words that name the file and what to do."""
    match code_of(error):
        case sqlite3.SQLITE_NOTADB:
            return FileError(SAY["error.no_sqlite"].filled(path=path))
        case sqlite3.SQLITE_CORRUPT:
            return FileError(SAY["error.damaged_history"].filled(path=path, error=error))
        case code if code in IN_THE_WAY:
            return OSError(SAY["error.busy_history"].filled(path=path, seconds=PATIENCE, error=error))
    return OSError(SAY["error.unusable_history"].filled(path=path, error=error))


def code_of(error: BaseException) -> int:
    """SQLite's code of an error, without its finer points; 0 for one that is not SQLite's."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF
