from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.vault.cli.bench import Bench
from tests.vault.cli.unlocked import agent_of, forget_password


@pytest.fixture
def session(bench: Bench) -> Iterator[Bench]:
    with agent_of(bench):
        yield bench


def test_locked_is_one(session: Bench) -> None:
    done = session.run("agent")
    assert (done.status, done.out) == (1, "Locked.\n")


def test_unlocked_is_zero_and_needs_no_password(session: Bench) -> None:
    session.ok("unlock")
    forget_password(session)
    done = session.ok("agent")
    assert done.out.startswith(f"{session.path} is unlocked until ")
    assert "keyfob lock ends that" in done.out


def test_json(session: Bench) -> None:
    locked = {"unlocked": False, "until": None, "pid": None, "vault": None}
    assert json.loads(session.run("agent", "--json").out) == locked
    session.ok("unlock")
    told = json.loads(session.ok("agent", "--json").out)
    assert told["unlocked"] is True
    assert told["vault"] == str(session.path)
    assert told["until"].endswith("Z")


def test_for_alone_is_refused(session: Bench) -> None:
    done = session.run("agent", "--for", "5m")
    assert done.status == 2
    assert "keyfob unlock --for" in done.err


def test_in_the_foreground_it_lends_until_a_signal(session: Bench) -> None:
    session.feed("feed")
    with subprocess.Popen(
        [sys.executable, "-m", "tui", "agent", "--foreground", "--for", "1h"],
        env={**os.environ, **session.environ},
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        assert "is unlocked until" in process.stderr.readline()
        forget_password(session)
        assert "feed" in session.ok("list").out
        assert json.loads(session.ok("agent", "--json").out)["pid"] == process.pid
        process.send_signal(signal.SIGTERM)
        assert process.stderr.readline() == "The agent was told to end.\n"
        assert process.wait(20) == 0
    assert session.run("agent").status == 1
