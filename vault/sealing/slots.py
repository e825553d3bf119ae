"""Slots: the vault key, wrapped once for every way to open the vault.

A slot holds a commitment to its own key, compared before anything is decrypted. So a wrong
password is told apart from damage, and no slot can be made that opens under two passwords, which
a bare AEAD does not promise (Len, Grubbs, Ristenpart: Partitioning Oracle Attacks). The slot's
type, its parameters and the vault's id are bound to both.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from vault.errors import DamagedError, NewerFormatError, ValueRefusedError, WrongPasswordError
from vault.sealing.aead import TAG_SIZE, open_bytes, seal_bytes
from vault.sealing.encoding import bind, from_base64, number, parse_integer, to_base64
from vault.sealing.kdf import KdfCost, check_cost, derive, normalise_password
from vault.sealing.recovery import CODE_SIZE, format_code, looks_like_code, parse_code
from vault.sealing.vaultkey import KEY_SIZE, Entropy, VaultKey, hkdf

PASSWORD = "password"  # noqa: S105  the name of a slot type
RECOVERY = "recovery"
KEYRING = "keyring"
SALT_SIZE = 32
MATERIAL_SIZE = 32
"""Random bytes that a computer's keyring holds for one vault."""

MAX_PASSWORD_SLOTS = 8
"""Most password slots a file may have: each one costs a slow derivation per attempt."""

MAX_KEYRING_SLOTS = 16
"""Most keyring slots a file may have: one for each computer that remembers the vault."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One slot of a type this keyfob knows, checked for sizes and bounds.

    Attributes:
        kind: `password`, `recovery` or `keyring`.
        salt: 32 random bytes.
        cost: What deriving its key costs; None unless it is a password's.
        commitment: 32 bytes that only the slot's key can make.
        wrapped: The vault key, sealed under the slot's key: 48 bytes.
    """

    kind: str
    salt: bytes
    cost: KdfCost | None
    commitment: bytes
    wrapped: bytes


def read_slots(slots: Iterable[Mapping[str, Any]]) -> list[Slot]:
    """The slots of a header that this keyfob can try, in order; unknown types are passed over.

    Raises:
        DamagedError: A known slot is malformed or asks for too much, or there is no slot.
        NewerFormatError: There are slots, all of unknown types.
    """
    every = list(slots)
    known = [_read_slot(slot) for slot in every if slot["type"] in {PASSWORD, RECOVERY, KEYRING}]
    if not every:
        raise DamagedError("The vault file is damaged: it has no slot to open it with.")
    if not known:
        raise NewerFormatError(
            "The vault opens only in ways that this keyfob does not know.",
            "Update keyfob, then try again.",
        )
    if sum(slot.kind == PASSWORD for slot in known) > MAX_PASSWORD_SLOTS:
        raise DamagedError("The vault file is damaged: it has too many password slots.")
    if sum(slot.kind == KEYRING for slot in known) > MAX_KEYRING_SLOTS:
        raise DamagedError("The vault file is damaged: it has too many keyring slots.")
    return known


def _read_slot(fields: Mapping[str, Any]) -> Slot:
    cost = None
    if fields["type"] == PASSWORD:
        what = "the cost of a slot"
        cost = KdfCost(
            parse_integer(fields.get("memory_kib"), what),
            parse_integer(fields.get("passes"), what),
            parse_integer(fields.get("lanes"), what),
        )
        check_cost(cost)
    return Slot(
        fields["type"],
        from_base64(fields.get("salt"), "the salt of a slot", SALT_SIZE),
        cost,
        from_base64(fields.get("commitment"), "the commitment of a slot", KEY_SIZE),
        from_base64(fields.get("wrapped"), "the wrapped key of a slot", KEY_SIZE + TAG_SIZE),
    )


def open_slots(vault_id: str, slots: Iterable[Slot], text: str) -> VaultKey:
    """The vault key, by a password or a recovery code.

    A text that is a valid recovery code is tried on the recovery slots first, which takes no
    time; then every password slot is derived once, until one opens.

    Raises:
        WrongPasswordError: The text opens no slot.
        DamagedError: It opens a slot whose wrapped key is damaged.
    """
    known = list(slots)
    code = parse_code(text)
    if code is not None:
        for slot in known:
            if slot.kind == RECOVERY and (key := _open_slot(vault_id, slot, code)):
                return key
    try:
        password = normalise_password(text)
    except ValueRefusedError as error:
        raise WrongPasswordError(error.message, error.hint) from None
    for slot in known:
        if slot.cost and (
            key := _open_slot(vault_id, slot, derive(password, slot.salt, slot.cost))
        ):
            return key
    if code is None and looks_like_code(text):
        raise WrongPasswordError(
            "The password does not open this vault.",
            "If this is the recovery code, it has a typo: its last group does not fit the rest.",
        )
    raise WrongPasswordError(
        "The recovery code does not open this vault."
        if code is not None
        else "The password does not open this vault."
    )


