from __future__ import annotations

import pickle

import pytest

from vault.sealing.vaultkey import VaultKey, hkdf

MATERIAL = bytes(range(32))


def test_hkdf_agrees_with_rfc_5869() -> None:
    first = hkdf(b"\x0b" * 22, bytes(range(13)), bytes(range(0xF0, 0xFA)))
    assert first.hex() == "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
    without_salt = hkdf(b"\x0b" * 22, b"", b"")
    assert without_salt.hex() == "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"


def test_every_purpose_and_salt_gets_its_own_key() -> None:
    key = VaultKey(MATERIAL)
    derived = {key.derive(b"a"), key.derive(b"b"), key.derive(b"a", b"salt"), MATERIAL}
    assert len(derived) == 4


def test_a_wiped_key_derives_nothing() -> None:
    key = VaultKey(MATERIAL)
    key.wipe()
    with pytest.raises(ValueError, match="wiped"):
        key.derive(b"a")
    with pytest.raises(ValueError, match="wiped"):
        key.reveal_bytes()


def test_wiping_overwrites_the_buffer_itself() -> None:
    key = VaultKey(MATERIAL)
    view = memoryview(key._buffer)
    with pytest.raises(BufferError):  # the view keeps the buffer from shrinking, not from zeros
        key.wipe()
    assert bytes(view) == bytes(32)


def test_it_neither_prints_nor_travels() -> None:
    key = VaultKey(MATERIAL)
    assert f"{key} {key!r} {[key]}" == "VaultKey(hidden) VaultKey(hidden) [VaultKey(hidden)]"
    with pytest.raises(TypeError, match="pickled"):
        pickle.dumps(key)
    with pytest.raises(TypeError, match="unhashable"):
        hash(key)


def test_equal_means_the_same_key() -> None:
    assert VaultKey(MATERIAL) == VaultKey(bytearray(MATERIAL))
    assert VaultKey(MATERIAL) != VaultKey(bytes(32))
    assert VaultKey(MATERIAL) != MATERIAL


@pytest.mark.parametrize("size", [0, 31, 33])
def test_other_sizes_are_no_key(size: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        VaultKey(bytes(size))
