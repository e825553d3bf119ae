"""Desktops for the clipboard tests: an X server and a Wayland compositor of their own."""

from __future__ import annotations

import os
import pwd
import select
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.vault.clipboard.desktop import (
    PASSWORD,
    SECRET,
    Desktop,
    Server,
    wait_until,
    wayland,
    x11,
)
from vault import Draft, FileStore, Glob, Grant, Lifetime, Secret, Vault
from vault.clipboard.system import SystemClipboard
from vault.sealing.kdf import CHEAPEST

QUIET: dict[str, Any] = {
    "stdin": subprocess.DEVNULL,
    "stdout": subprocess.DEVNULL,
    "stderr": subprocess.DEVNULL,
}


@pytest.fixture(scope="session")
def x_server() -> Iterator[Server]:
    """An X server on a free display, with nothing on it."""
    _need("Xvfb", "xclip", "xsel")
    answer, other_end = os.pipe()
    # Without -noreset the server starts over, refusing everybody, whenever its last client leaves.
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(other_end), "-noreset", "-nolisten", "tcp"],
        pass_fds=(other_end,),
        **QUIET,
    )
    os.close(other_end)
    try:
        number = os.read(answer, 16).decode().strip() if _readable(answer, 30) else ""
        if not number:
            pytest.skip("Xvfb does not start here")
        yield x11(f":{number}")
    finally:
        os.close(answer)
        server.terminate()
        server.wait()


@pytest.fixture(scope="session")
def compositor() -> Iterator[Server]:
    """A Wayland compositor without a screen; it serves the clipboard to windowless programs."""
    _need("sway", "wl-copy", "wl-paste")
    with tempfile.TemporaryDirectory(prefix="wayland-") as directory:  # 0700
        place = Path(directory)
        config = place / "config"
        config.write_text("xwayland disable\n")
        user: dict[str, Any] = {}
        if os.geteuid() == 0:  # sway refuses to be root
            nobody = pwd.getpwnam("nobody")
            os.chown(place, nobody.pw_uid, nobody.pw_gid)
            user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        server = subprocess.Popen(
            ["sway", "-c", str(config)],
            env={
                "PATH": os.environ["PATH"],
                "HOME": directory,
                "XDG_RUNTIME_DIR": directory,
                "WLR_BACKENDS": "headless",
                "WLR_LIBINPUT_NO_DEVICES": "1",
                "WLR_RENDERER": "pixman",
            },
            cwd="/",
            **QUIET,
            **user,
        )
        try:
            found = wait_until(lambda: any(place.glob("wayland-?")), 30)
            if not found:
                pytest.skip("sway does not start here")
            yield wayland(directory, next(place.glob("wayland-?")).name)
        finally:
            server.terminate()
            server.wait()


@pytest.fixture
def way() -> str:
    """The way to take; a test parametrized by `way` replaces it, and with it the desktop."""
    return "xclip"


@pytest.fixture
def desktop(way: str, request: pytest.FixtureRequest) -> Iterator[Desktop]:
    """A desktop with an empty clipboard, on which that way can be taken."""
    server = request.getfixturevalue("compositor" if way == "wl-copy" else "x_server")
    with closing(Desktop(server)) as desktop:
        yield desktop


@pytest.fixture
def clipboard(desktop: Desktop) -> Iterator[SystemClipboard]:
    """The clipboard of that desktop, as the app uses it."""
    clipboard = SystemClipboard(environ=desktop.environ)
    yield clipboard
    clipboard.clear()


@pytest.fixture
def vault_file(tmp_path: Path) -> Path:
    """A vault with one key."""
    path = tmp_path / "keys.keyfob"
    vault, _code = Vault.create(FileStore(path), PASSWORD, cost=CHEAPEST)
    life = Lifetime(datetime.now(UTC), datetime.now(UTC) + timedelta(days=90))
    grants = (Grant("push", Glob("Contoso.*")),)
    with Secret(SECRET) as secret:
        vault.add(Draft("ci", "nuget.org", "contoso", grants, life), secret)
    vault.lock()
    return path


def _need(*programs: str) -> None:
    missing = [name for name in programs if shutil.which(name) is None]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")


def _readable(descriptor: int, seconds: float) -> bool:
    return bool(select.select([descriptor], [], [], seconds)[0])
