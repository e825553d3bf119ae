"""What a verb works with: in which order an agent, a keyring and a password are asked."""

from __future__ import annotations

import argparse
import io
from collections.abc import Iterator

import pytest

from tests.vault.cli.bench import PASSWORD, Answers, Bench
from tests.vault.cli.unlocked import agent_of, forget_password
from vault.agent.client import AgentVault
from vault.agent.places import agent_address, agent_directory
from vault.cli.agents import at, vault_id_of
from vault.cli.desk import Desk
from vault.cli.session import lent
from vault.errors import NoPasswordError
from vault.lending import Lender
from vault.vault import Vault

ARGS = argparse.Namespace()


@pytest.fixture
def session(bench: Bench) -> Iterator[Bench]:
    bench.nuget("ci")
    with agent_of(bench):
        yield bench


def desk(bench: Bench, *answers: str) -> Desk:
    terminal = Answers(list(answers))
    return Desk(
        stdout=io.StringIO(),
        stderr=io.StringIO(),
        environ=bench.environ,
        terminal=lambda: terminal,
        state=bench.home / "state",
        config=bench.home / "config",
    )


def names(lender: Lender) -> list[str]:
    return [key.name for key in lender.keys]


def test_without_an_agent_it_is_the_open_vault_locked_afterwards(session: Bench) -> None:
    with lent(ARGS, desk(session)) as lender:
        assert isinstance(lender, Vault)
        assert names(lender) == ["ci"]
    assert lender.locked


def test_with_an_agent_it_is_that(session: Bench) -> None:
    session.ok("unlock")
    forget_password(session)
    with lent(ARGS, desk(session), prompt=False) as lender:
        assert isinstance(lender, AgentVault)
        assert names(lender) == ["ci"]


def test_where_nobody_may_be_asked_nobody_is(session: Bench) -> None:
    with lent(ARGS, desk(session), prompt=False) as lender:  # the environment gives the password
        assert names(lender) == ["ci"]
    forget_password(session)
    with (
        pytest.raises(NoPasswordError) as raised,
        lent(ARGS, desk(session, PASSWORD), prompt=False),
    ):
        pass
    assert "keyfob unlock" in raised.value.hint


def test_else_the_terminal_is_asked(session: Bench) -> None:
    forget_password(session)
    with lent(ARGS, desk(session, PASSWORD)) as lender:
        assert names(lender) == ["ci"]


def test_where_nobody_may_be_asked_no_agent_is_started(session: Bench) -> None:
    (session.home / "config").mkdir()
    (session.home / "config" / "settings.json").write_text('{"agent": "on"}')
    forget_password(session)
    with pytest.raises(NoPasswordError), lent(ARGS, desk(session, PASSWORD), prompt=False):
        pass
    assert session.run("agent").status == 1


def test_an_agent_of_an_older_vault_at_this_place_is_passed_over(session: Bench) -> None:
    """The first digits of two ids can be the same: the whole id is what counts."""
    session.ok("unlock")
    here = desk(session)
    vault_id = vault_id_of(ARGS, here)
    address = agent_address(agent_directory(session.environ), vault_id)
    assert at(address, vault_id, here) is not None
    assert at(address, vault_id[:16] + "0" * 16, here) is None
