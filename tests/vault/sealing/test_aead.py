from __future__ import annotations

import pytest
from cryptography.exceptions import InvalidTag

from vault.sealing import aead

KEY = bytes(range(32))


def test_what_was_sealed_opens_into_a_buffer_that_can_be_overwritten() -> None:
    opened = aead.open_bytes(KEY, aead.seal_bytes(KEY, b"message", b"bound"), b"bound")
    assert opened == bytearray(b"message")
    assert isinstance(opened, bytearray)


@pytest.mark.parametrize("size", [0, 1, 15, 16, 22])
def test_cut_short_it_does_not_open(size: int) -> None:
    sealed = aead.seal_bytes(KEY, b"message", b"bound")
    assert len(sealed) == 23
    assert aead.open_bytes(KEY, sealed[:size], b"bound") is None


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
