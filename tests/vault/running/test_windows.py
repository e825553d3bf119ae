"""What runs a child on Windows, run here."""

from __future__ import annotations

import io
import os
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from vault.running import windows
from vault.running.windows import Relay, run_child

ENVIRON = {"PATH": os.environ["PATH"]}


def run(code: str, **more: Any) -> int:
    given = {"terminal": True, "look": None, "started": None, **more}
    return run_child([sys.executable, "-c", code], ENVIRON, **given)


@pytest.mark.parametrize("status", [0, 1, 255])
def test_the_exit_status_passes_untouched(status: int) -> None:
    assert run(f"raise SystemExit({status})") == status


def test_output_passes_byte_for_byte_on_its_own_stream(
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    seen: dict[int, bytes] = {1: b"", 2: b""}

    def look(stream: int, data: bytes) -> None:
        seen[stream] += data

    code = "import os; os.write(1, bytes(range(256)) * 200); os.write(2, b'no line end')"
    assert run(code, look=look) == 0
    passed = capfdbinary.readouterr()
    assert passed.out == bytes(range(256)) * 200 == seen[1]
    assert passed.err == b"no line end" == seen[2]


def test_without_the_terminal_it_has_no_input() -> None:
    assert run("import sys; sys.exit(sys.stdin.read() != '')", terminal=False) == 0


def test_it_is_told_when_it_runs() -> None:
    times: list[str] = []
    run("pass", started=lambda: times.append("started"))
    assert times == ["started"]


def test_a_daemon_that_never_stops_writing_holds_nobody_up(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(windows, "_GRACE", 0.01)
    monkeypatch.setattr(windows, "_LEFT", 1000)
    reader, writer = os.pipe()
    over = threading.Event()

    def daemon() -> None:
        while not over.is_set():
            os.write(writer, b"y" * 500)
        os.close(writer)

    with (tmp_path / "out").open("wb") as out, io.FileIO(reader) as source:
        relay = Relay(out.fileno(), source, lambda *_: None)
        writing = threading.Thread(target=daemon, daemon=True)
        writing.start()
        finishing = threading.Thread(target=relay.finish, daemon=True)
        finishing.start()
        finishing.join(30)
        assert not finishing.is_alive()
        over.set()
        writing.join(30)
        relay.finish()
