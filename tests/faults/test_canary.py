"""Row 15: secrets and passwords are searched for wherever a command may have left them."""

from __future__ import annotations

import base64
import os
import stat
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults.changes import FRESH, NEW_PASSWORD, ROTATED, SMALL_COMPUTER, changes
from tests.faults.place import PASSWORD, SECRETS, Outcome, Place, new_place, write_private
from tests.faults.row import Row, check
from tests.faults.shim import Fault

TITLE = "a canary in output, files, state, temporary files, and what children are given"

_CANARIES = (FRESH, ROTATED, PASSWORD, NEW_PASSWORD, *SECRETS.values())
_FAKE_TOOL = """#!/bin/sh
# Stands for xclip: says what it was given but for its standard input, and stays.
{ echo "$@"; cat /proc/self/environ /proc/self/cmdline; } >> "$TOOL_LOG"
case "$*" in *-o*) cat "$TOOL_LOG.text"; exit 0;; esac
cat > "$TOOL_LOG.text"
exec sleep 30
"""


@dataclass(frozen=True)
class Run:
    """A command.

    Attributes:
        argv: What is typed.
        stdin: What is piped in.
        shows: A secret that it prints, because it is told to.
        fresh: Whether there is no vault before.
    """

    argv: tuple[str, ...]
    stdin: str = ""
    shows: str = ""
    fresh: bool = False

    def __str__(self) -> str:
        return " ".join(self.argv[:3])


def inject(row: Row) -> None:
    """Run every command once, and look everywhere."""
    row.each(_runs(), lambda run: _search(row, run))
    with row.fault("copy, while the secret is on the clipboard"):
        _copy(row)


def _runs() -> list[Run]:
    shown = SECRETS["alpha"]
    saving = [Run(change.argv, change.stdin, fresh=change.creates) for change in changes().values()]
    return [
        *saving,
        Run(("list",)),
        Run(("list", "--json")),
        Run(("show", "alpha")),
        Run(("show", "alpha", "--json")),
        Run(("show", "alpha", "--reveal"), shows=shown),
        Run(("check", "--within", "300d")),
        Run(("check", "--json", "--within", "300d")),
        Run(("revoke", "alpha")),
        Run(("backup", "list")),
        Run(("backup", "restore", "--yes")),
        Run(("copy", "alpha")),  # there is no clipboard: an error
        Run(("new", "again", *changes()["new"].argv[2:]), SECRETS["beta"]),  # a duplicate
        Run(("new", "bad\x1b", *changes()["new"].argv[2:]), FRESH),
        Run(("new", "two-lines", *changes()["new"].argv[2:]), FRESH + "\n" + ROTATED),
        Run(("rotate", "alpha", "--secret-stdin"), shown),  # the value it has already
    ]


def _search(row: Row, run: Run) -> None:
    place = new_place(row.room, vault=not run.fresh)
    for name, text in (("new-password", NEW_PASSWORD), ("wrong", f"{PASSWORD} {FRESH}")):
        write_private(place.home / name, text)
    fault = Fault(memory=SMALL_COMPUTER) if not row.skipped and row.needs_shim() else None
    done = place.run(*run.argv, stdin=run.stdin, fault=fault)
    assert done.status in {0, 1, 2, 6}, done.err
    _not_in_output(done, run.shows)
    wrong = place.run(*run.argv, "--password-file", "wrong", stdin=run.stdin)
    _not_in_output(wrong, "")
    for code in _codes(place):
        assert code not in done.out + done.err + wrong.out + wrong.err, "the recovery code"
    _not_in_files(place)


def _codes(place: Place) -> list[str]:
    """The recovery code that was given when the vault was made, in both spellings."""
    if not place.code_file.exists():
        return []
    code = place.code_file.read_text("utf-8").strip()
    return [code, code.replace("-", "")]


def _not_in_output(done: Outcome, shown: str) -> None:
    assert "Traceback" not in done.err
    for canary in _CANARIES:
        assert canary not in done.err, f"{canary} on stderr"
        assert canary == shown or canary not in done.out, f"{canary} on stdout"


def _not_in_files(place: Place) -> None:
    """Nor in what the fault library logged: arguments and environment of programs started."""
    own = {place.home / name for name in ("password", "new-password", "wrong", "code")}
    needles = [_encoded(canary) for canary in (*_CANARIES, *_codes(place))]
    for path in place.root.rglob("*"):
        if path in own or not stat.S_ISREG(path.lstat().st_mode):
            continue
        data = path.read_bytes()
        for needle in needles:
            for form in needle:
                assert form not in data, f"a canary in {path.relative_to(place.root)}"


def _encoded(canary: str) -> list[bytes]:
    """A text as it is, in base64 at any offset, in hex, and in UTF-16."""
    raw = canary.encode()
    base = [base64.b64encode(b"x" * shift + raw)[shift + 2 : -4] for shift in range(3)]
    return [raw, raw.hex().encode(), canary.encode("utf-16-le"), *base]


def _copy(row: Row) -> None:
    """With a tool in place of xclip: the secret may be on its standard input and nowhere else."""
    place = new_place(row.room)
    tools = place.home / "bin"
    tools.mkdir()
    tool = tools / "xclip"
    tool.write_text(_FAKE_TOOL)
    tool.chmod(0o755)
    log = place.root / "tool-log"
    environ = {
        "PATH": f"{tools}:{os.environ['PATH']}",
        "DISPLAY": ":99",
        "TOOL_LOG": str(log),
    }
    done = place.run("copy", "alpha", "--for", "3", environ=environ, timeout=40)
    assert done.status == 0, done.err
    _not_in_output(done, "")
    text = Path(f"{log}.text")
    assert text.read_text() == SECRETS["alpha"], "the tool did not get the exact secret"
    text.unlink()
    seen = _processes_of(place)
    assert seen, "there is no guard while the secret is on the clipboard"
    for given in seen.values():
        for canary in _CANARIES:
            assert canary.encode() not in given, "a canary in a process's arguments or environment"
    _not_in_files(place)
    _ended(place)


def _processes_of(place: Place) -> dict[str, bytes]:
    """Arguments and environment of every process that was started from this place."""
    found = {}
    mark = f"HOME={place.home}".encode()
    for directory in Path("/proc").glob("[0-9]*"):
        try:
            given = (directory / "environ").read_bytes()
            if mark in given.split(b"\0"):
                found[directory.name] = given + (directory / "cmdline").read_bytes()
        except OSError:
            continue
    return found


def _ended(place: Place) -> None:
    """Wait for the guard to clear the clipboard and end."""
    end = time.monotonic() + 20
    while _processes_of(place):
        assert time.monotonic() < end, "the guard outlives its time"
        time.sleep(0.1)


@pytest.mark.slow
def test_no_secret_is_left_anywhere() -> None:
    check(inject)
