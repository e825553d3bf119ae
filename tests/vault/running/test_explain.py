from __future__ import annotations

from pathlib import Path

import pytest

from vault.clients.base import Invocation
from vault.running.explain import say_unencrypted


@pytest.mark.parametrize(
    ("address", "warns"),
    [
        ("http://feed.contoso.invalid/v3/", True),
        ("HTTP://feed.contoso.invalid/v3/", True),
        ("http://127.0.0.1.contoso.invalid/", True),
        ("https://feed.contoso.invalid/v3/", False),
        ("http://127.0.0.1:4873/", False),
        ("http://[::1]:4873/", False),
        ("http://localhost/", False),
        (None, False),
    ],
)
def test_a_key_that_goes_over_the_net_unencrypted_is_warned_of(
    address: str | None, *, warns: bool
) -> None:
    invocation = Invocation("npm", ("npm",), "npm", (), address, None, Path())
    assert bool(say_unencrypted(invocation)) is warns
