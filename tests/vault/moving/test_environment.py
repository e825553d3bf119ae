"""The environment: variables of clients, and values that are keys."""

from __future__ import annotations

from tests.vault.cli.bench import V4
from tests.vault.moving.reading import GITHUB, NPM
from vault.moving.sources import read_environment


def test_variables_of_clients_and_values_with_a_format() -> None:
    haul = read_environment(
        {
            "CARGO_REGISTRY_TOKEN": "made-up-word-1",
            "CARGO_REGISTRIES_MINE_TOKEN": "made-up-word-2",
            "NUGET_API_KEY": V4,
            "ANYTHING": NPM,
            "TWINE_USERNAME": "__token__",
            "HEX_API_KEY": "",
            "UV_PUBLISH_TOKEN": "two words",
            "PATH": "/usr/bin",
            "COLOUR": "auto",
        }
    )
    found = {one.title: (one.secret.reveal(), one.registry) for one in haul.found}
    assert found == {
        "ANYTHING": (NPM, ""),
        "CARGO_REGISTRIES_MINE_TOKEN": ("made-up-word-2", ""),
        "CARGO_REGISTRY_TOKEN": ("made-up-word-1", "crates.io"),
        "NUGET_API_KEY": (V4, ""),
    }
    assert [one.title for one in haul.passed] == ["UV_PUBLISH_TOKEN"]
    assert haul.found[0].remove == "unset ANYTHING"


def test_an_empty_environment() -> None:
    assert read_environment({"TOKEN": GITHUB[:-1]}).found == ()
