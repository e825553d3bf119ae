"""With the agent on, a client gets its key without a password; locked again, it gets none."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.clients.user import User

SECRET = "made-up-agent-secret-63bb"
OPTIONS = ("--key", "feed", "--env", "CONTOSO_KEY")


@pytest.fixture
def unlocked(user: User) -> Iterator[User]:
    user.add("feed", SECRET)
    user.unlock()
    yield user
    user.lock()


def test_a_client_gets_its_key_of_the_agent(unlocked: User) -> None:
    script = 'test ${#CONTOSO_KEY} = 25 && test -z "$KEYFOB_PASSWORD_FILE" && exit 5'
    ran = unlocked.run("sh", "-c", script, options=OPTIONS)
    assert ran.status == 5, ran.said
    assert len(SECRET) == 25
    assert unlocked.traces(ran, SECRET) == []
    assert unlocked.comes_to_be_used("feed")


def test_locked_again_nothing_is_started_and_nothing_hangs(unlocked: User) -> None:
    unlocked.lock()
    ran = unlocked.run("sh", "-c", "exit 5", options=OPTIONS)
    assert (ran.status, ran.started("sh", "exit 5")) == (3, False), ran.said
    assert "There is no terminal to ask for the password on." in ran.err
    assert unlocked.key("feed").used is None
