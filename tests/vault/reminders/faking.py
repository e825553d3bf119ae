"""Programs of a made-up machine: they write down how they were called, and answer as told."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from vault.reminders.programs import Ran

_SCRIPT = """\
#!{python}
import json, os, sys
with open({log!r}, "a") as log:
    log.write(json.dumps([{name!r}, *sys.argv[1:]]) + "\\n")
with open({log!r} + ".env", "w") as file:
    json.dump(dict(os.environ), file)
print({out!r})
sys.exit(1 if any(word in sys.argv for word in {refused!r}) else {status})
"""


class Machine:
    """A directory of programs."""

    def __init__(self, directory: Path) -> None:
        self.bin = directory / "bin"
        self.bin.mkdir(parents=True)
        self._log = directory / "called"

    def has(
        self, name: str, *, status: int = 0, out: str = "", refused: tuple[str, ...] = ()
    ) -> None:
        """From now on there is this program; it fails when called with one of these words."""
        path = self.bin / name
        path.write_text(
            _SCRIPT.format(
                python=sys.executable,
                log=str(self._log),
                name=name,
                out=out,
                refused=refused,
                status=status,
            )
        )
        path.chmod(0o755)

    def called(self) -> list[list[str]]:
        """How they were called since the last time this was asked."""
        if not self._log.exists():
            return []
        lines = self._log.read_text().splitlines()
        self._log.unlink()
        return [json.loads(line) for line in lines]

    def environ(self) -> dict[str, str]:
        """The environment of the last call."""
        found: dict[str, str] = json.loads(Path(f"{self._log}.env").read_text())
        return found


class Recorder:
    """A runner that runs nothing."""

    def __init__(self, status: int = 0, out: str = "") -> None:
        self.calls: list[tuple[list[str], str]] = []
        self.status = status
        self.out = out

    def __call__(self, command: Sequence[str], text: str) -> Ran:
        self.calls.append((list(command), text))
        return Ran(self.status, self.out)
