"""A desktop for the clipboard tests: an X server of their own on a free display."""

from __future__ import annotations

import os
import select
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.vault.clipboard.desktop import Desktop
from vault.clipboard.system import SystemClipboard

NEEDED = ("Xvfb", "xclip", "xsel")


@pytest.fixture(scope="session")
def x_server() -> Iterator[str]:
    """The display's name, such as `:1`."""
    missing = [name for name in NEEDED if shutil.which(name) is None]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")
    answer, other_end = os.pipe()
    # Without -noreset the server starts over, refusing everybody, whenever its last client leaves.
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(other_end), "-noreset", "-nolisten", "tcp"],
        pass_fds=(other_end,),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(other_end)
    try:
        if not select.select([answer], [], [], 20)[0]:
            pytest.skip("Xvfb does not start here")
        number = os.read(answer, 16).decode().strip()
        if not number:
            pytest.skip("Xvfb does not start here")
        yield f":{number}"
    finally:
        os.close(answer)
        server.terminate()
        server.wait()


@pytest.fixture
def desktop(x_server: str) -> Iterator[Desktop]:
    """A desktop with an empty clipboard."""
    with closing(Desktop(x_server)) as desktop:
        yield desktop


@pytest.fixture
def clipboard(desktop: Desktop) -> Iterator[SystemClipboard]:
    """The clipboard of that desktop, as the app uses it."""
    clipboard = SystemClipboard(environ=desktop.environ)
    yield clipboard
    clipboard.clear()
