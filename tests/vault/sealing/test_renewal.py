from __future__ import annotations

import os
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vault.sealing.samples import sample
from vault.errors import DamagedError, ValueRefusedError
from vault.keys.secret import Secret
from vault.sealing.kdf import CHEAPEST, STANDARD, KdfCost
from vault.sealing.renewal import (
    is_recovery_code,
    is_weak,
    reseal,
    with_keyring_slot,
    with_slot,
    without_keyring_slots,
)
from vault.sealing.secrets import fingerprint, open_secret, seal_secret
from vault.sealing.slots import MAX_KEYRING_SLOTS, new_keyring_slot
from vault.sealing.vaultfile import create
from vault.sealing.vaultkey import VaultKey

VAULT_ID = sample().header.vault_id
KINDS = st.sampled_from(["password", "recovery", "keyring", "recipient"])
SLOTS = st.lists(st.builds(lambda kind, n: {"type": kind, "n": n}, KINDS, st.integers()))


@given(SLOTS, KINDS)
def test_one_slot_replaces_all_of_its_type_and_the_others_stay_in_order(
    slots: list[dict[str, Any]], kind: str
) -> None:
    new = {"type": kind, "new": True}
    made = with_slot(tuple(slots), new)
    assert [slot for slot in made if slot["type"] == kind] == [new]
    others = [slot for slot in slots if slot["type"] != kind]
    assert [slot for slot in made if slot["type"] != kind] == others


@given(SLOTS, KINDS)
def test_it_stands_where_the_first_of_its_type_stood(
    slots: list[dict[str, Any]], kind: str
) -> None:
    types = [slot["type"] for slot in slots]
    place = types.index(kind) if kind in types else len(types)
    assert with_slot(tuple(slots), {"type": kind})[place] == {"type": kind}


def slot(memory_kib: int, passes: int, lanes: int = 4) -> dict[str, Any]:
    _, _, (by_password, _), _ = create("made up", cost=CHEAPEST)
    return {**by_password, "memory_kib": memory_kib, "passes": passes, "lanes": lanes}


@pytest.mark.parametrize(
    ("memory_kib", "passes", "lanes", "weak"),
    [
        (64 * 1024, 3, 4, False),
        (64 * 1024, 3, 1, False),
        (64 * 1024, 2, 4, True),
        (32 * 1024, 60, 4, True),
        (19 * 1024, 1, 1, True),
        (128 * 1024, 3, 4, False),
        (256 * 1024, 1, 4, False),
        (128 * 1024, 1, 4, True),
    ],
)
def test_less_memory_or_less_work_than_the_policy_is_weak(
    memory_kib: int, passes: int, lanes: int, *, weak: bool
) -> None:
    assert is_weak([slot(memory_kib, passes, lanes)], STANDARD) is weak


def test_one_weak_password_of_several_is_enough() -> None:
    strong = slot(64 * 1024, 3)
    assert not is_weak([strong, strong], STANDARD)
    assert is_weak([strong, slot(32 * 1024, 3)], STANDARD)
    assert is_weak([strong], KdfCost(64 * 1024, 4, 4))


def test_the_recovery_code_is_told_from_a_password() -> None:
    made = sample()
    vault_id, slots = made.header.vault_id, made.header.slots
    _, _, _, other_code = create("made up", cost=CHEAPEST)
    assert is_recovery_code(vault_id, slots, made.code)
    assert is_recovery_code(vault_id, slots, made.code.lower().replace("-", " "))
    for text in (other_code, "", "made up", made.code[:-1]):
        assert not is_recovery_code(vault_id, slots, text)


@given(st.text(st.characters(codec="utf-8"), min_size=1), st.integers(1, 10**6))
def test_a_resealed_secret_is_the_same_one_under_the_new_key_only(text: str, revision: int) -> None:
    old, new = VaultKey(bytes(32)), VaultKey(bytes([1]) * 32)
    vault_id, key_id = "ab" * 16, "cd" * 16
    with Secret(text) as secret:
        sealed = seal_secret(old, vault_id, key_id, revision, secret)
        again, mark = reseal(
            sealed,
            old=old,
            new=new,
            vault_id=vault_id,
            key_id=key_id,
            revision=revision,
            entropy=os.urandom,
        )
        assert mark == fingerprint(new, secret)
        with open_secret(new, vault_id, key_id, revision, again) as opened:
            assert opened == secret
    with pytest.raises(DamagedError):
        open_secret(old, vault_id, key_id, revision, again)


class TestKeyringSlots:
    def made(self, seed: int) -> tuple[dict[str, Any], bytes]:
        material = bytes([seed]) * 32
        return new_keyring_slot(sample().key, VAULT_ID, material), material

    def test_a_computer_replaces_its_own_slot_and_no_other(self) -> None:
        (one, by_one), (two, _), (new, _) = self.made(1), self.made(2), self.made(3)
        slots = (*sample().header.slots, one, two)
        assert with_keyring_slot(slots, VAULT_ID, new, by_one) == (
            *sample().header.slots,
            two,
            new,
        )
        assert with_keyring_slot(slots, VAULT_ID, new, None) == (*slots, new)
        assert with_keyring_slot(slots, VAULT_ID, new, bytes(32)) == (*slots, new)

    def test_there_is_a_limit_that_replacing_does_not_reach(self) -> None:
        made = [self.made(seed) for seed in range(MAX_KEYRING_SLOTS + 1)]
        slots = tuple(slot for slot, _ in made[:-1])
        new = made[-1][0]
        with pytest.raises(ValueRefusedError, match="remember this vault already"):
            with_keyring_slot(slots, VAULT_ID, new, None)
        assert with_keyring_slot(slots, VAULT_ID, new, made[0][1]) == (*slots[1:], new)

    def test_all_of_them_go_at_once_and_nothing_else_does(self) -> None:
        slots = sample().header.slots
        assert without_keyring_slots((*slots, self.made(1)[0], self.made(2)[0])) == slots
