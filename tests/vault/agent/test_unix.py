from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from vault import Vault
from vault.agent.client import reach
from vault.agent.peers import peer_uid
from vault.agent.protocol import AgentError
from vault.agent.server import lend
from vault.agent.unix import SocketListener, connect
from vault.errors import StorageError

OTHER_USER = 65534

STRANGER = """
import socket, sys
connection = socket.socket(socket.AF_UNIX)
connection.settimeout(10)
try:
    connection.connect(sys.argv[1])
    connection.sendall(b'{"v":1,"ask":"keys"}\\n')
    print(connection.recv(100))
except OSError as error:
    print(type(error).__name__)
"""


def as_nobody(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Python, run by another user: one that everyone may run, unlike that of a home directory."""
    python = shutil.which("python3", path="/usr/bin:/usr/local/bin")
    if os.geteuid() != 0 or shutil.which("setpriv") is None or python is None:
        pytest.skip("needs root, setpriv and a python3 in /usr, to be another user")
    who = (f"--reuid={OTHER_USER}", f"--regid={OTHER_USER}", "--clear-groups")
    return subprocess.run(
        ["setpriv", *who, python, *arguments], capture_output=True, text=True, check=False, cwd="/"
    )


def test_the_socket_is_its_owner_s_alone(vault: Vault, short: Path) -> None:
    old = os.umask(0)
    try:
        with lend(vault, short / "a"):
            assert (short / "a").stat().st_mode & 0o777 == 0o600
            assert [path.name for path in short.iterdir()] == ["a"]
    finally:
        os.umask(old)


def test_the_kernel_tells_who_is_there() -> None:
    one, other = socket.socketpair(socket.AF_UNIX)
    with one, other:
        assert peer_uid(one) == os.geteuid()


def test_another_user_is_kept_out_by_the_directory(vault: Vault, short: Path) -> None:
    with lend(vault, short / "a"):
        done = as_nobody("-c", STRANGER, str(short / "a"))
    assert done.stdout == "PermissionError\n", done


def test_another_user_is_told_nothing_even_if_every_door_is_open(vault: Vault, short: Path) -> None:
    with lend(vault, short / "a"):
        (short / "a").chmod(0o666)
        short.chmod(0o777)
        done = as_nobody("-c", STRANGER, str(short / "a"))
    assert done.stdout in {"b''\n", "ConnectionResetError\n", "BrokenPipeError\n"}, done


def test_a_client_believes_nobody_else(vault: Vault, short: Path) -> None:
    with lend(vault, short / "a"):
        with pytest.raises(AgentError, match="another user"):
            connect(short / "a", patience=5, peer=lambda _: 4711)
        if os.geteuid() == 0:
            os.chown(short / "a", OTHER_USER, -1)
            with pytest.raises(AgentError, match="another user"):
                connect(short / "a", patience=5)


def test_a_socket_in_a_directory_others_can_write_is_not_made(short: Path) -> None:
    short.chmod(0o770)
    with pytest.raises(StorageError, match="open to other users"):
        SocketListener(short / "a", patience=5)


@pytest.mark.parametrize("kind", ["file", "link", "directory", "nothing"])
def test_what_is_no_socket_is_nobody(short: Path, kind: str) -> None:
    address = short / "a"
    if kind == "file":
        address.touch()
    elif kind == "link":
        address.symlink_to(short / "b")
    elif kind == "directory":
        address.mkdir()
    assert connect(address, patience=5) is None


def test_a_link_in_the_socket_s_place_is_replaced_not_followed(vault: Vault, short: Path) -> None:
    (short / "precious").write_text("kept")
    (short / "a").symlink_to(short / "precious")
    with lend(vault, short / "a"):
        assert reach(short / "a") is not None
    assert (short / "precious").read_text() == "kept"


def test_what_a_killed_one_left_behind_is_replaced(vault: Vault, short: Path) -> None:
    script = (
        "import signal, sys; from pathlib import Path; from vault.agent.unix import SocketListener;"
        "SocketListener(Path(sys.argv[1]), patience=5); print('listening', flush=True);"
        "signal.pause()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(short / "a")], stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"listening\n"
        process.send_signal(signal.SIGKILL)
    assert (short / "a").is_socket()
    assert reach(short / "a") is None
    with lend(vault, short / "a"):
        assert reach(short / "a") is not None
    assert not (short / "a").exists()


def test_the_last_to_listen_is_heard_and_the_other_sees_it(short: Path) -> None:
    first = SocketListener(short / "a", patience=5)
    assert first.present()
    second = SocketListener(short / "a", patience=5)
    assert (first.present(), second.present()) == (False, True)
    first.close()
    assert second.present()
    second.close()
    assert not (short / "a").exists()


def test_a_path_that_is_too_long_is_refused_in_a_sentence(tmp_path: Path) -> None:
    directory = tmp_path / ("x" * 100)
    directory.mkdir(mode=0o700)
    with pytest.raises(StorageError, match="its path has"):
        SocketListener(directory / "a", patience=5)
    assert connect(directory / "a", patience=5) is None
