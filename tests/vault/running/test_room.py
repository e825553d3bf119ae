from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.powers import without_powers
from vault.running.room import ended_in_order, private_room, sweep

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither modes nor signals")


@posix
def test_it_lies_in_the_sessions_directory_for_its_owner_alone(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    former = os.umask(0)
    try:
        with private_room({"XDG_RUNTIME_DIR": str(tmp_path)}) as room:
            assert room.parent == tmp_path
            assert room.stat().st_mode & 0o777 == 0o700
            (room / "file").touch()
    finally:
        os.umask(former)
    assert list(tmp_path.iterdir()) == []


@posix
@pytest.mark.parametrize("mode", [0o777, 0o750, 0o500])
def test_a_directory_that_is_not_its_users_alone_is_passed_over(tmp_path: Path, mode: int) -> None:
    tmp_path.chmod(mode)
    try:
        assert without_powers(lambda: _parent(tmp_path)) != tmp_path
    finally:
        tmp_path.chmod(0o700)


@pytest.mark.parametrize("runtime", ["", "relative", "/no/such/directory"])
def test_without_a_session_there_is_a_room_all_the_same(runtime: str) -> None:
    with private_room({"XDG_RUNTIME_DIR": runtime}) as room:
        assert room.is_dir()
    assert not room.exists()


@posix
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_it_is_gone_after_a_signal(name: str) -> None:
    number = getattr(signal, name)
    with pytest.raises(SystemExit) as end, ended_in_order(), private_room({}) as room:
        os.kill(os.getpid(), number)
    assert signal.getsignal(number) is signal.SIG_DFL
    assert end.value.code == 128 + number
    assert not room.exists()


KILLED = """
import os, sys
from vault.running.room import private_room
with private_room({"XDG_RUNTIME_DIR": sys.argv[1]}) as room:
    (room / "key.rsp").write_text("made-up")
    os.kill(os.getpid(), 9)
"""


@posix
def test_what_a_killed_process_left_is_gone_when_the_next_one_is_made(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], timeout=60, check=False)
    (left,) = tmp_path.iterdir()
    assert (left / "key.rsp").exists()
    with private_room({"XDG_RUNTIME_DIR": str(tmp_path)}) as room:
        assert list(tmp_path.iterdir()) == [room]
    assert list(tmp_path.iterdir()) == []


@posix
def test_only_rooms_that_nobody_holds_are_swept(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    other = tmp_path / "else"
    other.mkdir()
    (tmp_path / "keyfob-run-file").touch()
    (tmp_path / "keyfob-run-link").symlink_to(other)
    with private_room({"XDG_RUNTIME_DIR": str(tmp_path)}) as room:
        sweep(tmp_path)
        assert room.is_dir()
        assert len(list(tmp_path.iterdir())) == 4
    sweep(tmp_path / "no-such")


@posix
def test_who_sweeps_while_others_make_rooms_takes_none_of_them(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    over = threading.Event()

    def keep_sweeping() -> None:
        while not over.is_set():
            sweep(tmp_path)

    sweeping = threading.Thread(target=keep_sweeping, daemon=True)
    sweeping.start()
    try:
        for _ in range(200):
            with private_room({"XDG_RUNTIME_DIR": str(tmp_path)}) as room:
                (room / "file").touch()
                assert (room / "file").exists()
    finally:
        over.set()
        sweeping.join(30)


def _parent(runtime: Path) -> Path:
    with private_room({"XDG_RUNTIME_DIR": str(runtime)}) as room:
        return room.parent
