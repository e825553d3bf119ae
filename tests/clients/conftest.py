"""Real servers on loopback, each started once, and a user to run clients against them."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from tests.clients import tools
from tests.clients.user import User

T = TypeVar("T")
HERE = Path(__file__).parent
ONLY = """
import sys
if sys.orig_argv[1:4] == ["-m", "tui", "run"]:
    sys.modules["vault.cli.run"] = None  # to import it fails
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this directory; the first of them may have to install its tools."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.clients)
            item.add_marker(pytest.mark.timeout(600))
            if sys.platform != "linux":
                item.add_marker(pytest.mark.skip(reason="all processes are to be seen in /proc"))


def have(tool: Callable[[], T]) -> T:
    """A tool of `tests.clients.tools`; without it the test skips and says why."""
    try:
        return tool()
    except tools.ToolMissingError as error:
        pytest.skip(str(error))


@pytest.fixture
def user() -> Iterator[User]:
    """Somebody with an empty vault, in a directory whose path is short enough for sockets."""
    with tempfile.TemporaryDirectory(prefix="kf-", ignore_cleanup_errors=True) as root:
        yield User(Path(root))


@pytest.fixture
def unlocked(user: User) -> Iterator[User]:
    """The same user with an agent, who runs nothing that the agent did not make ready."""
    user.unlock()
    only = user.root / "only"
    only.mkdir()
    (only / "sitecustomize.py").write_text(ONLY)
    user.environ["PYTHONPATH"] = f"{only}:{user.environ['PYTHONPATH']}"
    yield user
    user.lock()


@pytest.fixture(params=["user", "unlocked"])
def either(request: pytest.FixtureRequest) -> User:
    """Both, one after the other."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, User)
    return found


@pytest.fixture(scope="session")
def python_programs() -> Path:
    """The directory of twine, uv and the servers for them."""
    return have(tools.python_programs)
