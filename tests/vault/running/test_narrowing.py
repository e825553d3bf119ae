from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from pymacaroons import Macaroon
from pymacaroons.serializers import BinarySerializer

from vault.keys.formats.macaroon import parse_macaroon
from vault.keys.secret import Secret
from vault.running.narrowing import narrow

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TOKEN = (
    "pypi-AgEIcHlwaS5vcmcCJDAwMDAwMDAwLTAwMDAtNDAwMC04MDAwLTAwMDAwMDAwMDAwMAACKlszLCIwMDAwMDAwMC0w"
    "MDAwLTQwMDAtODAwMC0wMDAwMDAwMDAwMDIiXQAABiBa86S3d8ZBga3cOeEOb49YUBZLxG-SkajBSS1uFXlRDg"
)


def by_pymacaroons(token: str, *caveats: object) -> str:
    """What the reference library makes of a token and these caveats, written as Warehouse does."""
    macaroon = Macaroon.deserialize(token.removeprefix("pypi-"))
    for caveat in caveats:
        macaroon.add_first_party_caveat(json.dumps(caveat, separators=(",", ":")))
    return f"pypi-{macaroon.serialize(BinarySerializer())}"


@pytest.mark.parametrize(
    ("projects", "named"),
    [
        (["contoso-core"], ["contoso-core"]),
        (["Contoso.Core"], ["contoso-core"]),
        (["b", "A_", "a-", "b"], ["a-", "b"]),
    ],
)
def test_a_narrowed_token_is_byte_for_byte_the_reference_librarys(
    projects: list[str], named: list[str]
) -> None:
    narrowed = narrow(Secret(TOKEN), projects, NOW)
    assert narrowed is not None
    start = int(NOW.timestamp())
    expected = by_pymacaroons(TOKEN, [1, named], [0, start + 600, start - 300])
    assert narrowed.reveal() == expected


def test_what_is_narrowed_says_so_to_whoever_reads_it() -> None:
    narrowed = narrow(Secret(TOKEN), ["contoso-core"], NOW)
    assert narrowed is not None
    read = parse_macaroon(narrowed.reveal())
    assert read.projects == ("contoso-core",)
    assert read.expires == datetime(2026, 11, 22, 12, 10, tzinfo=UTC)


def test_what_is_no_macaroon_is_not_narrowed() -> None:
    assert narrow(Secret("a-password-of-an-own-index"), ["x"], NOW) is None
    assert narrow(Secret("pypi-notbase64!"), ["x"], NOW) is None


def test_no_project_is_no_narrowing() -> None:
    with pytest.raises(ValueError, match="one project"):
        narrow(Secret(TOKEN), [], NOW)
