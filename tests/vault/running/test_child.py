from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from vault.errors import ValueRefusedError
from vault.running import child as child_module
from vault.running.child import find_program, not_started, run_child

ENVIRON = {"PATH": os.environ["PATH"]}


def run(code: str, **more: Any) -> int:
    return run_child([sys.executable, "-c", code], ENVIRON, **more)


@pytest.mark.parametrize("status", [0, 1, 7, 255])
def test_the_exit_status_passes_untouched(status: int) -> None:
    assert run(f"raise SystemExit({status})") == status


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends no program by a signal")
def test_a_child_killed_by_a_signal_is_told_as_by_a_shell() -> None:
    kill = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    assert run(kill) == 128 + signal.SIGKILL


def test_it_gets_this_environment_and_no_other(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KEYFOB_TEST_OUTSIDE", "1")
    code = "import os; print(os.environ.get('INSIDE'), 'KEYFOB_TEST_OUTSIDE' in os.environ)"
    run_child([sys.executable, "-c", code], {**ENVIRON, "INSIDE": "x"})
    assert capfd.readouterr().out == "x False\n"


def test_output_passes_byte_for_byte_on_its_own_stream(
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    code = (
        "import sys; sys.stdout.buffer.write(bytes(range(256)) * 8192);"
        "sys.stderr.buffer.write(b'no line end')"
    )
    seen: dict[int, bytes] = {1: b"", 2: b""}

    def look(stream: int, data: bytes) -> None:
        seen[stream] += data

    assert run(code, look=look) == 0
    passed = capfdbinary.readouterr()
    assert passed.out == bytes(range(256)) * 8192 == seen[1]
    assert passed.err == b"no line end" == seen[2]


def test_a_daemon_left_behind_holds_nobody_up(tmp_path: Path) -> None:
    left = tmp_path / "left"
    code = (
        "import subprocess, sys;"
        f"p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']);"
        f"open({str(left)!r}, 'w').write(str(p.pid))"
    )
    try:
        assert run(code, look=lambda *_: None) == 0
    finally:
        os.kill(int(left.read_text()), signal.SIGTERM)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such pipes")
def test_output_that_is_shared_with_a_program_that_does_not_block_is_whole() -> None:
    code = "import sys; sys.stdout.write('x' * 500_000)"
    outer = (
        "import os, sys; from vault.running.child import run_child\n"
        "os.set_blocking(1, False)\n"
        f"sys.exit(run_child([sys.executable, '-c', {code!r}], dict(os.environ),"
        " look=lambda *_: None))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", outer], stdout=subprocess.PIPE, env=dict(os.environ)
    ) as keyfob:
        out, _ = keyfob.communicate(timeout=60)
    assert keyfob.returncode == 0
    assert len(out) == 500_000


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not tell which pipes are one")
def test_lines_of_both_streams_keep_their_order_in_one_place() -> None:
    code = "import os\nfor n in range(200): os.write(1 + n % 2, b'%d\\n' % n)"
    outer = (
        "import os, sys; from vault.running.child import run_child\n"
        f"sys.exit(run_child([sys.executable, '-c', {code!r}], dict(os.environ),"
        " look=lambda *_: None))"
    )
    done = subprocess.run(
        [sys.executable, "-c", outer],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60, check=True,
    )  # fmt: skip
    assert done.stdout.split() == [b"%d" % n for n in range(200)]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends no program by a signal")
def test_a_signal_from_before_its_start_reaches_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    start = child_module._start

    def interrupted(*args: object, **more: object) -> object:
        os.kill(os.getpid(), signal.SIGTERM)
        return start(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(child_module, "_start", interrupted)
    assert run("import time; time.sleep(600)") == 128 + signal.SIGTERM


def test_it_is_told_when_it_runs() -> None:
    times: list[str] = []
    run("pass", started=lambda: times.append("started"))
    assert times == ["started"]


@pytest.mark.skipif(sys.platform == "win32", reason="sessions are a POSIX matter")
def test_without_the_terminal_it_has_a_session_of_its_own_and_no_input() -> None:
    code = "import os, sys; sys.exit(os.getsid(0) != os.getpid() or sys.stdin.read() != '')"
    assert run(code, terminal=False) == 0


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends no program by a signal")
def test_a_signal_meant_for_keyfob_ends_the_child_and_keyfob_lives_to_clean_up() -> None:
    code = "import time; time.sleep(600)"
    former = signal.getsignal(signal.SIGTERM)
    status = run(code, started=lambda: os.kill(os.getpid(), signal.SIGTERM))
    assert status == 128 + signal.SIGTERM
    assert signal.getsignal(signal.SIGTERM) is former


def test_a_program_that_is_not_there_is_said_to_be(tmp_path: Path) -> None:
    with pytest.raises(ValueRefusedError, match=r"no program 'no-such-program' on the PATH"):
        find_program("no-such-program", ENVIRON, tmp_path)
    with pytest.raises(ValueRefusedError, match=r"no program '\./here'\."):
        find_program("./here", ENVIRON, tmp_path)


def test_a_program_is_found_from_the_directory_it_is_to_run_in(tmp_path: Path) -> None:
    (tmp_path / "here").touch(0o755)
    assert find_program("./here", ENVIRON, tmp_path) == str(tmp_path / "here")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows programs by their extension")
def test_a_program_that_is_none_is_said_to_be(tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.write_text("#!/no/such/interpreter\n")
    broken.chmod(0o755)
    with pytest.raises(OSError, match="No such file") as error:
        run_child([str(broken)], ENVIRON)
    assert "broken cannot be started" in not_started(str(broken), error.value).message


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such descriptors")
def test_an_open_file_that_the_caller_hands_on_is_handed_on(tmp_path: Path) -> None:
    with (tmp_path / "jobs").open("w") as stream:
        os.set_inheritable(stream.fileno(), True)  # noqa: FBT003 - its only way
        assert run(f"import os; os.write({stream.fileno()}, b'x')", look=lambda *_: None) == 0
    assert (tmp_path / "jobs").read_text() == "x"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such descriptors")
def test_nothing_of_its_own_is_left_open_or_handed_on() -> None:
    code = "import os; print(*[n for n in range(3, 64) if os.path.exists(f'/dev/fd/{n}')])"
    outer = (
        "import os, sys; from vault.running.child import run_child\n"
        f"run_child([sys.executable, '-c', {code!r}], dict(os.environ), look=lambda *_: None)\n"
        "print(*[n for n in range(3, 64) if os.path.exists(f'/dev/fd/{n}')], flush=True)"
    )
    done = subprocess.run(
        [sys.executable, "-c", outer], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == "\n\n"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows' pipes hold less")
def test_a_reader_who_is_slow_holds_up_no_other_stream() -> None:
    code = (
        "import os, threading\n"
        "threading.Thread(target=os.write, args=(1, b'x' * 1_000_000), daemon=True).start()\n"
        "os.write(2, b'y' * 500_000)"
    )
    outer = (
        "import os, sys; from vault.running.child import run_child\n"
        f"sys.exit(run_child([sys.executable, '-c', {code!r}], dict(os.environ),"
        " look=lambda *_: None))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", outer], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as keyfob:
        assert keyfob.stdout is not None
        assert keyfob.stderr is not None
        assert len(keyfob.stderr.read(500_000)) == 500_000  # while nobody reads the other one
        keyfob.stdout.read()
        keyfob.wait(60)
