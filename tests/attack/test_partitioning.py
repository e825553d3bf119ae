"""Partitioning oracles: a slot made to open under many passwords would halve them at each try.

What bounds the number of slots is tested in `tests/vault/sealing/test_slots.py`.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.attack.collisions import two_key_ciphertext
from tests.vault.sealing.samples import sample
from vault.errors import DamagedError, VaultError, WrongPasswordError
from vault.sealing import slots as module
from vault.sealing.aead import open_bytes
from vault.sealing.encoding import from_base64, to_base64
from vault.sealing.kdf import CHEAPEST, KdfCost, derive
from vault.sealing.slots import PASSWORD, open_slots, read_slots

VAULT_ID = sample().header.vault_id
SALT = bytes(range(32))
ONE, OTHER = "one candidate", "another candidate"


def material(password: str) -> bytes:
    return derive(password.encode(), SALT, CHEAPEST)


def bound() -> bytes:
    return module._bound(VAULT_ID, PASSWORD, SALT, CHEAPEST)


def crafted(commitment: bytes) -> dict[str, Any]:
    """A slot whose wrapped key opens under the keys of both passwords."""
    keys = [module._wrapping_key(material(text), SALT, bound()) for text in (ONE, OTHER)]
    wrapped = two_key_ciphertext(keys[0], keys[1], bound())
    return {
        "type": PASSWORD,
        "memory_kib": CHEAPEST.memory_kib,
        "passes": CHEAPEST.passes,
        "lanes": CHEAPEST.lanes,
        "salt": to_base64(SALT),
        "commitment": to_base64(commitment),
        "wrapped": to_base64(wrapped),
    }


def answer(slot: dict[str, Any], password: str) -> str:
    """What an attacker sees of one try: `opens`, or the error and its whole text."""
    try:
        open_slots(VAULT_ID, read_slots([slot]), password)
    except VaultError as error:
        return f"{type(error).__name__}: {error.message} {error.hint}"
    return "opens"


def test_without_a_commitment_one_slot_would_open_under_two_passwords() -> None:
    wrapped = from_base64(crafted(bytes(32))["wrapped"], "it")
    opened = [
        open_bytes(module._wrapping_key(material(text), SALT, bound()), wrapped, bound())
        for text in (ONE, OTHER, "a third")
    ]
    assert opened[0] is not None
    assert opened[1] is not None
    assert opened[0] != opened[1]
    assert opened[2] is None


@pytest.mark.parametrize(("mine", "not_mine"), [(ONE, OTHER), (OTHER, ONE)])
def test_a_slot_opens_under_the_one_password_it_commits_to(mine: str, not_mine: str) -> None:
    slot = crafted(module._commitment(material(mine), SALT, bound()))
    assert answer(slot, mine) == "opens"
    with pytest.raises(WrongPasswordError):
        open_slots(VAULT_ID, read_slots([slot]), not_mine)


def test_a_slot_that_commits_to_nothing_opens_under_no_password() -> None:
    for text in (ONE, OTHER):
        assert answer(crafted(bytes(32)), text).startswith("WrongPasswordError")


def test_every_wrong_password_gets_the_same_answer_at_the_same_price(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spent: list[KdfCost] = []

    def counted(password: bytes, salt: bytes, cost: KdfCost) -> bytes:
        spent.append(cost)
        return derive(password, salt, cost)

    slot = crafted(module._commitment(material(ONE), SALT, bound()))
    monkeypatch.setattr(module, "derive", counted)
    answers = {answer(slot, text) for text in (OTHER, "a third", "x" * 4096)}
    assert len(answers) == 1
    assert spent == [CHEAPEST] * 3


def test_a_committed_key_that_was_changed_is_damage_only_to_who_knows_the_password() -> None:
    slot = crafted(module._commitment(material(ONE), SALT, bound()))
    slot["wrapped"] = to_base64(bytes(48))
    with pytest.raises(DamagedError):
        open_slots(VAULT_ID, read_slots([slot]), ONE)
    assert answer(slot, OTHER).startswith("WrongPasswordError")
