from __future__ import annotations

import unicodedata
from collections.abc import Callable
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.errors import DamagedError, StorageError, ValueRefusedError
from vault.sealing import kdf
from vault.sealing.kdf import CHEAPEST, STANDARD, KdfCost, calibrate, check_cost, derive
from vault.sealing.kdf import normalise_password as normalise

GIB = 1024 * 1024


def test_argon2id_agrees_with_its_reference() -> None:
    """What `argon2 somesalt -id -t 2 -m 16 -p 1` of the reference implementation prints."""
    derived = derive(b"password", b"somesalt", KdfCost(65536, 2, 1))
    assert derived.hex() == "09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7"


def test_composed_and_decomposed_letters_are_one_password() -> None:
    assert normalise("é") == normalise(unicodedata.normalize("NFD", "é")) == "é".encode()


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40))
def test_it_does_not_matter_how_a_text_is_composed(text: str) -> None:
    forms = {normalise(unicodedata.normalize(form, text)) for form in ("NFC", "NFD")}
    assert forms == {normalise(text)}


def test_a_long_text_counts_as_it_is_composed() -> None:
    longest = "\u1f82" * 1365  # four code points each when decomposed, three bytes when not
    assert len(normalise(unicodedata.normalize("NFD", longest))) == 4095


@pytest.mark.parametrize("text", [" ", "a ", "a\n", "\0", "🔑" * 1024, "x" * 4096])
def test_nothing_else_of_a_password_is_changed(text: str) -> None:
    assert normalise(text).decode() == text


@pytest.mark.parametrize("text", ["", "x" * 4097, "🔑" * 1025, "a\ud800"])
def test_some_texts_are_no_passwords(text: str) -> None:
    with pytest.raises(ValueRefusedError):
        normalise(text)


@pytest.mark.parametrize(
    "cost",
    [
        KdfCost(19 * 1024 - 1, 1, 1),
        KdfCost(8, 1, 1),
        KdfCost(0, 0, 0),
        KdfCost(CHEAPEST.memory_kib, 0, 1),
        KdfCost(CHEAPEST.memory_kib, 1, 0),
        KdfCost(CHEAPEST.memory_kib, 65, 1),
        KdfCost(CHEAPEST.memory_kib, 1, 17),
        KdfCost(2 * GIB + 1, 1, 1),
        KdfCost(2 * GIB, 5, 1),
        KdfCost(4 * GIB * 1024, 1, 1),
        KdfCost(65536, 2**32 - 1, 4),
        KdfCost(65536, 3, 2**24),
    ],
)
def test_a_cost_out_of_bounds_is_damage(cost: KdfCost) -> None:
    with pytest.raises(DamagedError, match="never makes"):
        check_cost(cost, memory_kib=64 * GIB)


def test_more_than_half_of_the_memory_is_refused_with_what_to_do() -> None:
    cost = KdfCost(GIB, 3, 4)
    check_cost(cost, memory_kib=2 * GIB)
    with pytest.raises(DamagedError, match=r"1,024 MiB.*more than half") as caught:
        check_cost(cost, memory_kib=2 * GIB - 1)
    assert "more memory" in caught.value.hint


@pytest.mark.parametrize("cost", [CHEAPEST, STANDARD, KdfCost(2 * GIB, 4, 16)])
def test_what_keyfob_makes_is_within_bounds(cost: KdfCost) -> None:
    check_cost(cost, memory_kib=64 * GIB)


def test_a_system_that_does_not_tell_its_memory_is_held_to_the_fixed_bounds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr("os.sysconf")
    assert kdf.physical_memory_kib() is None
    check_cost(KdfCost(2 * GIB, 1, 1))


def clock(seconds_per_mib: float, asked: list[KdfCost]) -> Callable[[], float]:
    """A timer under which each derivation takes so long for each MiB it asks for."""
    calls = count()

    def read() -> float:
        if next(calls) % 2 == 0:
            return 0.0
        return asked[-1].memory_kib / 1024 * seconds_per_mib

    return read


@pytest.mark.parametrize(
    ("seconds_per_mib", "memory_gib", "mib"),
    [
        (1.0, 16, 64),
        (0.4 / 64, 16, 64),
        (0.4 / 65, 16, 128),
        (0.001, 16, 512),
        (0.0, 16, 1024),
        (0.0, 2, 512),
        (0.0, 0.1, 64),
    ],
)
def test_calibration_doubles_until_felt_or_capped(
    seconds_per_mib: float, memory_gib: float, mib: int
) -> None:
    asked: list[KdfCost] = []
    cost = calibrate(
        timer=clock(seconds_per_mib, asked),
        memory_kib=int(memory_gib * GIB),
        attempt=lambda _password, _salt, cost: asked.append(cost),
    )
    assert cost == KdfCost(mib * 1024, STANDARD.passes, STANDARD.lanes)


def test_memory_that_is_not_to_be_had_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def exhausted(**_arguments: object) -> None:
        raise MemoryError

    monkeypatch.setattr(kdf, "Argon2id", exhausted)
    with pytest.raises(StorageError, match="64 MiB of free memory"):
        derive(b"password", bytes(32), STANDARD)


def test_derivations_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    class Alone:
        def __init__(self, **_: object) -> None: ...

        def derive(self, _: bytes) -> bytes:
            assert kdf._one_at_a_time.locked()  # two at once hang in OpenSSL's thread pool
            return b"derived"

    monkeypatch.setattr(kdf, "Argon2id", Alone)
    assert derive(b"x", bytes(32), STANDARD) == b"derived"
    assert not kdf._one_at_a_time.locked()
