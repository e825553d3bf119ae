from __future__ import annotations

from pathlib import Path

import pytest

from tests.vault.clients.making import NOWHERE, SECRET
from vault.clients import CLIENTS, Other, recognise
from vault.errors import ValueRefusedError
from vault.keys.secret import Secret


def test_any_program_takes_the_key_from_the_variables_named(tmp_path: Path) -> None:
    client = Other(["HEX_API_KEY", "OTHER", "OTHER"])
    invocation = client.read(["mix", "hex.publish"], tmp_path, NOWHERE)
    assert invocation is not None
    assert (invocation.kind, invocation.wanted, invocation.address) == (None, (), None)
    found = client.equip(invocation, Secret(SECRET), NOWHERE, tmp_path)
    assert found.command == ("mix", "hex.publish")
    assert found.environ == {"HEX_API_KEY": SECRET, "OTHER": SECRET}
    assert found.how == "the variables HEX_API_KEY and OTHER"
    assert SECRET not in repr(found)


@pytest.mark.parametrize(
    "name",
    ["", "A B", "A=B", "1A", "É", "PATH", "Path", "LD_PRELOAD", "PYTHONPATH", "KEYFOB_VAULT"],
)
def test_a_variable_that_is_none_for_a_key_is_refused(name: str) -> None:
    with pytest.raises(ValueRefusedError, match="no variable for a key"):
        Other([name])


def test_no_variable_at_all_is_refused() -> None:
    with pytest.raises(ValueRefusedError) as caught:
        Other([])
    assert "--env" in caught.value.hint


@pytest.mark.parametrize("command", [[], [""], ["make", "publish"], ["echo", "nuget", "push"]])
def test_an_unknown_command_is_nobodys(tmp_path: Path, command: list[str]) -> None:
    assert recognise(command, tmp_path, NOWHERE) is None


def test_every_client_is_found_by_its_name() -> None:
    assert list(CLIENTS) == ["dotnet nuget", "nuget", "twine", "uv publish", "npm", "cargo", "gem"]
    assert all(name == client.name for name, client in CLIENTS.items())
