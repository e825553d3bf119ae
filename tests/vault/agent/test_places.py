from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from vault.agent.places import (
    MAX_ADDRESS,
    agent_address,
    agent_addresses,
    agent_directory,
    check_length,
    check_private,
    make_private,
)
from vault.errors import StorageError

VAULT_ID = "0123456789abcdef" * 2


def test_the_session_s_directory_is_used_if_there_is_one(tmp_path: Path) -> None:
    run = tmp_path / "run"
    run.mkdir(mode=0o700)
    assert agent_directory({"XDG_RUNTIME_DIR": str(run)}, tmp_path) == run / "keyfob"


@pytest.mark.parametrize("value", ["", "run", "./run", "/nowhere/at/all"])
def test_without_one_it_is_in_the_state_directory(tmp_path: Path, value: str) -> None:
    assert agent_directory({"XDG_RUNTIME_DIR": value}, tmp_path) == tmp_path / "agent"


def test_one_that_others_can_enter_is_no_session(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run").chmod(0o755)
    environ = {"XDG_RUNTIME_DIR": str(tmp_path / "run")}
    assert agent_directory(environ, tmp_path) == tmp_path / "agent"


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() != 0, reason="only root can give a directory away"
)
def test_another_user_s_session_that_su_left_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir(mode=0o700)
    os.chown(tmp_path / "run", 65534, -1)
    environ = {"XDG_RUNTIME_DIR": str(tmp_path / "run")}
    assert agent_directory(environ, tmp_path) == tmp_path / "agent"


def test_each_vault_has_an_address_of_its_own(tmp_path: Path) -> None:
    one, other = agent_address(tmp_path, VAULT_ID), agent_address(tmp_path, "f" * 32)
    assert one != other
    one.touch()
    (tmp_path / "else").touch()
    assert agent_addresses(tmp_path) == [one]
    assert agent_addresses(tmp_path / "none") == []


def test_it_is_made_private(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        make_private(tmp_path / "run" / "keyfob")
    finally:
        os.umask(old)
    assert (tmp_path / "run" / "keyfob").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("mode", [0o701, 0o710, 0o720, 0o777])
def test_one_that_others_can_enter_is_refused(tmp_path: Path, mode: int) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run").chmod(mode)
    with pytest.raises(StorageError, match="open to other users"):
        make_private(tmp_path / "run")


def test_a_link_is_refused_even_to_a_private_directory(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir(mode=0o700)
    (tmp_path / "run").symlink_to(tmp_path / "real")
    with pytest.raises(StorageError, match="no directory, or only a link"):
        make_private(tmp_path / "run")


def test_what_is_no_directory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "run").touch()
    with pytest.raises(StorageError):
        make_private(tmp_path / "run")


def test_one_that_is_missing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot be looked at"):
        check_private(tmp_path / "none")


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() != 0, reason="only root can give a directory away"
)
def test_another_user_s_directory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir(mode=0o700)
    os.chown(tmp_path / "run", 65534, -1)
    with pytest.raises(StorageError, match="another user"):
        make_private(tmp_path / "run")


def test_a_path_that_is_too_long_for_a_socket_says_what_to_do() -> None:
    check_length(Path("/" + "x" * (MAX_ADDRESS - 1)))
    with pytest.raises(StorageError) as raised:
        check_length(Path("/" + "x" * MAX_ADDRESS))
    assert f"has {MAX_ADDRESS + 1} bytes" in raised.value.message
    assert "XDG_RUNTIME_DIR" in raised.value.hint
