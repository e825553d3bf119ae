"""A notification on a real desktop: what the notification daemon `dunst` has received and shows."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.vault.clipboard.desktop import wait_until
from vault.due import Due
from vault.keys.lifetime import Lifetime, State
from vault.reminders.notify import NotifySend, notice_of

pytestmark = [
    pytest.mark.desktop,
    pytest.mark.skipif(sys.platform != "linux", reason="notify-send belongs to Linux"),
]

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
NASTY = "<b>x</b> &amp; \\n\\101 'q' \""

_SESSION = """\
Xvfb -displayfd 3 3>"$ROOM/display" -nolisten tcp >/dev/null 2>&1 &
until [ -s "$ROOM/display" ]; do sleep 0.05; done
DISPLAY=:$(cat "$ROOM/display"); export DISPLAY
dunst >/dev/null 2>&1 &
printf '%s\\n' "$DBUS_SESSION_BUS_ADDRESS" >"$ROOM/bus.new"
mv "$ROOM/bus.new" "$ROOM/bus"
cat >/dev/null
kill %1 %2
"""
"""A session with a display and a notification daemon, until its stdin ends."""


def shown(environ: dict[str, str]) -> list[dict[str, Any]]:
    """The notifications that the daemon keeps, each field by its name."""
    subprocess.run(["dunstctl", "close-all"], env=environ, capture_output=True, check=False)
    told = subprocess.run(
        ["dunstctl", "history"], env=environ, capture_output=True, text=True, check=False
    ).stdout
    rows = json.loads(told)["data"][0] if told else []
    return [{name: field["data"] for name, field in row.items()} for row in rows]


def test_names_arrive_as_text_on_a_real_desktop(tmp_path: Path) -> None:
    for program in ("dbus-run-session", "dunst", "Xvfb", "notify-send"):
        if shutil.which(program) is None:
            pytest.skip(f"needs {program}")
    session = subprocess.Popen(
        ["dbus-run-session", "--", "bash", "-c", _SESSION],
        env=os.environ | {"ROOM": str(tmp_path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert wait_until((tmp_path / "bus").exists)
        bus = (tmp_path / "bus").read_text().strip()
        environ = os.environ | {"DBUS_SESSION_BUS_ADDRESS": bus}

        def answers() -> bool:
            asked = ["dunstctl", "count"]
            return not subprocess.run(
                asked, env=environ, capture_output=True, check=False
            ).returncode

        assert wait_until(answers)
        life = Lifetime(NOW, NOW + timedelta(days=2))
        way = NotifySend(environ)
        assert way.problem() is None
        way.show(notice_of([Due(NASTY, "nuget.org", life, State.SOON)], NOW))
        assert wait_until(lambda: bool(shown(environ)))
        [notification] = shown(environ)
    finally:
        assert session.stdin is not None
        session.stdin.close()
        session.wait(20)
    assert notification["appname"] == "keyfob"
    assert notification["summary"] == "1 key needs a new secret"
    escaped = NASTY.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert notification["body"] == f"{escaped} (nuget.org) expires in 2 days"
