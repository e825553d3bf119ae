"""twine uploads to pypiserver with a key of the vault, of which nothing is to be seen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clients.packages import sdist, wheel
from tests.clients.servers import pypiserver
from tests.clients.serving import Served
from tests.clients.user import Ran, User

TOKEN = "made-up-feed-token-5e11a0c4"


@pytest.fixture(scope="session")
def feed(python_programs: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with pypiserver(python_programs, tmp_path_factory.mktemp("pypiserver"), TOKEN) as served:
        yield served


@pytest.fixture
def twine(python_programs: Path) -> str:
    return str(python_programs / "twine")


def arrived(feed: Served) -> set[str]:
    return {path.name for path in (feed.root / "packages").iterdir()}


def upload(user: User, feed: Served, twine: str, *files: Path, options: list[str]) -> Ran:
    names = [str(path.relative_to(user.work)) for path in files]
    return user.run(twine, "upload", "--repository-url", feed.url, *names, options=options)


def test_a_package_arrives_by_a_key_named_for_an_unknown_server(
    user: User, feed: Served, twine: str
) -> None:
    user.add("feed", TOKEN, glob="contoso-*")
    files = wheel(user.work / "dist", "contoso-named"), sdist(user.work / "dist", "contoso-named")
    ran = upload(user, feed, twine, *files, options=["--key", "feed"])
    assert ran.status == 0, ran.said
    assert {path.name for path in files} <= arrived(feed)
    assert ran.started("twine", "upload", files[0].name)
    assert user.traces(ran, TOKEN, feed.log) == []
    assert user.key("feed").used is not None


def test_the_key_of_ones_own_profile_is_found_by_the_servers_address(
    user: User, feed: Served, twine: str
) -> None:
    user.knows("contoso-feed", feed.url)
    user.add("broad", "made-up-wrong-one", registry="contoso-feed")
    user.add("narrow", TOKEN, registry="contoso-feed", glob="contoso-known")
    file = wheel(user.work, "contoso-known")
    ran = upload(user, feed, twine, file, options=[])
    assert ran.status == 0, ran.said
    assert file.name in arrived(feed)
    assert "key narrow" in ran.err
    assert user.traces(ran, TOKEN, feed.log) == []
    assert (user.key("narrow").used is not None, user.key("broad").used) == (True, None)


def test_a_server_nobody_knows_gets_no_key_unasked(user: User, feed: Served, twine: str) -> None:
    user.add("feed", TOKEN)
    file = wheel(user.work, "contoso-unasked")
    ran = upload(user, feed, twine, file, options=[])
    assert (ran.status, file.name in arrived(feed)) == (2, False)
    assert "No registry keyfob knows is at" in ran.err
    assert not ran.started("twine", "upload")
    assert user.key("feed").used is None


def test_a_refusal_of_the_server_is_explained(user: User, feed: Served, twine: str) -> None:
    user.add("feed", "made-up-wrong-token-77", glob="contoso-*")
    file = wheel(user.work, "contoso-refused")
    ran = upload(user, feed, twine, file, options=["--key", "feed"])
    assert (ran.status, file.name in arrived(feed)) == (1, False)
    assert "403 Forbidden" in ran.said
    assert "own feed refused feed. As far as keyfob knows the key may do this" in ran.err
    assert "keyfob rotate feed" in ran.err
    assert user.traces(ran, "made-up-wrong-token-77", feed.log) == []


def test_a_package_no_key_covers_never_leaves(user: User, feed: Served, twine: str) -> None:
    user.add("feed", TOKEN, glob="contoso-*")
    files = wheel(user.work, "contoso-one"), wheel(user.work, "fabrikam-two")
    ran = upload(user, feed, twine, *files, options=["--key", "feed"])
    assert ran.status == 1
    assert "No key may do this." in ran.err
    assert "fabrikam-two" in ran.err
    assert not {path.name for path in files} & arrived(feed)
    assert user.key("feed").used is None


def test_a_dry_run_names_the_key_and_starts_nothing(user: User, feed: Served, twine: str) -> None:
    user.add("feed", TOKEN, glob="contoso-*")
    file = wheel(user.work, "contoso-dry")
    ran = upload(user, feed, twine, file, options=["--dry-run", "--key", "feed"])
    assert ran.status == 0, ran.said
    assert "publish contoso-dry 1.0, from contoso_dry-1.0-py3-none-any.whl" in ran.out
    assert "feed: push on contoso-*" in ran.out
    assert "the variable TWINE_PASSWORD" in ran.out
    assert file.name not in arrived(feed)
    assert user.key("feed").used is None


def test_an_agent_hands_it_over_as_well(unlocked: User, feed: Served, twine: str) -> None:
    unlocked.knows("contoso-feed", feed.url)
    unlocked.add("quick", TOKEN, registry="contoso-feed", glob="contoso-quick")
    file = wheel(unlocked.work, "contoso-quick")
    ran = upload(unlocked, feed, twine, file, options=[])
    assert ran.status == 0, ran.said
    assert file.name in arrived(feed)
    assert unlocked.traces(ran, TOKEN, feed.log) == []
    again = upload(unlocked, feed, twine, file, options=["--key", "quick"])
    assert again.status == 1  # it is there already
