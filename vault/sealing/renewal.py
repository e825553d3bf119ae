"""Renewing the ways into a vault, when that is due, and a vault key that leaked.

A slot is replaced and every other kept; or, with a new vault key, every secret is sealed anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from vault.errors import ValueRefusedError, WrongPasswordError
from vault.sealing.kdf import KdfCost
from vault.sealing.secrets import fingerprint, open_secret, seal_secret
from vault.sealing.slots import (
    KEYRING,
    MAX_KEYRING_SLOTS,
    RECOVERY,
    open_keyring_slots,
    open_slots,
    read_slots,
)
from vault.sealing.vaultkey import Entropy, VaultKey

Slots: TypeAlias = tuple[Mapping[str, Any], ...]
"""The slots of a header, as decoded JSON."""


def with_slot(slots: Slots, new: Mapping[str, Any]) -> Slots:
    """These slots with a new one in place of all of its type; those of other types stay.

    Unknown types stay too: whoever made them opens the vault in a way of their own.
    """
    kept = [slot for slot in slots if slot["type"] != new["type"]]
    types = [slot["type"] for slot in slots]
    kept.insert(types.index(new["type"]) if new["type"] in types else len(kept), new)
    return tuple(kept)


def with_keyring_slot(
    slots: Slots, vault_id: str, new: Mapping[str, Any], replaced: bytes | None
) -> Slots:
    """These slots and one more for a computer's keyring; those of other computers stay.

    Args:
        slots: The slots.
        vault_id: 32 hex digits.
        new: The slot of this computer.
        replaced: What its keyring held before; the slot that this opens goes.

    Raises:
        DamagedError: A slot is malformed.
        ValueRefusedError: The vault has as many keyring slots as it may.
    """
    kept = [slot for slot in slots if not _opens(vault_id, slot, replaced)]
    if sum(slot["type"] == KEYRING for slot in kept) >= MAX_KEYRING_SLOTS:
        raise ValueRefusedError(
            f"{MAX_KEYRING_SLOTS} computers remember this vault already.",
            "Have all of them forget it with keyfob unlock --forget.",
        )
    return (*kept, new)


def _opens(vault_id: str, slot: Mapping[str, Any], material: bytes | None) -> bool:
    if material is None or slot["type"] != KEYRING:
        return False
    key = open_keyring_slots(vault_id, read_slots([slot]), material)
    if key is None:
        return False
    key.wipe()
    return True


def without_keyring_slots(slots: Slots) -> Slots:
    """These slots without those of any computer's keyring."""
    return tuple(slot for slot in slots if slot["type"] != KEYRING)


def is_weak(slots: Iterable[Mapping[str, Any]], policy: KdfCost) -> bool:
    """Whether a guess at any password of these slots costs less than the policy asks.

    It does with less memory, or with less memory moved in all; lanes change only how long it
    takes. Format 1 knows one scheme, Argon2id, so there is no older one to look for.

    Raises:
        DamagedError: A slot is malformed.
    """
    costs = [slot.cost for slot in read_slots(slots) if slot.cost is not None]
    return any(
        cost.memory_kib < policy.memory_kib
        or cost.memory_kib * cost.passes < policy.memory_kib * policy.passes
        for cost in costs
    )


def is_recovery_code(vault_id: str, slots: Iterable[Mapping[str, Any]], text: str) -> bool:
    """Whether a text is the recovery code of a vault. Takes no derivation.

    Raises:
        DamagedError: A slot is malformed, or the code fits one whose wrapped key is damaged.
    """
    by_code = [slot for slot in read_slots(slots) if slot.kind == RECOVERY]
    try:
        open_slots(vault_id, by_code, text).wipe()
    except WrongPasswordError:
        return False
    return True


def reseal(
    sealed: str,
    *,
    old: VaultKey,
    new: VaultKey,
    vault_id: str,
    key_id: str,
    revision: int,
    entropy: Entropy,
) -> tuple[str, str]:
    """A secret that was sealed under the old vault key, sealed under the new one.

    It is open only in here, in a buffer that is overwritten.

    Args:
        sealed: As its record holds it.
        old: The vault key that it is sealed under.
        new: The vault key that it shall be sealed under.
        vault_id: 32 hex digits.
        key_id: The id of the API key it belongs to.
        revision: Which of that key's secrets it is, from 1.
        entropy: Source of the salt.

    Returns:
        The sealed secret and its fingerprint, both under the new vault key.

    Raises:
        DamagedError: It does not open.
    """
    with open_secret(old, vault_id, key_id, revision, sealed) as secret:
        again = seal_secret(new, vault_id, key_id, revision, secret, entropy=entropy)
        return again, fingerprint(new, secret)
