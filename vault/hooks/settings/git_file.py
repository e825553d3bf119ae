"""Settings in git's configuration, read and changed by git itself, on a private copy."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from vault.clients.private import write_private
from vault.errors import StorageError
from vault.hooks.settings.form import MalformedError, Name, Value

_PATIENCE = 30.0
_NO_SUCH = 1
_NOT_SET = 5
_PLACE = re.compile(r"line (\d+)")


class GitFile:
    """See `Form`. A name is section, subsection and option; a value is a list of texts."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = {
            name: value for name, value in environ.items() if not name.startswith("GIT_")
        } | {"LC_ALL": "C"}

    def value(self, data: bytes, name: Name) -> Value:
        """See `Form.value`."""
        status, out, _ = self._git(data, ("--null", "--get-all", ".".join(name)), _NO_SUCH)
        return None if status == _NO_SUCH else out.split("\0")[:-1]

    def changed(self, data: bytes, name: Name, value: Value) -> bytes:
        """See `Form.changed`."""
        _, _, data = self._git(data, ("--unset-all", ".".join(name)), _NOT_SET)
        for one in [value] if isinstance(value, str) else value or ():
            _, _, data = self._git(data, ("--add", ".".join(name), one))
        return data

    def _git(self, data: bytes, words: tuple[str, ...], passes: int = 0) -> tuple[int, str, bytes]:
        with tempfile.TemporaryDirectory(prefix="keyfob-git-") as room:
            copy = Path(room) / "config"
            write_private(copy, "")
            copy.write_bytes(data)
            command = ["git", "config", "--file", str(copy), *words]
            try:
                done = subprocess.run(  # noqa: S603 - git, with a setting of ours
                    command,
                    env=self._environ,
                    cwd=room,
                    stdin=subprocess.DEVNULL,
                    capture_output=True,
                    timeout=_PATIENCE,
                    check=False,
                )
            except (OSError, subprocess.TimeoutExpired):
                raise StorageError(
                    "git cannot be started.", "Install git, then try again."
                ) from None
            if done.returncode not in {0, passes}:
                place = _PLACE.search(done.stderr.decode(errors="replace"))
                where = f", at line {place[1]}" if place else ""
                raise MalformedError(f"git cannot read it{where}")
            return done.returncode, os.fsdecode(done.stdout), copy.read_bytes()
