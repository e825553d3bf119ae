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


def test_a_line_of_the_first_keyfobs_has_no_use_in_it() -> None:
    line = (
        b'{"id":"1","name":"ci","registry":"nuget.org","owner":"contoso","matching":"glob",'
        b'"grants":[["push","Contoso.*"]],"created":"2026-11-22T12:00:00Z","expires":null,'
        b'"revoked":null,"revision":1,"format":"","fingerprint":"","copied":null,"note":"",'
        b'"secret":""}'
    )
    _, entries = decode_body(b'{"index":"off"}\n' + line)
    assert entries["1"].key.used is None
    assert entries["1"].key.other == {}
