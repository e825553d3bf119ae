"""The mark by which clipboard histories under Wayland leave a secret alone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.vault.clipboard.desktop import Desktop
from vault.clipboard.system import SystemClipboard
from vault.keys.secret import Secret

pytestmark = [pytest.mark.desktop, pytest.mark.parametrize("way", ["wl-copy"])]

SECRET = "oy2-made-up-for-tests-marked"

NEWER = """#!/bin/sh
# Stands for wl-copy 2.3: takes --sensitive, notes its arguments, and copies with the real one.
echo "$@" >> {log}
[ "$1" = --sensitive ] && shift
exec {real} "$@"
"""

OLDER = """#!/bin/sh
# Stands for wl-copy 2.1: refuses an option it does not know.
echo "$@" >> {log}
[ "$1" = --sensitive ] && exit 1
exec {real} "$@"
"""


def commands(desktop: Desktop, directory: Path, script: str) -> list[str]:
    """What wl-copy was told by a copy that arrived, where it is this script."""
    log, tool = directory / "log", directory / "wl-copy"
    tool.write_text(script.format(log=log, real=shutil.which("wl-copy")))
    tool.chmod(0o755)
    path = f"{directory}:{desktop.environ['PATH']}"
    clipboard = SystemClipboard(environ={**desktop.environ, "PATH": path})
    receipt = clipboard.copy(Secret(SECRET), 60)
    try:
        assert receipt.confirmed
        assert desktop.paste() == SECRET.encode()
    finally:
        clipboard.clear()
    return log.read_text().splitlines()


def test_a_wl_copy_that_can_marks_the_secret(desktop: Desktop, tmp_path: Path) -> None:
    assert commands(desktop, tmp_path, NEWER) == [
        "--sensitive --version",
        "--sensitive -f -t text/plain;charset=utf-8",
    ]


def test_an_older_one_copies_without(desktop: Desktop, tmp_path: Path) -> None:
    assert commands(desktop, tmp_path, OLDER) == [
        "--sensitive --version",
        "-f -t text/plain;charset=utf-8",
    ]


def test_an_older_one_confirms_its_own_copy_not_that_of_another(
    desktop: Desktop, tmp_path: Path
) -> None:
    desktop.someone_copies(SECRET.encode())
    assert len(commands(desktop, tmp_path, OLDER)) == 2
