"""twine asks keyfob's backend of the package `keyring`; uv and pip ask a program of that name."""

from __future__ import annotations

import site
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clients.guarded import Answer, Guarded, guarded
from tests.clients.hooked import hooked, run, unlocked
from tests.clients.packages import wheel
from tests.clients.servers import pypiserver
from tests.clients.serving import Served
from tests.clients.user import REPOSITORY, User

TOKEN = "made-up-keyring-token-08e1d7"


@pytest.fixture(scope="module")
def feed(python_programs: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with pypiserver(python_programs, tmp_path_factory.mktemp("pypiserver"), TOKEN) as served:
        yield served


@pytest.fixture
def own(user: User, feed: Served) -> User:
    """Somebody with a key of their own feed; their vault opens without a question."""
    user.knows("contoso-feed", feed.url)
    user.add("feed", TOKEN, registry="contoso-feed", glob="contoso-*")
    unlocked(user)
    return user


def arrived(feed: Served) -> set[str]:
    return {path.name for path in (feed.root / "packages").iterdir()}


def beside_twine(user: User) -> None:
    """As if keyfob were installed in twine's own environment."""
    user.environ["PYTHONPATH"] = ":".join([str(REPOSITORY), *site.getsitepackages()])


def test_twine_gets_the_key_for_what_it_uploads(
    own: User, feed: Served, python_programs: Path
) -> None:
    beside_twine(own)
    own.add("wide", "made-up-wrong-one", registry="contoso-feed")
    file = wheel(own.work / "dist", "contoso-ring")
    twine = str(python_programs / "twine")
    ran = run(own, twine, "upload", "-u", "__token__", "--repository-url", feed.url, "dist/*")
    assert ran.status == 0, ran.said
    assert file.name in arrived(feed)
    assert own.traces(ran, TOKEN, feed.log) == []
    assert (own.key("feed").used is not None, own.key("wide").used) == (True, None)


def test_twine_is_told_once_why_a_locked_vault_gives_nothing(
    own: User, feed: Served, python_programs: Path
) -> None:
    beside_twine(own)
    del own.environ["KEYFOB_PASSWORD_FILE"]
    file = wheel(own.work / "dist", "contoso-locked")
    words = ("upload", "--non-interactive", "--repository-url", feed.url, "dist/*")
    ran = run(own, str(python_programs / "twine"), *words)
    assert (ran.status, file.name in arrived(feed)) == (1, False)
    assert ran.said.count("There is no terminal to ask for the password on.") == 1


@pytest.fixture
def shimmed(own: User) -> User:
    """With the program `keyring` first on their PATH, as `hook install` tells."""
    said = hooked(own, "keyring")
    folder = own.root / "data" / "keyfob" / "bin"
    assert f"export PATH={folder}:" in said
    own.environ["PATH"] = f"{folder}:{own.environ['PATH']}"
    return own


def test_uv_publishes_with_what_the_program_answers(
    shimmed: User, feed: Served, python_programs: Path
) -> None:
    shimmed.add("wide", "made-up-wrong-one", registry="contoso-feed")
    file = wheel(shimmed.work / "dist", "contoso-shim")
    uv = str(python_programs / "uv")
    ran = run(shimmed, uv, "publish", "--username", "__token__", "--publish-url", feed.url)
    assert ran.status == 0, ran.said
    assert file.name in arrived(feed)
    assert ran.started("vault.hooks.keyring_shim", "get", feed.url)
    assert shimmed.traces(ran, TOKEN, feed.log) == []
    assert (shimmed.key("feed").used is not None, shimmed.key("wide").used) == (True, None)


def test_uv_does_not_wait_for_a_locked_vault(
    shimmed: User, feed: Served, python_programs: Path
) -> None:
    del shimmed.environ["KEYFOB_PASSWORD_FILE"]
    file = wheel(shimmed.work / "dist", "contoso-shut")
    uv = str(python_programs / "uv")
    ran = run(shimmed, uv, "publish", "--username", "__token__", "--publish-url", feed.url)
    assert (ran.status != 0, file.name in arrived(feed)) == (True, False)
    assert shimmed.key("feed").used is None


@pytest.fixture
def index() -> Iterator[Guarded]:
    """An index of packages for one account."""
    with guarded(f"*:{TOKEN}") as served:
        page = b'<a href="/files/contoso_core-1.0-py3-none-any.whl">x</a>'
        served.answers["/simple/contoso-core/"] = Answer(page, "text/html")
        yield served


@pytest.mark.parametrize("client", ["pip", "uv"])
def test_packages_are_installed_from_a_private_index(
    user: User, index: Guarded, python_programs: Path, client: str
) -> None:
    user.knows("contoso-feed", f"http://{index.address}/")
    user.add("feed", TOKEN, registry="contoso-feed")
    unlocked(user)
    hooked(user, "keyring")
    user.environ["PATH"] = f"{user.root / 'data' / 'keyfob' / 'bin'}:{user.environ['PATH']}"
    file = wheel(user.root / "files", "contoso-core")
    index.answers[f"/files/{file.name}"] = Answer(file.read_bytes())
    target = ["--no-deps", "--target", "there", "contoso-core"]
    url = f"http://alice@{index.address}/simple/"  # uv asks only where there is a user
    if client == "pip":
        words = [str(python_programs / "python"), "-m", "pip", "install", "--no-input"]
    else:
        words = [str(python_programs / "uv"), "pip", "install", "--python", sys.executable]
    ran = run(user, *words, "--index-url", url, *target)
    assert ran.status == 0, ran.said
    assert (user.work / "there" / "contoso_core-1.0.dist-info").is_dir()
    assert index.accounts() == {f"alice:{TOKEN}"}
    assert ran.started("vault.hooks.keyring_shim", "get")
    assert user.traces(ran, TOKEN) == []


def test_removing_the_hook_leaves_nothing(shimmed: User) -> None:
    ran = run(shimmed, sys.executable, "-m", "tui", "hook", "remove", "keyring")
    assert ran.status == 0, ran.said
    left = [path for path in (shimmed.root / "data").rglob("*") if path.is_file()]
    assert left == []
    assert not (shimmed.root / "config" / "pip").exists()
    assert not (shimmed.root / "config" / "uv").exists()
