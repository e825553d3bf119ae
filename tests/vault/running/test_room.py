from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from vault.running.room import private_room

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
    if mode == 0o500 and os.geteuid() == 0:
        pytest.skip("nothing is closed to root")
    tmp_path.chmod(mode)
    try:
        with private_room({"XDG_RUNTIME_DIR": str(tmp_path)}) as room:
            assert room.parent != tmp_path
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
    before = signal.signal(number, signal.SIG_DFL)  # nohup has these tests ignore SIGHUP
    try:
        with pytest.raises(SystemExit) as end, private_room({}) as room:
            os.kill(os.getpid(), number)
        assert signal.getsignal(number) is signal.SIG_DFL
    finally:
        signal.signal(number, before)
    assert end.value.code == 128 + number
    assert not room.exists()
