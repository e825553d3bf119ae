"""One machine for each test: with and without a vault, with and without an agent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.vault.cli.bench import Bench
from tests.vault.cli.machine import Machine
from tests.vault.cli.unlocked import runtime
from tests.vault.clients.making import nupkg


@pytest.fixture
def fresh(tmp_path: Path) -> Bench:
    """A machine without a vault."""
    return Bench(tmp_path)


@pytest.fixture
def bench(fresh: Bench) -> Bench:
    """A machine with an empty vault."""
    fresh.ok("init")
    return fresh


@pytest.fixture
def locked(tmp_path: Path) -> Machine:
    """One with a key for Contoso.* and a package of that name."""
    machine = Machine(tmp_path)
    machine.key("ci", "Contoso.*")
    nupkg(machine.work, "Contoso.Core")
    machine.client("dotnet", 'echo "$NUGET_API_KEY" > got; echo "$@"')
    return machine


@pytest.fixture
def unlocked(locked: Machine) -> Iterator[Machine]:
    """The same with an agent."""
    with runtime() as session:
        locked.unlock(session)
        try:
            yield locked
        finally:
            locked.keyfob("lock")


@pytest.fixture(params=["locked", "unlocked"])
def machine(request: pytest.FixtureRequest) -> Machine:
    """Both, one after the other."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Machine)
    return found
