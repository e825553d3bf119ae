from __future__ import annotations

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from vault.sealing import aead

KEY = bytes(range(32))


class OlderCipher:
    """ChaCha20Poly1305 as cryptography had it before 47: without the `_into` calls."""

    def __init__(self, key: bytes) -> None:
        self._real = ChaCha20Poly1305(key)

    def encrypt(self, nonce: bytes, data: bytes, bound: bytes) -> bytes:
        return self._real.encrypt(nonce, data, bound)

    def decrypt(self, nonce: bytes, data: bytes, bound: bytes) -> bytes:
        return self._real.decrypt(nonce, data, bound)


@pytest.fixture(params=["newer", "older"])
def _cipher(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "older":
        monkeypatch.setattr(aead, "ChaCha20Poly1305", OlderCipher)


@pytest.mark.usefixtures("_cipher")
def test_what_was_sealed_opens_into_a_buffer_that_can_be_overwritten() -> None:
    opened = aead.open_bytes(KEY, aead.seal_bytes(KEY, b"message", b"bound"), b"bound")
    assert opened == bytearray(b"message")
    assert isinstance(opened, bytearray)


@pytest.mark.usefixtures("_cipher")
@pytest.mark.parametrize("size", [0, 1, 15, 16, 22])
def test_cut_short_it_does_not_open(size: int) -> None:
    sealed = aead.seal_bytes(KEY, b"message", b"bound")
    assert len(sealed) == 23
    assert aead.open_bytes(KEY, sealed[:size], b"bound") is None


@pytest.mark.usefixtures("_cipher")
def test_another_key_or_binding_does_not_open_it() -> None:
    sealed = aead.seal_bytes(KEY, b"message", b"bound")
    assert aead.open_bytes(bytes(32), sealed, b"bound") is None
    assert aead.open_bytes(KEY, sealed, b"elsewhere") is None


def test_a_forged_message_is_wiped_before_it_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    buffers: list[bytearray] = []

    class Forged:
        def __init__(self, key: bytes) -> None:
            assert key == KEY

        def decrypt_into(
            self, _nonce: bytes, _data: bytes, _bound: bytes, buffer: bytearray
        ) -> int:
            buffers.append(buffer)
            buffer[:] = b"x" * len(buffer)
            raise InvalidTag

    sealed = aead.seal_bytes(KEY, b"message", b"bound")
    monkeypatch.setattr(aead, "ChaCha20Poly1305", Forged)
    assert aead.open_bytes(KEY, sealed[:-1] + b"?", b"bound") is None
    assert buffers == [bytearray(7)]