def open_keyring_slots(vault_id: str, slots: Iterable[Slot], material: bytes) -> VaultKey | None:
    """The vault key, by what this computer's keyring holds; None if that opens no slot.

    Raises:
        DamagedError: It opens a slot whose wrapped key is damaged.
    """
    for slot in slots:
        if slot.kind == KEYRING and (key := _open_slot(vault_id, slot, material)):
            return key
    return None


def new_password_slot(
    key: VaultKey, vault_id: str, password: str, *, cost: KdfCost, entropy: Entropy = os.urandom
) -> dict[str, Any]:
    """A password slot for the header, under a fresh salt.

    Args:
        key: What the slot shall open to.
        vault_id: The vault it is for, 32 hex digits.
        password: As typed; normalised here.
        cost: From `calibrate`, never from a file.
        entropy: Source of the salt.

    Raises:
        ValueRefusedError: The password is empty, too long, or not text.
    """
    salt = entropy(SALT_SIZE)
    material = derive(normalise_password(password), salt, cost)
    numbers = {"memory_kib": cost.memory_kib, "passes": cost.passes, "lanes": cost.lanes}
    bound = _bound(vault_id, PASSWORD, salt, cost)
    return {"type": PASSWORD, **numbers, **_wrapped(key, material, salt, bound)}


def new_recovery_slot(
    key: VaultKey, vault_id: str, *, entropy: Entropy = os.urandom
) -> tuple[dict[str, Any], str]:
    """A recovery slot for the header, and its code to be shown once."""
    code, salt = entropy(CODE_SIZE), entropy(SALT_SIZE)
    bound = _bound(vault_id, RECOVERY, salt, None)
    return {"type": RECOVERY, **_wrapped(key, code, salt, bound)}, format_code(code)


def new_keyring_slot(
    key: VaultKey, vault_id: str, material: bytes, *, entropy: Entropy = os.urandom
) -> dict[str, Any]:
    """A keyring slot for the header.

    Args:
        key: What the slot shall open to.
        vault_id: The vault it is for, 32 hex digits.
        material: The `MATERIAL_SIZE` random bytes that open it, for a computer's keyring to hold.
        entropy: Source of the salt.

    Raises:
        ValueError: The material has another size.
    """
    if len(material) != MATERIAL_SIZE:
        raise ValueError(f"what opens a keyring slot has {MATERIAL_SIZE} bytes")
    salt = entropy(SALT_SIZE)
    bound = _bound(vault_id, KEYRING, salt, None)
    return {"type": KEYRING, **_wrapped(key, material, salt, bound)}


def _wrapped(key: VaultKey, material: bytes, salt: bytes, bound: bytes) -> dict[str, str]:
    wrapped = seal_bytes(_wrapping_key(material, salt, bound), key.reveal_bytes(), bound)
    return {
        "salt": to_base64(salt),
        "commitment": to_base64(_commitment(material, salt, bound)),
        "wrapped": to_base64(wrapped),
    }


def _open_slot(vault_id: str, slot: Slot, material: bytes) -> VaultKey | None:
    bound = _bound(vault_id, slot.kind, slot.salt, slot.cost)
    if not hmac.compare_digest(_commitment(material, slot.salt, bound), slot.commitment):
        return None
    buffer = open_bytes(_wrapping_key(material, slot.salt, bound), slot.wrapped, bound)
    if buffer is None:
        raise DamagedError("The vault file is damaged: the key in one of its slots was changed.")
    key = VaultKey(buffer)
    buffer[:] = bytes(len(buffer))
    return key


def _bound(vault_id: str, kind: str, salt: bytes, cost: KdfCost | None) -> bytes:
    """What a slot is bound to: the format, the vault, its type and its parameters."""
    numbers = (cost.memory_kib, cost.passes, cost.lanes) if cost else ()
    parts = [bytes.fromhex(vault_id), kind.encode("ascii"), salt, *map(number, numbers)]
    return bind(b"keyfob/1/slot", *parts)


def _commitment(material: bytes, salt: bytes, bound: bytes) -> bytes:
    return hkdf(material, salt, bind(b"keyfob/1/commitment", bound))


def _wrapping_key(material: bytes, salt: bytes, bound: bytes) -> bytes:
    return hkdf(material, salt, bind(b"keyfob/1/wrapping", bound))
