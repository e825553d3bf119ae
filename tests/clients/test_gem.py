"""gem pushes to a small endpoint of RubyGems' calls."""

from __future__ import annotations

import base64
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clients import tools
from tests.clients.conftest import have
from tests.clients.endpoints import Registry, answer_gem, registry
from tests.clients.packages import gemspec
from tests.clients.user import User
from tests.terminal import KEYFOB, Terminal

TOKEN = "made-up-gem-token-b7720e93"
WRONG = "made-up-gem-token-wrong-1"
NOBODY = f"Basic {base64.b64encode(b':').decode()}"
"""Neither a name nor a password."""


@pytest.fixture(scope="session")
def gem() -> str:
    return have(lambda: tools.program("gem"))


@pytest.fixture
def endpoint() -> Iterator[Registry]:
    with registry(TOKEN, answer_gem) as found:
        yield found


def built(user: User, gem: str, name: str) -> Path:
    """A gem that gem itself built."""
    spec = gemspec(user.work, name)
    command = [gem, "build", spec.name]
    subprocess.run(command, cwd=user.work, env=user.environ, check=True, capture_output=True)
    return next(user.work.glob(f"{name}-*.gem"))


def test_a_gem_is_pushed_and_yanked(either: User, gem: str, endpoint: Registry) -> None:
    user = either
    user.knows("contoso-gems", endpoint.url)
    actions = ("push", "unlist")
    user.add("gems", TOKEN, registry="contoso-gems", glob="contoso-*", actions=actions)
    file = built(user, gem, "contoso-core")
    ran = user.run(gem, "push", file.name, "--host", endpoint.url)
    assert ran.status == 0, ran.said
    assert list(endpoint.packages.values()) == [file.read_bytes()]
    assert ran.started("gem", "push")
    assert user.traces(ran, TOKEN) == []
    assert user.comes_to_be_used("gems")
    ran = user.run(gem, "yank", "contoso-core", "-v", "1.0.0", "--host", endpoint.url)
    assert ran.status == 0, ran.said
    assert endpoint.yanked == {("contoso-core", "1.0.0")}
    assert {call.key for call in endpoint.calls} == {TOKEN}
    assert user.traces(ran, TOKEN) == []


def test_a_gem_is_pushed_by_a_key_named_for_an_unknown_server(
    user: User, gem: str, endpoint: Registry
) -> None:
    user.add("feed", TOKEN, glob="contoso-*")
    file = built(user, gem, "contoso-named")
    environ = {"RUBYGEMS_HOST": endpoint.url}
    ran = user.run(gem, "push", file.name, options=["--key", "feed"], environ=environ)
    assert ran.status == 0, ran.said
    assert list(endpoint.packages.values()) == [file.read_bytes()]
    assert user.traces(ran, TOKEN) == []
    assert user.key("feed").used is not None


def test_a_wrong_key_is_explained(user: User, gem: str, endpoint: Registry) -> None:
    user.add("feed", WRONG, glob="contoso-*")
    file = built(user, gem, "contoso-wrong")
    ran = user.run(gem, "push", file.name, "--host", endpoint.url, options=["--key", "feed"])
    assert (ran.status, endpoint.packages) == (1, {})
    assert "own feed refused feed. As far as keyfob knows the key may do this" in ran.err
    assert user.traces(ran, WRONG) == []


def test_a_key_without_the_scope_is_explained_and_not_widened(
    user: User, gem: str, endpoint: Registry
) -> None:
    user.add("feed", endpoint.narrow, glob="contoso-*")
    file = built(user, gem, "contoso-narrow")
    ran = user.run(gem, "push", file.name, "--host", endpoint.url, options=["--key", "feed"])
    assert (ran.status, endpoint.packages) == (1, {})
    assert "own feed refused feed. As far as keyfob knows the key may do this" in ran.err
    asked = [(call.path, call.key) for call in endpoint.calls]
    assert asked == [("/api/v1/gems", endpoint.narrow), ("/api/v1/api_key", NOBODY)]
    assert user.traces(ran, endpoint.narrow) == []


def test_at_a_terminal_gem_cannot_ask_for_the_password_that_widens_a_key(
    user: User, gem: str, endpoint: Registry
) -> None:
    user.add("feed", endpoint.narrow, glob="contoso-*")
    file = built(user, gem, "contoso-asked")
    handed = ("run", "--password-file", str(user.password_file), "--key", "feed", "--")
    command = (*KEYFOB, *handed, gem, "push", str(file), "--host", endpoint.url)
    with Terminal(command, home=user.home, size=(120, 40), variables=user.environ) as terminal:
        assert terminal.wait_for_end() == 1
        assert "own feed refused feed." in terminal.text
    assert [call.key for call in endpoint.calls] == [endpoint.narrow, NOBODY]


def test_a_dry_run_names_the_key_and_starts_nothing(
    user: User, gem: str, endpoint: Registry
) -> None:
    user.add("feed", TOKEN, glob="contoso-*")
    file = built(user, gem, "contoso-dry")
    options = ["--key", "feed", "--dry-run"]
    ran = user.run(gem, "push", file.name, "--host", endpoint.url, options=options)
    assert ran.status == 0, ran.said
    assert "publish contoso-dry 1.0.0, from contoso-dry-1.0.0.gem" in ran.out
    assert "feed: push on contoso-*" in ran.out
    assert "the variable GEM_HOST_API_KEY" in ran.out
    assert (ran.started("gem", "push"), endpoint.calls) == (False, [])
    assert user.key("feed").used is None
