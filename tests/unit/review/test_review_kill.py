"""A reader's process dies at any moment: what was acknowledged stays, nothing is there by half."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from emgview.model import DetectionRun, LabelState
from emgview.review import Actor, ReviewStore

# The fast suite, and the slow one: pytest -m slow tests/unit/review/test_review_kill.py
FEW, MANY = 10, 100
ITEMS = "".join(chr(ord("a") + i) for i in range(26))

# Ends only when killed: bulk decisions over all items, now and then an undo or a redo.
CODE = """
import pathlib, sys
from emgview.model import LabelState as S
from emgview.review import Actor, Decide, ReviewStore
actor = Actor("R.")
with ReviewStore.open(pathlib.Path(sys.argv[1])) as store:
    items = tuple(label.id for label in store.items())
    print("ready", flush=True)
    step = 0
    while True:
        step += 1
        if step % 5 == 4:
            applied = store.undo(actor)
        elif step % 5 == 0:
            applied = store.redo(actor)
        else:
            state = (S.CONFIRMED, S.REJECTED, S.CANNOT_TELL)[step % 3]
            applied = store.apply(Decide(items, state), actor)
        states = {label.state for label in store.items()}
        print(applied.seq, *states, flush=True)
"""


def kill_at_random(path: Path, seconds: float) -> tuple[int, str] | None:
    """Run until killed; the last acknowledged row and the state it gave to all items."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    with subprocess.Popen(
        [sys.executable, "-c", CODE, str(path)], stdout=subprocess.PIPE, env=environment
    ) as reader:
        stream = reader.stdout
        assert stream is not None
        assert stream.readline().strip() == b"ready"
        time.sleep(seconds)
        reader.kill()
        text = stream.read().decode()
    complete = text[: text.rfind("\n") + 1].splitlines()  # the last line may be cut
    if not complete:
        return None
    seq, *states = complete[-1].split()
    assert len(states) == 1
    return int(seq), states[0]


@pytest.mark.parametrize("n_kills", [FEW, pytest.param(MANY, marks=pytest.mark.slow)])
@pytest.mark.timeout(600)
def test_kill_loses_nothing_acknowledged_and_leaves_no_half_decision(
    path: Path, make_run: Callable[..., DetectionRun], actor: Actor, n_kills: int
) -> None:
    moments = random.Random(7)
    with ReviewStore.open(path) as store:
        store.add_run(make_run(items=ITEMS), actor)
    acknowledged = 0
    for _ in range(n_kills):
        last = kill_at_random(path, moments.uniform(0.0, 0.06))
        with ReviewStore.open(path) as store:
            assert store.verify_chain().ok
            states = {label.state for label in store.items()}
            assert len(states) == 1
            if last is not None:
                seq, state = last
                acknowledged += 1
                assert store.head().seq >= seq
                at_seq = next(row for row in store.log(seq - 1))
                assert {g["state"] for g in at_seq.payload["after"]["labels"]} == {state}
                if store.head().seq == seq:
                    assert states == {LabelState(state)}
                assert store.head().seq <= seq + 2  # one more row, and one whose line was cut
    assert acknowledged >= n_kills // 2
