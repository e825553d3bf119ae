"""nuget.exe 5.8 under mono pushes to minchoc, which takes a key as an argument only."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clients import tools
from tests.clients.conftest import have
from tests.clients.packages import nupkg
from tests.clients.servers import fetch, minchoc
from tests.clients.serving import Served
from tests.clients.user import Ran, User

TOKEN = "6f1d3c58-2b7e-4a90-9c41-d07e5a18b3f2"
WRONG = "00000000-2b7e-4a90-9c41-d07e5a18b3f2"


@pytest.fixture(scope="session")
def gallery(python_programs: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with minchoc(python_programs, tmp_path_factory.mktemp("minchoc"), TOKEN) as served:
        yield served


@pytest.fixture(scope="session")
def nuget() -> tuple[str, str]:
    """The words that start nuget.exe."""
    program = next((have(tools.node_modules) / "nuget-exe").glob("nuget*.exe"))
    return have(lambda: tools.program("mono")), str(program)


def has(gallery: Served, name: str) -> bool:
    return name in fetch(f"{gallery.url}api/v2/FindPackagesById()?id='{name}'")


def push(user: User, nuget: tuple[str, str], gallery: Served, file: Path, *options: str) -> Ran:
    command = (*nuget, "push", str(file), "-Source", gallery.url, "-NonInteractive")
    return user.run(*command, options=options)


def test_a_package_is_pushed_and_deleted(
    user: User, gallery: Served, nuget: tuple[str, str]
) -> None:
    user.knows("contoso-gallery", gallery.url)
    user.add(
        "feed", TOKEN, registry="contoso-gallery", glob="Contoso.*", actions=("push", "unlist")
    )
    ran = push(user, nuget, gallery, nupkg(user.work, "Contoso.Pushed"))
    assert ran.status == 0, ran.said
    assert has(gallery, "Contoso.Pushed")
    assert ran.started("nuget", "push")
    assert user.traces(ran, TOKEN, gallery.log) == []
    assert user.key("feed").used is not None
    words = ("delete", "Contoso.Pushed", "1.0.0", "-Source", gallery.url, "-NonInteractive")
    ran = user.run(*nuget, *words)
    assert ran.status == 0, ran.said
    assert not has(gallery, "Contoso.Pushed")
    assert user.traces(ran, TOKEN, gallery.log) == []


def test_a_package_is_pushed_by_a_key_named_for_an_unknown_server(
    user: User, gallery: Served, nuget: tuple[str, str]
) -> None:
    user.add("feed", TOKEN, glob="Contoso.*")
    ran = push(user, nuget, gallery, nupkg(user.work, "Contoso.Named"), "--key", "feed")
    assert ran.status == 0, ran.said
    assert has(gallery, "Contoso.Named")
    assert user.traces(ran, TOKEN, gallery.log) == []


def test_a_wrong_key_is_explained(user: User, gallery: Served, nuget: tuple[str, str]) -> None:
    user.add("feed", WRONG, glob="Contoso.*")
    file = nupkg(user.work, "Contoso.Wrong")
    ran = push(user, nuget, gallery, file, "--key", "feed")
    assert (ran.status, has(gallery, "Contoso.Wrong")) == (1, False)
    assert "own feed refused feed. As far as keyfob knows the key may do this" in ran.err
    assert user.traces(ran, WRONG, gallery.log) == []


def test_a_key_that_may_not_delete_is_not_handed_out_for_it(
    user: User, gallery: Served, nuget: tuple[str, str]
) -> None:
    user.add("feed", TOKEN, glob="Contoso.*", actions=("push",))
    words = ("delete", "Contoso.Kept", "1.0.0", "-Source", gallery.url, "-NonInteractive")
    ran = user.run(*nuget, *words, options=["--key", "feed"])
    assert (ran.status, ran.started("nuget", "delete")) == (1, False)
    assert "No key may do this." in ran.err
    assert user.traces(ran, TOKEN) == []


def test_a_dry_run_names_the_key_and_starts_nothing(
    user: User, gallery: Served, nuget: tuple[str, str]
) -> None:
    user.add("feed", TOKEN, glob="Contoso.*")
    file = nupkg(user.work, "Contoso.Dry")
    ran = push(user, nuget, gallery, file, "--key", "feed", "--dry-run")
    assert ran.status == 0, ran.said
    assert "publish Contoso.Dry 1.0.0, from Contoso.Dry.1.0.0.nupkg" in ran.out
    assert "feed: push on Contoso.*" in ran.out
    assert "a private file of arguments" in ran.out
    assert not ran.started("nuget", "push")
    assert not has(gallery, "Contoso.Dry")
    assert user.traces(ran, TOKEN) == []


def test_an_agent_hands_it_over_as_well(
    unlocked: User, gallery: Served, nuget: tuple[str, str]
) -> None:
    unlocked.knows("contoso-gallery", gallery.url)
    unlocked.add("feed", TOKEN, registry="contoso-gallery", glob="Contoso.*")
    ran = push(unlocked, nuget, gallery, nupkg(unlocked.work, "Contoso.Quick"))
    assert ran.status == 0, ran.said
    assert has(gallery, "Contoso.Quick")
    assert unlocked.traces(ran, TOKEN, gallery.log) == []
    unlocked.add("wrong", WRONG, registry="contoso-gallery", glob="Contoso.Quick")
    ran = push(unlocked, nuget, gallery, nupkg(unlocked.work, "Contoso.Quick", "2.0.0"))
    assert ran.status == 1, ran.said
    assert "refused wrong" in ran.err
