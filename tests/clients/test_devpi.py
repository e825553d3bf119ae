"""twine uploads to devpi-server with devpi-tokens: really scoped tokens, which really end."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pymacaroons import Macaroon

from tests.clients.packages import wheel
from tests.clients.servers import USER, devpi, devpi_token, fetch
from tests.clients.serving import Served
from tests.clients.user import Ran, User


@pytest.fixture(scope="session")
def index(python_programs: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with devpi(python_programs, tmp_path_factory.mktemp("devpi")) as served:
        yield served


@pytest.fixture
def twine(python_programs: Path) -> str:
    return str(python_programs / "twine")


def attenuated(token: str, caveat: str) -> str:
    """A token that its holder limited further, as devpi-tokens writes that."""
    macaroon = Macaroon.deserialize(token.removeprefix("devpi-"))
    macaroon.add_first_party_caveat(caveat)
    return f"devpi-{macaroon.serialize()}"


def has(index: Served, project: str) -> bool:
    return f">{project}<" in fetch(f"{index.url}{USER}/dev/+simple/")


def upload(user: User, index: Served, twine: str, file: Path, *options: str) -> Ran:
    """twine to the index, which knows the owner of a token by name."""
    url = f"{index.url}{USER}/dev/"
    command = (twine, "upload", "--repository-url", url, str(file))
    return user.run(*command, options=options, environ={"TWINE_USERNAME": USER})


def test_a_token_for_one_project_uploads_that_project(
    user: User, index: Served, twine: str
) -> None:
    token = devpi_token(index, projects=["contoso-allowed"], allowed=["upload"])
    user.knows("contoso-devpi", f"{index.url}{USER}/dev/")
    user.add("devpi", token, registry="contoso-devpi", glob="contoso-allowed")
    ran = upload(user, index, twine, wheel(user.work, "contoso-allowed"))
    assert ran.status == 0, ran.said
    assert has(index, "contoso-allowed")
    assert ran.started("twine", "upload")
    assert user.traces(ran, token, index.log) == []
    assert user.key("devpi").used is not None


def test_a_project_the_key_is_not_for_is_refused_before_twine_starts(
    user: User, index: Served, twine: str
) -> None:
    token = devpi_token(index, projects=["contoso-allowed"], allowed=["upload"])
    user.knows("contoso-devpi", f"{index.url}{USER}/dev/")
    user.add("devpi", token, registry="contoso-devpi", glob="contoso-allowed")
    ran = upload(user, index, twine, wheel(user.work, "contoso-other"))
    assert (ran.status, ran.started("twine", "upload")) == (1, False)
    assert "No key may do this." in ran.err
    assert "devpi comes nearest" in ran.err
    assert not has(index, "contoso-other")
    assert user.key("devpi").used is None


def test_a_project_the_token_turns_out_not_to_be_for_is_explained(
    user: User, index: Served, twine: str
) -> None:
    token = devpi_token(index, projects=["contoso-allowed"], allowed=["upload"])
    user.add("devpi", token, glob="*")
    ran = upload(user, index, twine, wheel(user.work, "contoso-denied"), "--key", "devpi")
    assert (ran.status, has(index, "contoso-denied")) == (1, False)
    assert "403" in ran.said
    assert "own feed refused devpi. As far as keyfob knows the key may do this" in ran.err
    assert user.traces(ran, token, index.log) == []


def test_a_key_known_to_have_expired_is_refused_before_twine_starts(
    user: User, index: Served, twine: str
) -> None:
    token = attenuated(devpi_token(index), f"expires={int(time.time()) - 60}")
    user.add("devpi", token, ends=timedelta(minutes=-1))
    ran = upload(user, index, twine, wheel(user.work, "contoso-late"), "--key", "devpi")
    assert (ran.status, ran.started("twine", "upload")) == (1, False)
    assert "expired" in ran.err
    assert "keyfob rotate devpi" in ran.err
    assert not has(index, "contoso-late")


def test_a_token_that_turns_out_to_have_expired_is_explained(
    user: User, index: Served, twine: str
) -> None:
    token = attenuated(devpi_token(index), f"expires={int(time.time()) - 60}")
    user.add("devpi", token, ends=None)
    ran = upload(user, index, twine, wheel(user.work, "contoso-ended"), "--key", "devpi")
    assert (ran.status, has(index, "contoso-ended")) == (1, False)
    assert "own feed refused devpi." in ran.err
    assert user.traces(ran, token, index.log) == []


def test_the_narrower_of_two_tokens_is_taken(user: User, index: Served, twine: str) -> None:
    user.knows("contoso-devpi", f"{index.url}{USER}/dev/")
    narrow = devpi_token(index, projects=["contoso-narrow"], allowed=["upload"])
    user.add("broad", devpi_token(index), registry="contoso-devpi", glob="*")
    user.add("narrow", narrow, registry="contoso-devpi", glob="contoso-narrow")
    ran = upload(user, index, twine, wheel(user.work, "contoso-narrow"))
    assert ran.status == 0, ran.said
    assert has(index, "contoso-narrow")
    assert user.key("narrow").used is not None
    assert user.key("broad").used is None
