"""Tables and triggers of ``review.db``, schema version 2, and the way there from version 1.

Version 2 has signed checkpoints. A reader of version 1 shows it as it is; the first writer brings
it up, in one transaction, and the log says so.
"""

from __future__ import annotations

import sqlite3

from emgview.errors import FileError, NewerSchemaError

SCHEMA_VERSION = 2
FIRST_WITH_CHECKPOINTS = 2
APPLICATION_ID = 0x456D6756  # "EmgV" in the file's header: tells our file from any other database

_TABLES = """
CREATE TABLE log (
    seq INTEGER PRIMARY KEY, t_utc TEXT NOT NULL, t_mono INTEGER NOT NULL, actor TEXT NOT NULL,
    role TEXT NOT NULL, station TEXT NOT NULL, software TEXT NOT NULL, action TEXT NOT NULL,
    payload TEXT NOT NULL, reason TEXT NOT NULL, prev_hash TEXT NOT NULL, hash TEXT NOT NULL
) STRICT;
CREATE TABLE run (
    id TEXT PRIMARY KEY, recording_id TEXT NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE TABLE proposal (
    run_id TEXT NOT NULL REFERENCES run (id), position INTEGER NOT NULL, id TEXT NOT NULL,
    body TEXT NOT NULL, potentials BLOB NOT NULL, PRIMARY KEY (run_id, position)
) STRICT;
CREATE INDEX proposal_id ON proposal (id);
"""

_CHECKPOINTS = """
CREATE TABLE checkpoint (
    case_id TEXT NOT NULL, seq INTEGER NOT NULL, hash TEXT NOT NULL, t_utc TEXT NOT NULL,
    key TEXT NOT NULL, signature TEXT NOT NULL, UNIQUE (seq, key)
) STRICT;
CREATE TRIGGER checkpoint_insert BEFORE INSERT ON checkpoint
WHEN NOT EXISTS (SELECT 1 FROM log WHERE seq = NEW.seq AND hash = NEW.hash)
  OR EXISTS (SELECT 1 FROM checkpoint WHERE seq = NEW.seq AND key = NEW.key)
  OR NEW.rowid IS NOT -1 AND EXISTS (SELECT 1 FROM checkpoint WHERE rowid = NEW.rowid)
BEGIN SELECT RAISE(ABORT, 'a checkpoint states a row of the log, once'); END;
"""

# The insert triggers stop INSERT OR REPLACE even on a connection that lacks recursive_triggers.
_INSERT_GUARDS = """
CREATE TRIGGER log_append BEFORE INSERT ON log
WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM log)
  OR NEW.prev_hash IS NOT coalesce((SELECT hash FROM log ORDER BY seq DESC LIMIT 1), NEW.prev_hash)
BEGIN SELECT RAISE(ABORT, 'the log only grows at its end'); END;
CREATE TRIGGER run_insert BEFORE INSERT ON run
WHEN EXISTS (SELECT 1 FROM run WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'a run is never replaced'); END;
CREATE TRIGGER proposal_insert BEFORE INSERT ON proposal
WHEN EXISTS (SELECT 1 FROM proposal WHERE run_id = NEW.run_id AND position = NEW.position)
BEGIN SELECT RAISE(ABORT, 'a proposal is never replaced'); END;
"""


def _immutable(table: str) -> str:
    return "".join(
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are never changed'); END;\n"
        for verb in ("UPDATE", "DELETE")
    )


def create(connection: sqlite3.Connection) -> None:
    """Make all tables and triggers; inside the caller's transaction."""
    script = _TABLES + _INSERT_GUARDS
    script += "".join(_immutable(table) for table in ("log", "run", "proposal"))
    for statement in _statements(script):
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    _add_checkpoints(connection)


def version_of(connection: sqlite3.Connection) -> int:
    """Schema version of the file."""
    return _pragma(connection, "user_version")


def upgrade(connection: sqlite3.Connection) -> None:
    """Bring a file of version 1 up to this one; inside the caller's transaction."""
    if version_of(connection) == 1:
        _add_checkpoints(connection)


def _add_checkpoints(connection: sqlite3.Connection) -> None:
    for statement in _statements(_CHECKPOINTS + _immutable("checkpoint")):
        connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _statements(script: str) -> list[str]:
    """The statements one by one: ``executescript`` would commit the caller's transaction."""
    statements, text = [], ""
    for line in script.splitlines():
        text += line + "\n"
        if sqlite3.complete_statement(text):
            statements.append(text)
            text = ""
    return statements


def is_blank(connection: sqlite3.Connection) -> bool:
    """Whether nothing was ever stored: a new file, or one whose making was cut short."""
    (n_objects,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    return n_objects == 0 and _pragma(connection, "application_id") == 0


def check(connection: sqlite3.Connection, file_name: str) -> None:
    """Refuse what this version cannot read.

    Raises
    ------
    NewerSchemaError
        Written by a newer version of the program.
    FileError
        Not a review file, or its tables are incomplete.
    """
    if _pragma(connection, "application_id") != APPLICATION_ID:
        raise FileError(
            file_name, "", "is not a review file of emgview", "Choose the review.db of a study."
        )
    version = _pragma(connection, "user_version")
    if version > SCHEMA_VERSION:
        raise NewerSchemaError(
            file_name,
            "schema version",
            f"{version}, this program reads up to {SCHEMA_VERSION}",
            "Install a newer emgview.",
        )
    rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    needed = {"log", "run", "proposal"} | ({"checkpoint"} if version > 1 else set())
    missing = needed - {name for (name,) in rows}
    if missing or version < 1:
        field = ", ".join(sorted(missing)) or "schema version"
        raise FileError(file_name, field, "is missing", "Restore the file from a backup.")


def missing_triggers(connection: sqlite3.Connection) -> list[str]:
    """Names of the guarding triggers that the file lacks or that read otherwise."""
    reference = sqlite3.connect(":memory:", isolation_level=None)
    version = version_of(connection)
    try:
        create(reference)
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        wanted = dict(reference.execute(query).fetchall())
    finally:
        reference.close()
    found = dict(connection.execute(query).fetchall())
    if version == 1:
        wanted = {name: sql for name, sql in wanted.items() if not name.startswith("checkpoint")}
    return sorted(name for name, sql in wanted.items() if found.get(name) != sql)


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])
