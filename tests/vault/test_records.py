from __future__ import annotations

import pytest

from vault.errors import DamagedError
from vault.records import decode_body


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b'{"index":"all"}',
        b'{"index":"off"}\n{}',
        b'{"\x80":1,"index":"off"}',
        b'{"index":"off"}\n{"id":"\x80"}',
        b'{"index":"off"}\n' + b"[" * 100_000,
    ],
)
def test_a_body_that_is_none_is_damage(body: bytes) -> None:
    with pytest.raises(DamagedError, match="records are damaged"):
        decode_body(body)
