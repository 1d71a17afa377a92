"""Connections to ``review.db``: one writer, any number of readers, and the writer's lock."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from emgview.errors import FileError, PolicyError

_TIMEOUT_S = 2.0
_PROBED_S = 0.2  # who only looks whether there is a writer is in the way for microseconds
_MISSING = "Choose the review.db of a study."


def connect_writer(path: Path) -> sqlite3.Connection:
    """A connection that writes; each commit waits until the disk has it."""
    connection = sqlite3.connect(path, timeout=_TIMEOUT_S, isolation_level=None)
    with _closed_on_error(connection):
        _prepare(connection)
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA fullfsync = ON")  # macOS: fsync alone leaves data in the drive
    return connection


def use_wal(connection: sqlite3.Connection) -> None:
    """Switch the file to write-ahead logging: readers go on while the writer writes."""
    connection.execute("PRAGMA journal_mode = WAL")


def close_writer(connection: sqlite3.Connection) -> None:
    """Close, and leave the study as one plain file that also opens where nothing may be written.

    While somebody reads, the write-ahead log has to stay; it is as good, and the next writer to
    close will fold it in.
    """
    try:
        connection.execute("PRAGMA busy_timeout = 0")
        connection.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.DatabaseError:
        return
    finally:
        connection.close()


def connect_reader(path: Path) -> sqlite3.Connection:
    """A connection that can only read, and follows a writer in another process.

    In a folder that may not be written to, SQLite cannot share a write-ahead log; a copy in
    memory is given instead, which does not follow. (Lost: ``immutable=1``, which silently leaves
    out what a crash left in the write-ahead log.)

    Raises
    ------
    FileError
        If there is no such file.
    """
    if not path.is_file():
        raise FileError(path.name, "", "was not found", _MISSING)
    connection = _connect_read_only(path, timeout=_TIMEOUT_S)
    with _closed_on_error(connection):
        if not _shares_log(connection):
            connection.close()
            connection = copy_in_memory(path)
        _prepare(connection)
        connection.execute("PRAGMA query_only = ON")
    return connection


def _connect_read_only(path: Path, timeout: float) -> sqlite3.Connection:
    posix = path.resolve().as_posix()
    uri = "file://" + quote(posix if posix.startswith("/") else "/" + posix) + "?mode=ro"
    return sqlite3.connect(uri, uri=True, timeout=timeout, isolation_level=None)


def _shares_log(connection: sqlite3.Connection) -> bool:
    """Whether this reader could open the write-ahead log or its index."""
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorname.startswith(("SQLITE_CANTOPEN", "SQLITE_READONLY")):
            return False
        raise
    return True


@contextmanager
def _closed_on_error(connection: sqlite3.Connection) -> Iterator[None]:
    try:
        yield
    except BaseException:
        connection.close()
        raise


def copy_in_memory(path: Path) -> sqlite3.Connection:
    """The file with its write-ahead log, as a database in memory."""
    with tempfile.TemporaryDirectory(prefix="emgview-") as folder:
        copy = Path(folder) / "review.db"
        shutil.copyfile(path, copy)
        wal = path.with_name(path.name + "-wal")
        if wal.exists():
            shutil.copyfile(wal, copy.with_name("review.db-wal"))
        memory = sqlite3.connect(":memory:", isolation_level=None)
        with closing(sqlite3.connect(copy)) as source, _closed_on_error(memory):
            source.backup(memory)
    return memory


def _prepare(connection: sqlite3.Connection) -> None:
    # Without recursive triggers INSERT OR REPLACE deletes a row and no trigger is asked.
    connection.execute("PRAGMA recursive_triggers = ON")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA trusted_schema = OFF")


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All of the body or nothing; on the disk when it ends."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


@contextmanager
def readable_errors(file_name: str) -> Iterator[None]:
    """Turn an error of SQLite or of the file system into one that a user can act on."""
    try:
        yield
    except sqlite3.ProgrammingError:
        raise  # the wrong thread, or a closed store: a defect of the program, not of the file
    except sqlite3.Error as error:
        found, remedy = _explain(error)
        raise FileError(file_name, "", found, remedy) from error
    except OSError as error:
        found = f"cannot be opened ({error.strerror})"
        raise FileError(file_name, "", found, "Check the folder and its permissions.") from error


def _explain(error: sqlite3.Error) -> tuple[str, str]:
    name = getattr(error, "sqlite_errorname", None) or ""
    for prefix, found, remedy in _EXPLANATIONS:
        if name.startswith(prefix):
            return found, remedy
    return f"cannot be used ({error})", "Restore the file from a backup."


_EXPLANATIONS = (
    ("SQLITE_FULL", "the disk is full, nothing was stored", "Make room and try again."),
    ("SQLITE_READONLY", "may not be written to", "Open it read-only or ask for write access."),
    ("SQLITE_BUSY", "is in use by another program", "Close it there and try again."),
    ("SQLITE_CANTOPEN", "cannot be opened", "Check the folder and its permissions."),
    ("SQLITE_IOERR", "could not be read or written", "Check the disk and try again."),
    ("SQLITE_NOTADB", "is not a review file of emgview", _MISSING),
    ("SQLITE_CORRUPT", "is damaged", "Restore the file from a backup."),
)


def has_writer(database: Path) -> bool:
    """Whether somebody holds the writer's lock; takes nothing. Any thread, any process."""
    path = _lock_of(database)
    if not path.is_file():
        return False
    with closing(_connect_read_only(path, timeout=0.0)) as connection:
        try:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.OperationalError as error:
            if not error.sqlite_errorname.startswith("SQLITE_BUSY"):
                raise
            return True
    return False


def _lock_of(database: Path) -> Path:
    return database.with_name(database.stem + ".lock")


class WriterLock:
    """Held by the one writer of a review file; dies with its process, however that ends.

    An open exclusive transaction on an empty side file: SQLite's own locks work on all systems,
    and readers of ``review.db`` are not hindered. (Lost: a lock file with a process number, which
    outlives a crash; a held transaction on ``review.db`` itself, which would put off every
    commit.) Do not open the side file by other means within this process: on POSIX closing it
    drops the lock.

    Raises
    ------
    PolicyError
        If another window or program holds it.
    """

    def __init__(self, database: Path) -> None:
        path = _lock_of(database)
        self._connection = sqlite3.connect(path, timeout=_PROBED_S, isolation_level=None)
        try:
            with _closed_on_error(self._connection):
                self._connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if not error.sqlite_errorname.startswith("SQLITE_BUSY"):
                raise
            raise PolicyError(
                "The review of this study is open in another window or program",
                "Close it there, or open the study read-only.",
            ) from error

    def release(self) -> None:
        """Let the next writer in; may be called twice."""
        self._connection.close()
