"""Row 10: passwords of every kind, right and wrong."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import pytest

from tests.faults.place import PASSWORD, new_place
from tests.faults.row import Row, check
from vault.sealing.kdf import CHEAPEST
from vault.vault import Vault

TITLE = "right, wrong, empty, long, composed and decomposed passwords; no text at all"


@dataclass(frozen=True)
class Try:
    """A vault's password, the bytes in the password file, and the exit status they give."""

    password: str
    given: bytes
    status: int

    def __str__(self) -> str:
        return f"{self.password[:12]!r} tried as {self.given[:24]!r}"


_COMPOSED = unicodedata.normalize("NFC", "Grüße, Ångström")
_DECOMPOSED = unicodedata.normalize("NFD", _COMPOSED)
_LONG = "ä" * 2048
_EMOJI = "\U0001f5dd\ufe0f \U0001f9d1\u200d\U0001f4bb"
_TRIES = (
    Try(PASSWORD, PASSWORD.encode() + b"\n", 0),
    Try(PASSWORD, PASSWORD.encode() + b"\r\n", 0),
    Try(PASSWORD, PASSWORD.encode(), 0),
    Try(PASSWORD, PASSWORD.encode() + b"\nanother line\n", 0),
    Try(PASSWORD, PASSWORD.encode() + b" \n", 3),
    Try(PASSWORD, b" " + PASSWORD.encode() + b"\n", 3),
    Try(PASSWORD, PASSWORD.upper().encode(), 3),
    Try(PASSWORD, b"wrong\n", 3),
    Try(PASSWORD, b"", 3),
    Try(PASSWORD, b"\n", 3),
    Try(PASSWORD, b"\xff\xfe\n", 3),
    Try(PASSWORD, b"\xed\xa0\x80\n", 3),
    Try(PASSWORD, b"x" * 5000 + b"\n", 3),
    Try(PASSWORD, b"0000-0000-0000-0000-0000-0000-0000-0000-Q8EY\n", 3),
    Try(_COMPOSED, _COMPOSED.encode(), 0),
    Try(_COMPOSED, _DECOMPOSED.encode(), 0),
    Try(_DECOMPOSED, _COMPOSED.encode(), 0),
    Try(_DECOMPOSED, _DECOMPOSED.encode(), 0),
    Try(_LONG, _LONG.encode(), 0),
    Try(_LONG, _LONG[:-1].encode(), 3),
    Try(_EMOJI, _EMOJI.encode(), 0),
    Try("nul\0inside", b"nul\0inside\n", 0),
    Try("nul\0inside", b"nul\n", 3),
    Try("trailing space ", b"trailing space \n", 0),
    Try("trailing space ", b"trailing space\n", 3),
    Try("\u202ertl", "\u202ertl".encode(), 0),
)


def inject(row: Row) -> None:
    """Try each on the command line."""
    tried = row.effort.some(_TRIES, 10)
    row.each(tried, lambda case: _try(row, case))
    row.count("bad inputs", sum(case.status != 0 for case in tried))


def _try(row: Row, case: Try) -> None:
    place = new_place(row.room, vault=False)
    Vault.create(place.store, case.password, cost=CHEAPEST)[0].lock()
    before = place.vault.read_bytes()
    place.password_file.write_bytes(case.given)
    done = place.run("list")
    done.answered()
    assert done.status == case.status, f"exit {done.status}: {done.err}"
    for word in (case.password, case.given.decode("utf-8", "replace").strip()):
        assert not word or word not in done.err + done.out, "the password is quoted"
    assert place.vault.read_bytes() == before


@pytest.mark.slow
def test_each_password_gets_its_answer() -> None:
    check(inject)
