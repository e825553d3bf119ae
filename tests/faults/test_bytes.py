"""Row 4: any byte of a vault file changed, the file cut anywhere, or mangled as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.faults.forge import checked
from tests.faults.place import PASSWORD, Outcome, Place, new_place
from tests.faults.row import Row, check
from vault.errors import DamagedError, NewerFormatError, WrongPasswordError
from vault.sealing.beginning import header_end
from vault.store.memory import MemoryStore
from vault.vault import Vault

TITLE = "every byte ^01 and ^80, every cut, what follows the end, mangled copies"

_READ = ("list",)
_CHANGE = ("edit", "alpha", "--note", "x")
_CHECK = ("check",)


@dataclass(frozen=True)
class Corruption:
    """A damaged file, and what was done to it.

    Attributes:
        what: What was done.
        data: The file.
        bare: Whether it is one of the many that differ in a place only.
    """

    what: str
    data: bytes
    bare: bool = False

    def __str__(self) -> str:
        return self.what


def inject(row: Row) -> None:
    """Damage a vault in every way; all in the library, a part on the command line."""
    place = new_place(row.room)
    whole = place.vault.read_bytes()
    every = list(_corruptions(whole))
    for corruption in every:
        with row.fault(str(corruption)):
            _refused_by_the_library(corruption.data, DamagedError, NewerFormatError)
    on_purpose = row.effort.some(_on_purpose(whole), 100, 600)
    for corruption in on_purpose:
        with row.fault(str(corruption)):
            answers = (DamagedError, NewerFormatError, WrongPasswordError)
            _refused_by_the_library(corruption.data, *answers)
    row.count("corrupt files", len(every) + len(on_purpose))
    spread = [corruption for corruption in every if corruption.bare]
    mangled = [corruption for corruption in every if not corruption.bare]
    chosen = [*row.effort.some(mangled, 3), *row.effort.some(spread, 4, 20, 300)]
    row.each(chosen, lambda corruption: _refused(row, corruption))


def _corruptions(whole: bytes) -> Iterator[Corruption]:
    for at in range(len(whole)):
        for mask in (0x01, 0x80):
            changed = whole[:at] + bytes([whole[at] ^ mask]) + whole[at + 1 :]
            yield Corruption(f"byte {at} ^{mask:02x}", changed, bare=True)
    for size in range(len(whole)):
        yield Corruption(f"cut to {size}", whole[:size], bare=True)
    for what, data in {
        "empty": b"",
        "zeros": bytes(len(whole)),
        "copied as text": whole.replace(b"\n", b"\r\n"),
        "twice": whole + whole,
        "a byte more": whole + b"\n",
        "4096 bytes more": whole + bytes(4096),
        "a byte before": b"\n" + whole,
        "a byte in its middle": whole[:2000] + b"x" + whole[2000:],
        "without its end": whole[:-4096],
        "something else": b"PK\x03\x04" + whole,
    }.items():
        yield Corruption(what, data)


def _on_purpose(whole: bytes) -> list[Corruption]:
    """Every byte of the header changed by somebody who makes its check fit."""
    found = []
    for at in range(header_end(whole)):
        for mask in (0x01, 0x02):
            changed = checked(whole[:at] + bytes([whole[at] ^ mask]) + whole[at + 1 :])
            if changed != whole:  # else it was the check that was changed
                found.append(Corruption(f"byte {at} ^{mask:02x}, check made to fit", changed))
    return found


def _refused_by_the_library(data: bytes, *answers: type[Exception]) -> None:
    """Assert that it does not open, for one of these reasons."""
    try:
        vault = Vault.open(MemoryStore(data), PASSWORD)
    except answers:
        return
    raise AssertionError(f"it opened, with {len(vault.keys)} keys")


def _refused(row: Row, corruption: Corruption) -> None:
    place = new_place(row.room)
    place.vault.write_bytes(corruption.data)
    before = _seen_from_outside(place)
    for argv in (_READ, _CHANGE):
        done = place.run(*argv)
        _is_damage(done)
        assert _seen_from_outside(place) == before, "the damaged file or its neighbours changed"
    done = place.run(*_CHECK)
    done.answered()
    assert done.status in {0, 1, 4}, done.err
    assert _seen_from_outside(place) == before


def _is_damage(done: Outcome) -> None:
    done.answered()
    assert done.status == 4, f"exit {done.status}: {done.err}"
    if "newer keyfob" not in done.err:
        assert "backup" in done.err.lower(), f"the backup is not named: {done.err}"


def _seen_from_outside(place: Place) -> dict[str, tuple[int, int, bytes]]:
    return {
        path.name: (path.stat().st_ino, path.stat().st_mtime_ns, path.read_bytes())
        for path in place.vault.parent.iterdir()
        if path.suffix != ".lock"
    }


@pytest.mark.slow
def test_a_damaged_vault_is_refused_and_left_alone() -> None:
    check(inject)
