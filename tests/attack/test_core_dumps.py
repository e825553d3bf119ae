"""Both front ends switch core dumps off before they ask for a password."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.terminal import KEYFOB, Terminal
from vault.home import Home
from vault.sealing.kdf import CHEAPEST
from vault.store.file import FileStore

pytestmark = [
    pytest.mark.terminal,
    pytest.mark.skipif(not Path("/proc/self/limits").exists(), reason="needs /proc, as on Linux"),
]


@pytest.mark.parametrize(
    ("command", "prompt"),
    [
        (KEYFOB, "Password"),
        ((*KEYFOB, "list"), "Password of"),
        ((*KEYFOB, "copy", "x"), "Password of"),
        ((*KEYFOB, "password"), "Password of"),
        ((*KEYFOB, "unlock"), "Password of"),
        ((*KEYFOB, "recover"), "ecovery code"),
    ],
    ids=lambda value: " ".join(value[3:]) or "app" if isinstance(value, tuple) else "",
)
def test_no_core_is_left_of_what_holds_a_password(
    tmp_path: Path, command: tuple[str, ...], prompt: str
) -> None:
    path = tmp_path / "data" / "keyfob" / "keys.keyfob"
    path.parent.mkdir(parents=True)
    vault, _ = Home(FileStore(path), cost=CHEAPEST).create("a made-up password")
    vault.lock()
    with Terminal(command, home=tmp_path) as terminal:
        terminal.wait_for(prompt, 60)
        limits = Path(f"/proc/{terminal.pid}/limits").read_text()
    line = next(line for line in limits.splitlines() if line.startswith("Max core file size"))
    assert line.split()[4:6] == ["0", "0"], sys.platform
