"""Commands of places, as real processes: what they get, and that none can hold keyfob up."""

from __future__ import annotations

import io
import os
import select
import shlex
import signal
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread

import pytest

from vault import Draft, Glob, Grant, Lifetime, Secret, Vault
from vault.errors import LockedError, PlaceNotFoundError, ValueRefusedError
from vault.keys.place import Place, places_behind
from vault.rotation.installing import Ran, _Tail, install, run_place
from vault.sealing.kdf import CHEAPEST
from vault.store.memory import MemoryStore

VALUE = "oy2-made-up-secret-of-a-key"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ENVIRON = {"PATH": os.environ["PATH"], "KEYFOB_PASSWORD_FILE": "/nowhere", "OWN": "kept"}

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")


def python(code: str) -> str:
    return shlex.join([sys.executable, "-c", code])


def run(command: str, tmp_path: Path, **more: object) -> Ran:
    place = Place("other", "here", command)
    return run_place(place, Secret(VALUE), ENVIRON, tmp_path, **more)  # type: ignore[arg-type]


def test_the_secret_comes_on_stdin_whole_and_nowhere_else(tmp_path: Path) -> None:
    code = (
        "import os, sys, pathlib; value = sys.stdin.read();"
        "pathlib.Path('got').write_text(value);"
        "everything = str(sys.argv) + str(dict(os.environ));"
        "sys.exit(value in everything or 'KEYFOB' in everything or os.environ['OWN'] != 'kept')"
    )
    ran = run(python(code), tmp_path)
    assert ran == Ran("ended", 0)
    assert ran.ok
    assert (tmp_path / "got").read_text() == VALUE


def test_quotes_stay_within_words_and_nothing_is_expanded(tmp_path: Path) -> None:
    code = "import sys; print(sys.argv[1:])"
    ran = run(python(code) + " 'a b' \"c'd\" $HOME '*' ~", tmp_path)
    assert ran.lines == ("""['a b', "c'd", '$HOME', '*', '~']""",)


def test_a_program_beside_is_found_by_its_path_alone(tmp_path: Path) -> None:
    program = tmp_path / "put it"
    program.write_text(f"#!{sys.executable}\nprint('put')\n")
    program.chmod(0o755)
    assert run("'./put it'", tmp_path).lines == ("put",)
    with pytest.raises(ValueRefusedError, match="no program"):
        run("'put it'", tmp_path)


def test_it_runs_in_the_home_directory_wherever_keyfob_is_called(tmp_path: Path) -> None:
    place = Place("other", "here", python("import os; print(os.path.realpath('.'))"))
    for name in ("HOME", "USERPROFILE"):
        ran = run_place(place, Secret(VALUE), {**ENVIRON, name: str(tmp_path)})
        assert ran.lines == (os.path.realpath(tmp_path),)


def test_a_failure_is_told_with_the_last_lines(tmp_path: Path) -> None:
    ran = run(
        python("import sys; print('no such repository', file=sys.stderr); sys.exit(4)"), tmp_path
    )
    assert not ran.ok
    assert ran.sentence == "It failed with exit status 4."
    assert ran.lines == ("no such repository",)


@posix
def test_a_command_that_dies_is_no_success(tmp_path: Path) -> None:
    ran = run(python("import os; os.kill(os.getpid(), 9)"), tmp_path)
    assert not ran.ok
    assert ran.sentence == "It was ended by signal 9."


@pytest.mark.parametrize(
    "code", ["pass", "import sys; sys.stdin.close()", "import os; os.close(0); print('closed')"]
)
def test_a_command_that_reads_nothing_ends_as_it_says(tmp_path: Path, code: str) -> None:
    big = Secret("s" * 500_000)  # more than a pipe holds
    place = Place("other", "here", python(code))
    assert run_place(place, big, ENVIRON, tmp_path).ok


def test_a_command_that_prints_the_secret_shows_it_to_nobody(tmp_path: Path) -> None:
    ran = run(
        python("import sys; v = sys.stdin.read(); print(v); print('\\x1b[31m' + v[:12])"), tmp_path
    )
    assert ran.lines == ("•••", "•••")


def test_a_flood_is_read_to_its_end_and_only_that_is_kept(tmp_path: Path) -> None:
    ran = run(python("print('y' * 5_000_000); print('end')"), tmp_path)
    assert ran.ok
    assert ran.lines == ("y" * 199 + "…", "end")
    tail = _Tail()
    tail.read(io.BytesIO(b"y" * 5_000_000 + b"end"))
    assert len(tail.kept) <= 65536
    assert tail.kept.endswith(b"yend")


