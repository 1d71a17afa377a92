"""Files of the first schema version: read as they are, brought up by the first writer.

``data/review_v1.db`` was written by the program as it was before there were checkpoints: a run of
three proposals, a decision on two, a relabelling that was undone, a text.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from emgview.model import LabelState
from emgview.review import Actor, ChainReport, Decide, ReviewStore
from emgview.review.schema import SCHEMA_VERSION
from emgview.session.station import StationKey

KEY = StationKey(Ed25519PrivateKey.generate())


@pytest.fixture
def old(path: Path) -> Path:
    shutil.copy(Path(__file__).with_name("data") / "review_v1.db", path)
    return path


def version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def states(store: ReviewStore) -> dict[str, LabelState]:
    return {label.id: label.state for label in store.items()}


WANTED = {"a": LabelState.CONFIRMED, "b": LabelState.CONFIRMED, "c": LabelState.PROPOSED}


def test_reader_shows_an_old_file_and_leaves_it_as_it_is(old: Path) -> None:
    before = old.read_bytes()
    with ReviewStore.open(old, read_only=True) as store:
        assert states(store) == WANTED
        assert store.checkpoints.all() == ()
        assert store.verify_chain() == ChainReport(True, store.head().seq)
    assert old.read_bytes() == before
    assert version(old) == 1


def test_writer_brings_an_old_file_up_and_loses_nothing(old: Path, actor: Actor) -> None:
    with ReviewStore.open(old, read_only=True) as store:
        rows, head, redo = list(store.log()), store.head(), store.redo_text()
    with ReviewStore.open(old) as store:
        assert states(store) == WANTED
        assert (store.redo_text(), store.field("conclusion")) == (redo, "As before")
        upgrade = next(store.log(head.seq))
        assert (upgrade.action, upgrade.payload) == ("log.upgrade", {"from": 1, "to": 2})
        assert list(store.log())[: head.seq] == rows
        store.apply(Decide(("c",), LabelState.REJECTED), actor)
        assert store.checkpoints.sign(KEY) is not None
        assert store.verify_chain(head).ok
    assert version(old) == SCHEMA_VERSION
    with ReviewStore.open(old) as store:
        assert store.verify_chain().ok
        assert store.undo_text() == "Reject 1 item"
        assert [row.action for row in store.log()].count("log.upgrade") == 1


def test_upgrade_that_fails_leaves_the_old_file(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from emgview.review import log

    def full(*_: object) -> None:
        raise sqlite3.OperationalError("disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(log.CommandLog, "_insert", full)
        with pytest.raises(Exception, match="disk is full"):
            ReviewStore.open(old)
    assert version(old) == 1
    with ReviewStore.open(old) as store:
        assert states(store) == WANTED


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE checkpoint SET hash = 'f'",
        "DELETE FROM checkpoint",
        "INSERT OR REPLACE INTO checkpoint SELECT case_id, seq, hash, t_utc, key, 'f'"
        " FROM checkpoint",
        "INSERT OR REPLACE INTO checkpoint (rowid, case_id, seq, hash, t_utc, key, signature)"
        " SELECT rowid, case_id, seq, hash, t_utc, 'other', 'f' FROM checkpoint",
        "INSERT INTO checkpoint SELECT case_id, seq + 7, hash, t_utc, key, signature"
        " FROM checkpoint",
        "INSERT INTO checkpoint SELECT case_id, seq, 'f', t_utc, 'other', signature"
        " FROM checkpoint",
    ],
)
def test_guards_of_checkpoints_hold_on_a_foreign_connection(path: Path, statement: str) -> None:
    with ReviewStore.open(path) as store:
        store.checkpoints.sign(KEY)
    with (
        closing(sqlite3.connect(path, isolation_level=None)) as connection,
        pytest.raises(sqlite3.IntegrityError),
    ):
        connection.execute(statement)
    with ReviewStore.open(path) as store:
        assert len(store.checkpoints.all()) == 1
        assert store.verify_chain().ok


def test_a_head_is_signed_once_by_each_key(path: Path) -> None:
    with ReviewStore.open(path) as store:
        made = store.checkpoints.sign(KEY)
        assert made is not None
        assert made.is_genuine
        assert store.checkpoints.sign(KEY) is None
        assert store.checkpoints.sign(StationKey(Ed25519PrivateKey.generate())) is not None
        assert len(store.checkpoints.all()) == 2
