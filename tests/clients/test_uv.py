"""uv publish uploads to pypiserver with a key of the vault."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clients.packages import sdist, wheel
from tests.clients.servers import pypiserver
from tests.clients.serving import Served
from tests.clients.user import User

TOKEN = "made-up-uv-token-91c3f7d2"


@pytest.fixture(scope="session")
def feed(python_programs: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with pypiserver(python_programs, tmp_path_factory.mktemp("pypiserver"), TOKEN) as served:
        yield served


@pytest.fixture
def uv(python_programs: Path) -> str:
    return str(python_programs / "uv")


def arrived(feed: Served) -> set[str]:
    return {path.name for path in (feed.root / "packages").iterdir()}


def test_packages_arrive_by_a_key_named_for_an_unknown_server(
    user: User, feed: Served, uv: str
) -> None:
    user.add("feed", TOKEN, glob="contoso-*")
    files = wheel(user.work / "dist", "contoso-uv"), sdist(user.work / "dist", "contoso-uv")
    ran = user.run(uv, "publish", "--publish-url", feed.url, options=["--key", "feed"])
    assert ran.status == 0, ran.said
    assert {path.name for path in files} <= arrived(feed)
    assert ran.started("uv", "publish", feed.url)
    assert user.traces(ran, TOKEN, feed.log) == []
    assert user.key("feed").used is not None


def test_the_key_of_ones_own_profile_is_found_by_an_index_of_the_project(
    user: User, feed: Served, uv: str
) -> None:
    user.knows("contoso-feed", feed.url)
    user.add("known", TOKEN, registry="contoso-feed")
    file = wheel(user.work / "dist", "contoso-uv-known")
    index = (
        f'[[tool.uv.index]]\nname = "mine"\nurl = "{feed.url}simple/"\npublish-url = "{feed.url}"\n'
    )
    (user.work / "pyproject.toml").write_text(index)
    ran = user.run(uv, "publish", "--index", "mine")
    assert ran.status == 0, ran.said
    assert file.name in arrived(feed)
    assert user.traces(ran, TOKEN, feed.log) == []
    assert user.key("known").used is not None


def test_a_refusal_of_the_server_is_explained_and_the_exit_status_is_uvs(
    user: User, feed: Served, uv: str
) -> None:
    user.add("feed", "made-up-wrong-token-78", glob="contoso-*")
    file = wheel(user.work / "dist", "contoso-uv-refused")
    ran = user.run(uv, "publish", "--publish-url", feed.url, options=["--key", "feed"])
    assert (ran.status, file.name in arrived(feed)) == (2, False)
    assert "own feed refused feed. As far as keyfob knows the key may do this" in ran.err
    assert user.traces(ran, "made-up-wrong-token-78", feed.log) == []


def test_a_dry_run_names_the_key_and_starts_nothing(user: User, feed: Served, uv: str) -> None:
    user.knows("contoso-feed", feed.url)
    user.add("known", TOKEN, registry="contoso-feed", glob="contoso-uv-*")
    file = wheel(user.work / "dist", "contoso-uv-dry")
    ran = user.run(uv, "publish", "--publish-url", feed.url, options=["--dry-run"])
    assert ran.status == 0, ran.said
    assert "publish contoso-uv-dry 1.0" in ran.out
    assert "known: push on contoso-uv-*" in ran.out
    assert "the variable UV_PUBLISH_TOKEN" in ran.out
    assert not ran.started("uv", "publish")
    assert file.name not in arrived(feed)
    assert user.key("known").used is None


def test_an_agent_hands_it_over_as_well(unlocked: User, feed: Served, uv: str) -> None:
    unlocked.add("feed", TOKEN, glob="contoso-*")
    file = wheel(unlocked.work / "dist", "contoso-uv-quick")
    ran = unlocked.run(uv, "publish", "--publish-url", feed.url, options=["--key", "feed"])
    assert ran.status == 0, ran.said
    assert file.name in arrived(feed)
    assert unlocked.traces(ran, TOKEN, feed.log) == []
