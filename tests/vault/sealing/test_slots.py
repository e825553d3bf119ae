from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

import pytest

from tests.vault.sealing.samples import PASSWORD, fixed_entropy, sample
from vault.errors import DamagedError, NewerFormatError, ValueRefusedError, WrongPasswordError
from vault.sealing import slots as module
from vault.sealing.encoding import from_base64, to_base64
from vault.sealing.kdf import CHEAPEST, KdfCost
from vault.sealing.recovery import format_code
from vault.sealing.slots import (
    MAX_KEYRING_SLOTS,
    new_keyring_slot,
    new_password_slot,
    new_recovery_slot,
    open_keyring_slots,
    open_slots,
    read_slots,
)
from vault.sealing.vaultkey import VaultKey

VAULT_ID = sample().header.vault_id
BY_PASSWORD, BY_CODE = sample().header.slots


def opened(text: str, *slots: Mapping[str, Any], vault_id: str = VAULT_ID) -> VaultKey:
    return open_slots(vault_id, read_slots(slots), text)


@pytest.fixture
def derivations(monkeypatch: pytest.MonkeyPatch) -> list[KdfCost]:
    """The cost of every derivation that is made; none really is."""
    made: list[KdfCost] = []

    def derive(_password: bytes, _salt: bytes, cost: KdfCost) -> bytes:
        made.append(cost)
        return bytes(32)

    monkeypatch.setattr(module, "derive", derive)
    return made


def test_a_password_opens_its_slot_composed_or_not() -> None:
    assert opened(PASSWORD, BY_PASSWORD) == sample().key
    assert opened(unicodedata.normalize("NFD", PASSWORD), BY_PASSWORD) == sample().key


def test_spaces_and_case_of_a_password_count() -> None:
    for text in (PASSWORD + " ", PASSWORD.upper(), PASSWORD + "\n"):
        with pytest.raises(WrongPasswordError):
            opened(text, BY_PASSWORD)


def test_the_recovery_code_opens_its_slot_without_a_derivation(derivations: list[KdfCost]) -> None:
    assert opened(sample().code, BY_PASSWORD, BY_CODE) == sample().key
    assert opened(sample().code.lower().replace("-", ""), BY_PASSWORD, BY_CODE) == sample().key
    assert derivations == []


def test_a_password_may_look_like_a_recovery_code() -> None:
    text = format_code(bytes(range(20)))
    slot = new_password_slot(sample().key, VAULT_ID, text, cost=CHEAPEST)
    assert opened(text, BY_CODE, slot) == sample().key


def test_each_password_slot_is_derived_once(derivations: list[KdfCost]) -> None:
    with pytest.raises(WrongPasswordError, match="The password does not open this vault"):
        opened("wrong", BY_PASSWORD, BY_CODE, BY_PASSWORD)
    assert derivations == [CHEAPEST, CHEAPEST]


def test_a_wrong_code_and_a_typo_are_told_apart(derivations: list[KdfCost]) -> None:
    with pytest.raises(WrongPasswordError, match="The recovery code does not open"):
        opened(format_code(bytes(20)), BY_PASSWORD, BY_CODE)
    with pytest.raises(WrongPasswordError) as caught:
        opened("0000" + sample().code[4:], BY_PASSWORD, BY_CODE)
    assert "typo" in caught.value.hint
    assert len(derivations) == 2


@pytest.mark.parametrize("text", ["", "x" * 5000, "\ud800"])
def test_what_cannot_be_a_password_is_a_wrong_one(text: str, derivations: list[KdfCost]) -> None:
    with pytest.raises(WrongPasswordError):
        opened(text, BY_PASSWORD, BY_CODE)
    assert derivations == []


def test_what_cannot_be_a_password_makes_no_slot() -> None:
    with pytest.raises(ValueRefusedError, match="empty"):
        new_password_slot(sample().key, VAULT_ID, "", cost=CHEAPEST)


def test_every_slot_has_its_own_salt() -> None:
    one, _ = new_recovery_slot(sample().key, VAULT_ID)
    other, _ = new_recovery_slot(sample().key, VAULT_ID)
    assert all(one[name] != other[name] for name in ("salt", "commitment", "wrapped"))


def test_a_slot_is_as_format_md_lists_it() -> None:
    assert list(BY_PASSWORD) == [
        "type", "memory_kib", "passes", "lanes", "salt", "commitment", "wrapped",
    ]  # fmt: skip
    assert list(BY_CODE) == ["type", "salt", "commitment", "wrapped"]
    assert len(from_base64(BY_CODE["wrapped"], "it")) == 48


def test_a_slot_of_another_vault_does_not_open() -> None:
    with pytest.raises(WrongPasswordError):
        opened(sample().code, BY_CODE, vault_id=sample("two").header.vault_id)


