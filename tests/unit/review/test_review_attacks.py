"""What the guards stop, what the chain finds, and what only a head kept elsewhere finds."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from emgview.errors import FileError
from emgview.model import DetectionRun, LabelState
from emgview.review import Actor, ChainReport, Decide, LogRow, ReviewStore
from emgview.review.chain import GENESIS, row_hash

MakeRun = Callable[..., DetectionRun]


@pytest.fixture
def closed(path: Path, make_run: MakeRun, actor: Actor) -> Path:
    """A closed store of seven rows: start, run, five decisions."""
    with ReviewStore.open(path) as store:
        store.add_run(make_run(), actor)
        for item, state in zip("abcab", [*list(LabelState)[1:], "confirmed"], strict=True):
            activity = "psw" if state is LabelState.EDITED else None
            store.apply(Decide((item,), LabelState(state), activity), actor)
        assert store.verify_chain() == ChainReport(True, 7)
    return path


def attack(path: Path, *statements: str, keep_guards: bool = False) -> None:
    """Change the file by other means, with the guards out of the way and put back."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        guards = connection.execute(query).fetchall()
        for name, _ in guards if not keep_guards else ():
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
        for _, sql in guards if not keep_guards else ():
            connection.execute(sql)


def verify(path: Path) -> ChainReport:
    with ReviewStore.open(path, read_only=True) as store:
        return store.verify_chain()


REPLACE_LAST = (
    "INSERT OR REPLACE INTO log SELECT seq, t_utc, t_mono, 'X', role, station, software, action,"
    " payload, reason, prev_hash, hash FROM log WHERE seq = 7"
)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE log SET actor = 'X' WHERE seq = 4",
        "DELETE FROM log WHERE seq = 7",
        "DELETE FROM log",
        REPLACE_LAST,
        "INSERT INTO log SELECT seq + 2, t_utc, t_mono, actor, role, station, software, action,"
        " payload, reason, prev_hash, hash FROM log WHERE seq = 7",
        "INSERT INTO log SELECT 8, t_utc, t_mono, actor, role, station, software, action,"
        " payload, reason, prev_hash, hash FROM log WHERE seq = 7",
        "UPDATE proposal SET body = '{}'",
        "DELETE FROM proposal WHERE id = 'a'",
        "INSERT OR REPLACE INTO proposal SELECT run_id, position, id, '{}', potentials"
        " FROM proposal LIMIT 1",
        "UPDATE run SET body = '{}'",
        "DELETE FROM run",
        "INSERT OR REPLACE INTO run SELECT id, recording_id, '{}' FROM run",
    ],
)
def test_guards_refuse_every_change_even_on_a_foreign_connection(
    closed: Path, statement: str
) -> None:
    """A plain connection lacks recursive_triggers; OR REPLACE must fail there too."""
    with pytest.raises(sqlite3.IntegrityError):
        attack(closed, statement, keep_guards=True)
    assert verify(closed) == ChainReport(True, 7)


@pytest.mark.parametrize(
    ("statements", "first_bad"),
    [
        (["UPDATE log SET actor = 'X' WHERE seq = 4"], 4),
        (["UPDATE log SET role = 'interpreter2' WHERE seq = 7"], 7),
        (["UPDATE log SET t_utc = '2020-01-01T00:00:00Z' WHERE seq = 3"], 3),
        (["UPDATE log SET t_mono = t_mono + 1 WHERE seq = 3"], 3),
        (["UPDATE log SET station = 'X' WHERE seq = 3"], 3),
        (["UPDATE log SET software = 'X' WHERE seq = 3"], 3),
        (["UPDATE log SET reason = 'X' WHERE seq = 3"], 3),
        (["UPDATE log SET action = 'label.rejected' WHERE seq = 3"], 3),
        (["UPDATE log SET payload = replace(payload, '\"a\"', '\"c\"') WHERE seq = 3"], 3),
        (["DELETE FROM log WHERE seq = 4"], 5),
        (["DELETE FROM log WHERE seq = 1"], 2),
        (
            [
                "DELETE FROM log WHERE seq = 4",
                "UPDATE log SET seq = seq - 1 WHERE seq > 4",
            ],
            4,
        ),
        (
            [
                "UPDATE log SET seq = 99 WHERE seq = 4",
                "UPDATE log SET seq = 4 WHERE seq = 5",
                "UPDATE log SET seq = 5 WHERE seq = 99",
            ],
            4,
        ),
        (["INSERT INTO log SELECT 8, t_utc, t_mono, actor, role, station, software, action,"
          " payload, reason, hash, hash FROM log WHERE seq = 7"], 8),
        ([REPLACE_LAST], 7),
    ],
)  # fmt: skip
def test_chain_finds_edit_deletion_swap_and_insertion(
    closed: Path, statements: list[str], first_bad: int
) -> None:
    attack(closed, *statements)
    report = verify(closed)
    assert not report.ok
    assert report.first_bad_seq == first_bad
    assert report.problem
    assert "\n" not in report.problem


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE proposal SET body = replace(body, '0.7', '0.9') WHERE id = 'b'", "changed"),
        ("UPDATE proposal SET potentials = zeroblob(96) WHERE id = 'b'", "changed"),
        ("UPDATE run SET body = replace(body, '200000', '900000')", "changed"),
        ("DELETE FROM proposal WHERE id = 'c'", "changed"),
        ("INSERT INTO proposal SELECT run_id, 9, 'z', body, potentials FROM proposal LIMIT 1",
         "changed"),
        ("INSERT INTO run SELECT 'run-9', recording_id, body FROM run", "not in the log"),
        ("UPDATE run SET id = 'run-9'", "missing"),
    ],
)  # fmt: skip
def test_changed_proposals_are_found_through_the_chain(
    closed: Path, statement: str, words: str
) -> None:
    with ReviewStore.open(closed) as store:
        attack(closed, statement)
        report = store.verify_chain()
    assert not report.ok
    assert words in report.problem


