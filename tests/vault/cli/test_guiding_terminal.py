"""The guided rotation in a real terminal: no echo of secrets, and ctrl+c ends a command only."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.terminal import Terminal
from tests.vault.cli.bench import OTHER_V4, PASSWORD, V4
from vault import Draft, FileStore, Glob, Grant, Lifetime, Secret, Vault
from vault.keys.place import Place, places_behind
from vault.sealing.kdf import CHEAPEST

pytestmark = pytest.mark.terminal


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A vault with a key at two places, where the real program finds it."""
    path = tmp_path / "data" / "keyfob" / "keys.keyfob"
    vault, _ = Vault.create(FileStore(path), PASSWORD, cost=CHEAPEST)
    now = datetime.now(UTC)
    life = Lifetime(now, now + timedelta(days=30))
    grants = (Grant("push", Glob("Contoso.*")),)
    key = vault.add(Draft("ci", "nuget.org", "contoso", grants, life), Secret(V4))
    (tmp_path / "hang").write_text("#!/bin/sh\necho hanging\nexec sleep 600\n")
    (tmp_path / "hang").chmod(0o755)
    vault.add_place(key.id, Place("ci-secret", "a file", "tee installed"))
    vault.add_place(key.id, Place("machine", "build7", "./hang"))
    (tmp_path / "password").write_text(PASSWORD)
    (tmp_path / "password").chmod(0o600)
    return path


def start(home: Path, *argv: str) -> Terminal:
    command = [sys.executable, "-m", "vault.cli", "rotate", "ci", *argv]
    return Terminal(
        [*command, "--password-file", str(home / "password")], home=home, size=(100, 40)
    )


def test_a_rotation_from_the_new_value_to_the_last_place(tmp_path: Path, path: Path) -> None:
    with start(tmp_path) as terminal:
        terminal.wait_for("Secret of ci (not shown):")
        terminal.send(OTHER_V4 + "\n")
        terminal.wait_for("1 of 2")
        terminal.wait_for("[q]uit [later]:")
        terminal.send("r\n")
        terminal.wait_for("It ended well. Confirmed.")
        terminal.wait_for("[q]uit [later]:", times=2)
        terminal.send("r\n")
        terminal.wait_for("Running it", times=2)
        terminal.send("\x03")
        terminal.wait_for("It was stopped.")
        terminal.wait_for("[q]uit [later]:", times=3)
        terminal.send("\x03")
        terminal.wait_for("keyfob rotate ci --continue")
        assert terminal.wait_for_end() == 130
        assert OTHER_V4.encode() not in terminal.raw
        assert "| •••" in terminal.text
    assert (tmp_path / "installed").read_text() == OTHER_V4
    key = Vault.open(FileStore(path), PASSWORD).find("ci")
    assert [place.where for place in places_behind(key)] == ["build7"]
    with start(tmp_path, "--continue") as terminal:
        terminal.wait_for("1 of 1: machine, build7")
        terminal.wait_for("[q]uit [later]:")
        terminal.send("d\n")
        terminal.wait_for("every place has the present secret")
        assert terminal.wait_for_end() == 0
