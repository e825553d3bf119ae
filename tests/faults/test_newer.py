"""Row 11: files of a newer keyfob, and of an older one."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.changes import changes
from tests.faults.forge import Fields, changed, fields_of, sealed
from tests.faults.place import PASSWORD, Place, new_place
from tests.faults.row import Row, check
from vault.sealing import vaultfile
from vault.sealing.header import read_header

TITLE = "a newer format is refused, unknown slots and fields are kept, old files open"

_OLD_FILE = Path(__file__).parents[1] / "vault" / "sealing" / "format_1.keyfob"
_STRANGE = {"type": "recipient", "b": [1, {"é": "\ud800"}], "a": None}


def inject(row: Row) -> None:
    """Open files that this keyfob did not write."""
    for what, change in _REFUSED.items():
        with row.fault(what):
            _refused(new_place(row.room), change)
    for what, alter in _KEPT.items():
        with row.fault(what):
            _kept(new_place(row.room), alter)
    with row.fault("unknown fields of the body"):
        _body_kept(new_place(row.room))
    with row.fault("the file of the first format"):
        place = new_place(row.room)
        place.vault.write_bytes(_OLD_FILE.read_bytes())
        assert read_header(_OLD_FILE.read_bytes()).vault_id
        done = place.run("check")
        assert done.status in {0, 1}, done.err


_REFUSED: dict[str, Callable[[bytes], bytes]] = {
    "magic of format 2": lambda data: data.replace(b"KEYFOB1", b"KEYFOB2", 1),
    "magic of format 10": lambda data: data.replace(b"KEYFOB1", b"KEYFOB10", 1),
    "format 2 in the header": lambda data: sealed(data, lambda fields: fields.update(format=2)),
    "slots of unknown types only": lambda data: changed(
        data, lambda fields: fields.update(slots=[_STRANGE])
    ),
}
_KEPT: dict[str, Callable[[Fields], object]] = {
    "an unknown slot first": lambda fields: fields["slots"].insert(0, _STRANGE),
    "an unknown slot last": lambda fields: fields["slots"].append(_STRANGE),
    "an unknown field of a slot": lambda fields: fields["slots"][0].update(later=[{"x": 1}]),
    "unknown fields": lambda fields: fields.update(z={"y": []}, a=-1),
}


def _refused(place: Place, change: Callable[[bytes], bytes]) -> None:
    data = change(place.vault.read_bytes())
    place.vault.write_bytes(data)
    for argv in (("list",), changes()["new"].argv, changes()["remove"].argv, ("init",)):
        done = place.run(*argv, stdin="x")
        done.answered()
        assert done.status == (6 if argv == ("init",) else 4), done.err
        assert done.status == 6 or "newer keyfob" in done.err or "Update keyfob" in done.err
        assert place.vault.read_bytes() == data, "a newer file was overwritten"


def _kept(place: Place, alter: Callable[[Fields], object]) -> None:
    place.vault.write_bytes(sealed(place.vault.read_bytes(), alter))
    change = changes()["new"]
    before = fields_of(place.vault.read_bytes())
    done = place.run(*change.argv, stdin=change.stdin)
    assert done.status == 0, done.err
    change.check(place, done)
    after = fields_of(place.vault.read_bytes())
    for name in before:
        if name not in {"check", "generation", "saved", "expiries"}:
            assert json.dumps(after[name]) == json.dumps(before[name]), name
    assert list(after) == list(before)


def _body_kept(place: Place) -> None:
    data = place.vault.read_bytes()
    key = vaultfile.unlock(data, PASSWORD)
    lines = [json.loads(line) for line in vaultfile.open_body(data, key).split(b"\n")]
    for number, line in enumerate(lines):
        line["later"] = {"number": number}
    body = b"\n".join(json.dumps(line).encode() for line in lines)
    place.vault.write_bytes(vaultfile.seal(read_header(data), key, body))
    for name in ("edit", "rotate"):
        change = changes()[name]
        assert place.run(*change.argv, stdin=change.stdin).status == 0
    saved = vaultfile.open_body(place.vault.read_bytes(), key).split(b"\n")
    found = [json.loads(line)["later"] for line in saved]
    assert found == [{"number": number} for number in range(len(lines))]


@pytest.mark.slow
def test_what_this_keyfob_does_not_know_is_refused_or_kept() -> None:
    check(inject)