def test_missing_guard_is_named(closed: Path) -> None:
    attack(closed, "DROP TRIGGER log_no_update", keep_guards=True)
    assert "log_no_update" in verify(closed).problem


def test_disarmed_guard_is_named(closed: Path) -> None:
    attack(
        closed,
        "DROP TRIGGER log_no_update",
        "CREATE TRIGGER log_no_update BEFORE UPDATE ON log BEGIN SELECT 1; END",
        keep_guards=True,
    )
    assert "log_no_update" in verify(closed).problem


def rechained(rows: list[LogRow]) -> list[LogRow]:
    done: list[LogRow] = []
    for row in rows:
        row = replace(row, prev_hash=done[-1].hash if done else GENESIS)
        done.append(replace(row, hash=row_hash(row)))
    return done


def test_cut_off_end_and_full_rewriting_are_found_by_a_head_kept_elsewhere_only(
    closed: Path,
) -> None:
    """The limit of the chain, stated: this is why a signature must hold the head."""
    with ReviewStore.open(closed, read_only=True) as store:
        signed, rows = store.head(), list(store.log())
    attack(closed, "DELETE FROM log WHERE seq > 5")
    with ReviewStore.open(closed, read_only=True) as store:
        assert store.verify_chain().ok
        report = store.verify_chain(signed)
    assert (report.ok, report.n_rows, report.first_bad_seq) == (False, 5, 6)

    rows[3] = replace(rows[3], actor="X")
    write_rows(closed, rechained(rows))
    with ReviewStore.open(closed, read_only=True) as store:
        assert store.verify_chain().ok
        assert not store.verify_chain(signed).ok


def write_rows(path: Path, rows: list[LogRow]) -> None:
    """Put these rows in place of the log."""
    statements = ["DELETE FROM log"]
    for row in rows:
        who = (row.actor, row.role, row.station, row.software, row.action)
        what = (json.dumps(row.payload), row.reason, row.prev_hash, row.hash)
        values = (row.seq, row.t_utc, row.t_mono, *who, *what)
        statements.append(f"INSERT INTO log VALUES {values!r}")
    attack(path, *statements)


def test_edit_with_the_hash_of_its_row_made_to_fit_is_found_one_row_later(closed: Path) -> None:
    with ReviewStore.open(closed, read_only=True) as store:
        rows = list(store.log())
    rows[3] = replace(rows[3], actor="X")
    rows[3] = replace(rows[3], hash=row_hash(rows[3]))
    write_rows(closed, rows)
    assert verify(closed).first_bad_seq == 5


def test_hole_in_the_numbers_is_found_though_all_hashes_fit(closed: Path) -> None:
    with ReviewStore.open(closed, read_only=True) as store:
        rows = list(store.log())
    del rows[3]
    write_rows(closed, rechained(rows))
    report = verify(closed)
    assert (report.ok, report.problem, report.first_bad_seq) == (False, "row 4 is missing", 5)


def test_cut_while_the_store_is_open_is_found_without_help(closed: Path) -> None:
    with ReviewStore.open(closed) as store:
        attack(closed, "DELETE FROM log WHERE seq > 5")
        assert store.verify_chain().first_bad_seq == 6


def test_signed_head_stays_valid_while_the_log_grows(closed: Path, actor: Actor) -> None:
    with ReviewStore.open(closed) as store:
        signed = store.head()
        store.apply(Decide(("c",), LabelState.CONFIRMED), actor)
        assert store.verify_chain(signed).ok


def test_two_studies_never_share_a_chain(tmp_path: Path) -> None:
    heads = []
    for name in ("a.db", "b.db"):
        with ReviewStore.open(tmp_path / name) as store:
            heads.append(store.head().hash)
    assert heads[0] != heads[1]


def test_unreadable_payload_is_an_error_that_names_the_row(closed: Path) -> None:
    attack(closed, "UPDATE log SET payload = '{' WHERE seq = 4")
    with pytest.raises(FileError, match="log row 4"):
        ReviewStore.open(closed)


def test_row_behind_the_back_of_the_writer_stops_it(closed: Path, actor: Actor) -> None:
    with ReviewStore.open(closed) as store:
        items = store.items()
        attack(
            closed,
            "INSERT INTO log SELECT 8, t_utc, t_mono, actor, role, station, software, action,"
            " payload, reason, hash, 'f' FROM log WHERE seq = 7",
            keep_guards=True,
        )
        with pytest.raises(FileError, match="another program"):
            store.apply(Decide(("c",), LabelState.CONFIRMED), actor)
        assert store.items() == items


def test_stored_payload_is_canonical_json(closed: Path) -> None:
    """Another program can verify the chain: RFC 8785 text, hash over domain, previous, row."""
    import hashlib

    import rfc8785

    with closing(sqlite3.connect(closed)) as connection:
        rows = connection.execute("SELECT * FROM log ORDER BY seq").fetchall()
    previous = "0" * 64
    for row in rows:
        names = ("seq", "t_utc", "t_mono", "actor", "role", "station", "software", "action")
        event = dict(zip(names, row[:8], strict=True))
        event["actor"] = {"name": event.pop("actor"), "role": event.pop("role")}
        event["payload"], event["reason"] = json.loads(row[8]), row[9]
        assert rfc8785.dumps(event["payload"]).decode() == row[8]
        text = b"emgview-log/1\0" + previous.encode() + rfc8785.dumps(event)
        assert (row[10], row[11]) == (previous, hashlib.sha256(text).hexdigest())
        previous = row[11]
