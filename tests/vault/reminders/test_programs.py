from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.vault.reminders.faking import Machine
from vault.reminders import programs
from vault.reminders.programs import ReminderError, runner


def test_it_gets_the_text_and_answers_how_it_ended() -> None:
    run = runner(os.environ)
    script = "import sys; print(sys.stdin.read() * 2); sys.exit(3)"
    ran = run([sys.executable, "-c", script], "é")
    assert (ran.status, ran.out.strip()) == (3, "éé")


def test_a_program_that_is_missing_or_hangs_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = Machine(tmp_path)
    with pytest.raises(ReminderError, match="no program nothing") as missing:
        runner({"PATH": str(machine.bin)})(["nothing"], "")
    assert missing.value.exit_code == 6
    monkeypatch.setattr(programs, "PATIENCE", 0.2)
    with pytest.raises(ReminderError, match="does not answer"):
        runner(os.environ)([sys.executable, "-c", "import time; time.sleep(60)"], "")


def test_a_program_that_cannot_be_started_is_said(tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.write_bytes(b"\x7fELF no program")
    broken.chmod(0o755)
    with pytest.raises(ReminderError, match="cannot be started"):
        runner({"PATH": str(tmp_path)})(["broken"], "")
