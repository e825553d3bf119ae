from __future__ import annotations

import os
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vault.sealing.samples import sample
from vault.errors import DamagedError
from vault.keys.secret import Secret
from vault.sealing.kdf import CHEAPEST, STANDARD, KdfCost
from vault.sealing.renewal import is_recovery_code, is_weak, reseal, with_slot
from vault.sealing.secrets import fingerprint, open_secret, seal_secret
from vault.sealing.vaultfile import create
from vault.sealing.vaultkey import VaultKey

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
