"""Headers changed by someone who can write the file: no change gets them a cheaper guess, or in.

The attacker recomputes the check that tells accidents, which needs no key. That the bounds of the
numbers are kept before anything is derived, and that each changed number, salt or commitment opens
to nobody, is tested slot by slot in `tests/vault/sealing/test_slots.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.vault.cli.bench import PASSWORD as USERS
from tests.vault.cli.bench import Bench
from tests.vault.sealing.samples import PASSWORD, Sample, sample
from vault.errors import DamagedError, VaultError, WrongPasswordError
from vault.sealing.beginning import header_end
from vault.sealing.header import read_header, write_header
from vault.sealing.kdf import CHEAPEST, STANDARD, KdfCost
from vault.sealing.slots import new_password_slot, new_recovery_slot, read_slots
from vault.sealing.vaultfile import VaultKey, seal, unlock

Slots = tuple[Mapping[str, Any], ...]


def with_slots(of: Sample, slots: Slots) -> bytes:
    """A vault file with other slots in its header; everything else is as its owner saved it."""
    head = write_header(replace(of.header, slots=slots))
    return head + of.data[header_end(of.data) :]


def changed(name: str, value: object, *, at: int = 0) -> Slots:
    slots: list[Mapping[str, Any]] = [dict(slot) for slot in sample().header.slots]
    slots[at] = {**slots[at], name: value}
    return tuple(slots)


def swapped_kinds() -> Slots:
    """Each slot's contents under the other's type."""
    by_password, by_code = sample().header.slots
    inside = ("salt", "commitment", "wrapped")
    return (
        {**by_password, **{name: by_code[name] for name in inside}},
        {**by_code, **{name: by_password[name] for name in inside}},
    )


def test_the_file_itself_opens() -> None:
    same = with_slots(sample(), sample().header.slots)
    assert same == sample().data
    assert unlock(same, PASSWORD) == sample().key


@pytest.mark.parametrize(
    "slots",
    [
        changed("memory_kib", 20 * 1024),
        changed("passes", 2),
        changed("lanes", 2),
        changed("salt", sample("two").header.slots[0]["salt"]),
        changed("salt", sample().header.slots[1]["salt"]),
        changed("type", "recovery"),
        swapped_kinds(),
        sample("two").header.slots,  # of another vault with the same password
    ],
    ids=["memory", "passes", "lanes", "salt", "other salt", "kind", "kinds swapped", "moved"],
)
def test_a_changed_slot_opens_to_nobody(slots: Slots) -> None:
    for text in (PASSWORD, sample().code):
        if slots[1] == sample().header.slots[1] and text == sample().code:
            continue  # this one was left as it was; the next test is about it
        with pytest.raises((WrongPasswordError, DamagedError)):
            unlock(with_slots(sample(), slots), text)


def test_beside_a_changed_slot_the_others_open_nothing_either() -> None:
    with pytest.raises(DamagedError, match="header was changed after it was saved"):
        unlock(with_slots(sample(), changed("passes", 2)), sample().code)


def numbers_below_the_floor() -> list[tuple[str, int]]:
    return [("memory_kib", 8), ("memory_kib", CHEAPEST.memory_kib - 1), ("passes", 0), ("lanes", 0)]


@pytest.mark.parametrize(("name", "value"), numbers_below_the_floor())
def test_numbers_below_the_floor_are_refused_before_a_password_is_used(
    name: str, value: int
) -> None:
    with pytest.raises(DamagedError, match="never makes"):
        unlock(with_slots(sample(), changed(name, value)), PASSWORD)


def attackers_slots() -> list[Callable[[VaultKey, str], tuple[Mapping[str, Any], str]]]:
    """Ways in that an attacker can make, each for a vault key of their own."""

    def by_password(key: VaultKey, vault_id: str) -> tuple[Mapping[str, Any], str]:
        return new_password_slot(key, vault_id, "attacker", cost=CHEAPEST), "attacker"

    return [by_password, new_recovery_slot]


@pytest.mark.parametrize("make", attackers_slots())
@pytest.mark.parametrize("first", [True, False])
def test_a_slot_that_an_attacker_adds_lets_nobody_in(
    make: Callable[[VaultKey, str], tuple[Mapping[str, Any], str]], *, first: bool
) -> None:
    slot, way = make(VaultKey(bytes(range(32))), sample().header.vault_id)
    slots = sample().header.slots
    data = with_slots(sample(), (slot, *slots) if first else (*slots, slot))
    for text in (way, PASSWORD, sample().code):
        with pytest.raises(DamagedError, match="header was changed after it was saved"):
            unlock(data, text)


@pytest.mark.parametrize("make", attackers_slots())
def test_a_whole_vault_made_around_the_owners_slots_is_not_taken_for_the_owners(
    make: Callable[[VaultKey, str], tuple[Mapping[str, Any], str]],
) -> None:
    key = VaultKey(bytes(range(32)))
    slot, _ = make(key, sample().header.vault_id)
    header = replace(sample().header, slots=(*sample().header.slots, slot))
    forged = seal(header, key, b'{"index":"names"}')
    for text in (PASSWORD, sample().code):
        with pytest.raises(DamagedError, match="header was changed after it was saved"):
            unlock(forged, text)


@pytest.mark.parametrize("kept", [0, 1])
def test_a_slot_taken_away_is_noticed(kept: int) -> None:
    data = with_slots(sample(), (sample().header.slots[kept],))
    with pytest.raises(VaultError, match=r"header was changed|does not open"):
        unlock(data, PASSWORD)


@pytest.mark.parametrize("more", [("--new-code",), ()], ids=["and its code", "the password alone"])
def test_a_new_password_takes_this_machines_cost_whatever_the_file_says(
    tmp_path: Path, more: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`tests/vault/test_access.py` has the same of the library; this is the command line."""
    bench = Bench(tmp_path)
    bench.ok("init")
    assert costs(bench) == [CHEAPEST]
    new = tmp_path / "new"
    new.write_text("another made-up battery")
    monkeypatch.setattr("tests.vault.cli.bench.CHEAPEST", STANDARD)
    bench.ok("password", "--new-password-file", str(new), *more)
    assert costs(bench) == [STANDARD]
    with pytest.raises(WrongPasswordError):
        bench.vault(USERS)


def costs(bench: Bench) -> list[KdfCost]:
    slots = read_slots(read_header(bench.path.read_bytes()).slots)
    return [slot.cost for slot in slots if slot.cost is not None]