@pytest.mark.parametrize("name", ["salt", "commitment"])
def test_a_changed_salt_or_commitment_opens_to_nobody(name: str) -> None:
    with pytest.raises(WrongPasswordError):
        opened(sample().code, {**BY_CODE, name: to_base64(bytes(32))})


@pytest.mark.parametrize("number", ["memory_kib", "passes", "lanes"])
def test_changed_numbers_open_to_nobody(number: str) -> None:
    with pytest.raises(WrongPasswordError):
        opened(PASSWORD, {**BY_PASSWORD, number: BY_PASSWORD[number] + 1})


def test_a_changed_wrapped_key_is_damage() -> None:
    with pytest.raises(DamagedError, match="key in one of its slots"):
        opened(sample().code, {**BY_CODE, "wrapped": to_base64(bytes(48))})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *((name, bad) for name in ("salt", "commitment", "wrapped") for bad in (None, 1, "", "!")),
        ("salt", to_base64(bytes(31))),
        ("commitment", to_base64(bytes(33))),
        ("wrapped", to_base64(bytes(49))),
        ("wrapped", to_base64(bytes(47))),
        *((name, bad) for name in ("memory_kib", "passes", "lanes") for bad in (None, "1", True)),
        ("memory_kib", 8),
        ("memory_kib", 19 * 1024 - 1),
        ("memory_kib", 4 * 1024**3),
        ("memory_kib", -65536),
        ("passes", 0),
        ("passes", 2**32 - 1),
        ("lanes", 2**24),
        ("lanes", 0),
    ],
)
def test_hostile_slots_are_refused_before_anything_is_derived(
    name: str, value: object, derivations: list[KdfCost]
) -> None:
    with pytest.raises(DamagedError):
        opened(PASSWORD, {**BY_PASSWORD, name: value})
    assert derivations == []


def test_a_thousand_password_slots_are_refused(derivations: list[KdfCost]) -> None:
    with pytest.raises(DamagedError, match="too many"):
        opened(PASSWORD, *[BY_PASSWORD] * 1000)
    assert derivations == []


def test_unknown_slots_are_passed_over() -> None:
    later = {"type": "recipient", "salt": 7}
    assert opened(sample().code, later, BY_CODE, later) == sample().key


def test_only_unknown_slots_are_a_newer_format_and_none_are_damage() -> None:
    with pytest.raises(NewerFormatError, match="does not know"):
        opened(PASSWORD, {"type": "recipient"})
    with pytest.raises(DamagedError, match="no slot"):
        opened(PASSWORD)


def test_fixed_entropy_gives_fixed_slots() -> None:
    one = new_recovery_slot(sample().key, VAULT_ID, entropy=fixed_entropy("slot"))
    assert one == new_recovery_slot(sample().key, VAULT_ID, entropy=fixed_entropy("slot"))


class TestKeyring:
    MATERIAL = bytes(range(32))
    OTHER = bytes(32)

    def slot(self, material: bytes = MATERIAL) -> dict[str, Any]:
        return new_keyring_slot(sample().key, VAULT_ID, material)

    def test_what_the_keyring_holds_opens_its_own_slot_and_no_other(self) -> None:
        every = read_slots([BY_PASSWORD, BY_CODE, self.slot(self.OTHER), self.slot()])
        assert open_keyring_slots(VAULT_ID, every, self.MATERIAL) == sample().key
        assert open_keyring_slots(VAULT_ID, every[:3], self.MATERIAL) is None
        assert open_keyring_slots("f" * 32, every, self.MATERIAL) is None

    def test_it_costs_no_derivation_and_a_password_does_not_open_it(
        self, derivations: list[KdfCost]
    ) -> None:
        with pytest.raises(WrongPasswordError):
            opened(to_base64(self.MATERIAL), self.slot())
        assert derivations == []

    def test_a_slot_that_opens_to_something_else_is_damage(self) -> None:
        slot = self.slot() | {"wrapped": to_base64(bytes(48))}
        with pytest.raises(DamagedError):
            open_keyring_slots(VAULT_ID, read_slots([slot]), self.MATERIAL)

    def test_a_short_one_is_not_made(self) -> None:
        with pytest.raises(ValueError, match="32 bytes"):
            self.slot(bytes(16))

    def test_a_file_with_too_many_is_refused(self) -> None:
        slot = self.slot()
        assert len(read_slots([slot] * MAX_KEYRING_SLOTS)) == MAX_KEYRING_SLOTS
        with pytest.raises(DamagedError, match="too many keyring slots"):
            read_slots([slot] * (MAX_KEYRING_SLOTS + 1))
