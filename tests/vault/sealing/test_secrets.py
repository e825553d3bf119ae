from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vault.sealing.samples import sample
from vault.errors import DamagedError
from vault.keys.secret import Secret
from vault.sealing.encoding import from_base64, to_base64
from vault.sealing.secrets import fingerprint, open_secret, seal_secret
from vault.sealing.vaultkey import VaultKey

KEY = sample().key
VAULT_ID = sample().header.vault_id
KEY_ID = "0123456789abcdef" * 2
SECRET = Secret("oy2made-up-for-a-test")


@given(st.text(), st.integers(1, 2**53))
def test_a_secret_opens_to_what_was_sealed(value: str, revision: int) -> None:
    sealed = seal_secret(KEY, VAULT_ID, KEY_ID, revision, Secret(value))
    assert open_secret(KEY, VAULT_ID, KEY_ID, revision, sealed).reveal() == value


def test_sealing_twice_gives_nothing_alike() -> None:
    one, other = (from_base64(seal_secret(KEY, VAULT_ID, KEY_ID, 1, SECRET), "it") for _ in "12")
    assert one[:16] != other[:16]
    assert one[16:] != other[16:]


def test_a_secret_moved_elsewhere_does_not_open() -> None:
    sealed = seal_secret(KEY, VAULT_ID, KEY_ID, 1, SECRET)
    for key, vault_id, key_id, revision in (
        (VaultKey(bytes(32)), VAULT_ID, KEY_ID, 1),
        (KEY, "0" * 32, KEY_ID, 1),
        (KEY, VAULT_ID, "0" * 32, 1),
        (KEY, VAULT_ID, KEY_ID, 2),
    ):
        with pytest.raises(DamagedError, match="cannot be opened"):
            open_secret(key, vault_id, key_id, revision, sealed)


def test_no_changed_byte_opens() -> None:
    sealed = from_base64(seal_secret(KEY, VAULT_ID, KEY_ID, 1, SECRET), "it")
    for at in range(len(sealed)):
        changed = sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
        with pytest.raises(DamagedError):
            open_secret(KEY, VAULT_ID, KEY_ID, 1, to_base64(changed))
        with pytest.raises(DamagedError):
            open_secret(KEY, VAULT_ID, KEY_ID, 1, to_base64(sealed[:at]))


@given(st.text(max_size=80))
def test_any_text_in_its_place_is_damage(text: str) -> None:
    with pytest.raises(DamagedError) as caught:
        open_secret(KEY, VAULT_ID, KEY_ID, 1, text)
    assert caught.value.message.startswith("The vault file is damaged: a secret")


def test_a_fingerprint_tells_secrets_apart_within_one_vault_only() -> None:
    assert fingerprint(KEY, SECRET) == fingerprint(KEY, Secret(SECRET.reveal()))
    assert fingerprint(KEY, SECRET) != fingerprint(KEY, Secret("another"))
    assert fingerprint(KEY, SECRET) != fingerprint(sample("two").key, SECRET)
    assert len(bytes.fromhex(fingerprint(KEY, SECRET))) == 3