@pytest.mark.skipif(sys.platform != "linux", reason="waits for processes as Linux alone can")
def test_one_that_hangs_is_ended_with_all_it_started(tmp_path: Path) -> None:
    code = (
        "import os, signal, subprocess, sys, time;"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']);"
        "open('pids', 'w').write(f'{os.getpid()} {p.pid}');"
        "print('waiting', flush=True); time.sleep(600)"
    )
    started = Event()
    stop = Event()

    def watch() -> None:
        while not (tmp_path / "pids").exists() or not (tmp_path / "pids").read_text():
            if started.wait(0.01):
                return
        stop.set()

    watcher = Thread(target=watch)
    watcher.start()
    try:
        ran = run(python(code), tmp_path, stop=stop)
    finally:
        started.set()
        watcher.join()
    assert ran.ending == "stopped"
    assert not ran.ok
    assert "waiting" in ran.lines
    for pid in map(int, (tmp_path / "pids").read_text().split()):
        assert gone(pid)


def gone(pid: int) -> bool:
    """Whether a process ends, which takes a moment after its signal."""
    try:
        process = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([process], [], [], 30)[0])
    finally:
        os.close(process)


def test_its_time_is_limited(tmp_path: Path) -> None:
    ran = run(python("import time; time.sleep(600)"), tmp_path, patience=0.0)
    assert ran.ending == "late"
    assert not ran.ok
    assert "too long" in ran.sentence


@posix
def test_ctrl_c_ends_the_command_and_not_keyfob(tmp_path: Path) -> None:
    code = f"import os, time; os.kill({os.getpid()}, {int(signal.SIGINT)}); time.sleep(600)"
    assert run(python(code), tmp_path).ending == "stopped"


@posix
def test_it_cannot_read_from_the_terminal(tmp_path: Path) -> None:
    code = "import os; print(os.getsid(0) == os.getpid(), flush=True); open('/dev/tty')"
    ran = run(python(code), tmp_path)
    assert "True" in ran.lines[0]
    assert not ran.ok


@pytest.mark.parametrize("command", ["", "no-such-program-here x", "gh 'a"])
def test_what_cannot_be_started_is_said(tmp_path: Path, command: str) -> None:
    with pytest.raises(ValueRefusedError):
        run(command, tmp_path)


def test_a_file_that_is_no_program_is_said(tmp_path: Path) -> None:
    (tmp_path / "it").write_bytes(b"\x7fELF nonsense")
    (tmp_path / "it").chmod(0o755)
    with pytest.raises(ValueRefusedError, match="cannot be started"):
        run("./it", tmp_path)


class TestInstall:
    @pytest.fixture
    def vault(self) -> Vault:
        return Vault.create(MemoryStore(), "made up", cost=CHEAPEST, clock=lambda: NOW)[0]

    @pytest.fixture
    def key_id(self, vault: Vault) -> str:
        life = Lifetime(NOW, NOW + timedelta(days=30))
        draft = Draft("ci", "nuget.org", "contoso", (Grant("push", Glob("Contoso.*")),), life)
        return vault.add(draft, Secret(VALUE)).id

    def test_success_confirms_and_failure_does_not(
        self, vault: Vault, key_id: str, tmp_path: Path
    ) -> None:
        vault.add_place(key_id, Place("file", "good", python("")))
        vault.add_place(key_id, Place("file", "bad", python("raise SystemExit(1)")))
        assert not install(vault, key_id, "bad", ENVIRON, tmp_path).ok
        assert install(vault, key_id, "good", ENVIRON, tmp_path).ok
        assert [place.where for place in places_behind(vault.key(key_id))] == ["bad"]
        with pytest.raises(PlaceNotFoundError):
            install(vault, key_id, "none", ENVIRON, tmp_path)

    def test_a_key_that_is_rotated_while_the_command_runs_stays_behind(
        self, vault: Vault, key_id: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        vault.add_place(key_id, Place("file", "x", python("")))

        def meanwhile(*_: object, **__: object) -> Ran:
            vault.rotate(key_id, Secret("another"))
            return Ran("ended", 0)

        monkeypatch.setattr("vault.rotation.installing.run_place", meanwhile)
        with pytest.raises(ValueRefusedError, match="meanwhile"):
            install(vault, key_id, "x", ENVIRON, tmp_path)
        assert places_behind(vault.key(key_id))

    def test_a_vault_that_is_locked_while_the_command_runs_confirms_nothing(
        self, vault: Vault, key_id: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        vault.add_place(key_id, Place("file", "x", python("")))

        def meanwhile(*_: object, **__: object) -> Ran:
            vault.lock()
            return Ran("ended", 0)

        monkeypatch.setattr("vault.rotation.installing.run_place", meanwhile)
        with pytest.raises(LockedError):
            install(vault, key_id, "x", ENVIRON, tmp_path)
