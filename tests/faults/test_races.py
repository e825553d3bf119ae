"""Row 5: many processes save at once."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter

import pytest

from tests.faults.place import SECRETS, Held, Place, new_place
from tests.faults.row import Row, check
from vault.sealing.header import read_header

TITLE = "two and ten processes saving at once, readers among them"


def inject(row: Row) -> None:
    """Race library processes with commands in between."""
    for processes, each in row.effort.pick(
        ((2, 60), (10, 12)), ((2, 600), (10, 90)), ((2, 2000), (10, 400))
    ):
        _race(row, processes, each, commands=row.effort.pick(2, 6, 40))


def _race(row: Row, processes: int, each: int, commands: int) -> None:
    what = f"{processes} processes with {each} changes each"
    with row.fault(what, weight=processes * each):
        place = new_place(row.room)
        before = read_header(place.vault.read_bytes()).generation
        done = _run(row, place, processes, each, commands)
        _nothing_lost(place, before, done)
        row.count("concurrent changes", sum(done.values()))


def _run(row: Row, place: Place, processes: int, each: int, commands: int) -> Counter[str]:
    """Start them all; answers how many changes of each kind they were told are saved."""
    reader = _start(place, processes, 0)
    assert reader.stdout is not None
    assert reader.stdout.readline() == "reading\n", reader.communicate()
    workers = [_start(place, who, each) for who in range(processes)]
    told: Counter[str] = Counter()
    for number in range(commands):
        told += _command(place, number)
    for worker in workers:
        out, err = worker.communicate(timeout=1200)
        assert worker.returncode == 0, err
        told.update(out.split())
    out, err = reader.communicate(timeout=60)
    assert reader.returncode == 0, f"the reader: {err}"
    assert int(out) > 1, "nothing was read meanwhile"
    row.count("reads meanwhile", int(out))
    return told


def _command(place: Place, number: int) -> Counter[str]:
    """One change and two readers on the command line, while the others are saving."""
    told: Counter[str] = Counter()
    for argv in (("list",), ("check", "--within", "1d")):
        read = place.run(*argv)
        assert read.status == 0, f"a reader was told: {read.err}"
    feed = ("--registry", "own-feed", "--owner", "x", "--scope", "push", "--glob", "A.*")
    new = place.run("new", f"command-{number}", *feed, "--generate")
    assert new.status in {0, 6}, new.err
    if new.status == 0:
        told["add"] += 1
    else:
        assert "is being changed by " in new.err, new.err
    return told


def _start(place: Place, who: int, each: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.faults.worker", str(place.root), str(who), str(each)],
        env=place.environ(),
        cwd=place.home,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _nothing_lost(place: Place, before: int, told: Counter[str]) -> None:
    content = place.content()
    assert len(place.open().keys) == len(content), "a key is there twice"
    assert len(content) == 3 + told["add"] - told["remove"], f"{len(content)} keys, {told}"
    assert content["alpha"].revision == 1 + told["rotate"], "a rotation was lost"
    edited = sum(1 for held in content.values() if held.note.startswith("turn "))
    assert edited <= told["edit"] <= edited + told["remove"], "an edit was lost"
    assert content["beta"] == Held(SECRETS["beta"]), "nobody changed this key"
    saves = read_header(place.vault.read_bytes()).generation - before
    assert saves == sum(told.values()), f"{saves} saves of {told}"
    assert place.beside() <= {".lock", ".bak"}


@pytest.mark.slow
def test_processes_that_save_at_once_lose_nothing() -> None:
    check(inject)
