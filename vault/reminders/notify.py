"""A notification on the desktop: by notify-send, osascript or PowerShell, whichever is there.

Names are foreign text. Only notify-send takes it as arguments, which other users of the machine
can read for as long as it runs; the two others get it on stdin. Each has its own escaping.
"""

from __future__ import annotations

import base64
import html
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from vault.due import Due
from vault.keys.lifetime import State
from vault.reminders.programs import Ran, ReminderError, Runner, find, runner, user_number
from vault.text import safe

MOST = 5
"""Lines of a notification; desktops cut longer ones."""

_BUS = "DBUS_SESSION_BUS_ADDRESS"


@dataclass(frozen=True, slots=True)
class Notice:
    """What is shown: text that is inert, and no markup yet.

    Attributes:
        title: One line.
        lines: What it is about.
        urgent: Whether it should stay until it was seen.
    """

    title: str
    lines: tuple[str, ...]
    urgent: bool = False


class Notifier(Protocol):
    """A way to the desktop."""

    def problem(self) -> ReminderError | None:
        """Why nothing can be shown here, or None."""

    def show(self, notice: Notice) -> None:
        """Show it.

        Raises:
            ReminderError: The desktop did not take it.
        """


def notice_of(rows: Sequence[Due], now: datetime) -> Notice:
    """What to show of these keys, the most urgent first.

    Args:
        rows: Keys that are due or have expired; at least one.
        now: The current time, aware.
    """
    count = sum(row.keys for row in rows)
    expired = sum(row.keys for row in rows if row.state is State.EXPIRED)
    title = f"{_keys(count)} {'needs' if count == 1 else 'need'} a new secret"
    if expired == count:
        title = f"{_keys(count)} {'has' if count == 1 else 'have'} expired"
    lines = [_line(row, now) for row in rows[:MOST]]
    if len(rows) > MOST:
        lines[-1] = f"and {_keys(sum(row.keys for row in rows[MOST - 1 :]))} more"
    return Notice(title, tuple(lines), urgent=any(row.state is not State.SOON for row in rows))


def _line(row: Due, now: datetime) -> str:
    who = safe(f"{row.name} ({row.registry})", 80) if row.name else _keys(row.keys)
    one = bool(row.name) or row.keys == 1
    verb = "expired" if row.state is State.EXPIRED else "expires" if one else "expire"
    return f"{who} {verb} {row.lifetime.say(now)}"


def _keys(count: int) -> str:
    return "1 key" if count == 1 else f"{count:,} keys"


class NotifySend:
    """Linux and the BSDs: `notify-send` of libnotify, over the session's bus."""

    def __init__(
        self,
        environ: Mapping[str, str],
        *,
        run: Callable[[Mapping[str, str]], Runner] = runner,
    ) -> None:
        """Look at an environment.

        Args:
            environ: The environment. A timer's or cron's may name no bus; then it is looked for
                where login sessions have it.
            run: Makes what runs programs in an environment.
        """
        self._environ = dict(environ)
        socket = Path(environ.get("XDG_RUNTIME_DIR") or f"/run/user/{user_number()}") / "bus"
        if _BUS not in environ and socket.is_socket():
            self._environ[_BUS] = f"unix:path={socket}"
        self._run = run(self._environ)

    def problem(self) -> ReminderError | None:
        """Why nothing can be shown here, or None."""
        if find("notify-send", self._environ) is None:
            return ReminderError(
                "There is no notify-send, which shows notifications.",
                "Install libnotify-bin (Debian, Ubuntu) or libnotify (Fedora, Arch, Alpine).",
            )
        if _BUS not in self._environ:
            return ReminderError(
                "There is no desktop session to show a notification in.",
                "Log in to a desktop; keyfob check works without one.",
            )
        return None

    def show(self, notice: Notice) -> None:
        """Show it. The body is markup, in which notify-send also reads escapes of C.

        Raises:
            ReminderError: The desktop did not take it.
        """
        body = html.escape("\n".join(notice.lines), quote=False).replace("\\", "\\\\")
        command = [
            "notify-send",
            "--app-name=keyfob",
            "--icon=dialog-password",
            f"--urgency={'critical' if notice.urgent else 'normal'}",
            "--",
            notice.title,
            body,
        ]
        _expect(self._run(command, ""), "notify-send")


class OsaScript:
    """macOS: a script that comes on stdin."""

    def __init__(self, run: Runner) -> None:
        self._run = run

    def problem(self) -> ReminderError | None:
        """None: every macOS has it."""
        return None

    def show(self, notice: Notice) -> None:
        """Show it.

        Raises:
            ReminderError: The desktop did not take it.
        """
        text, title = (_apple(part) for part in ("\n".join(notice.lines), notice.title))
        script = f'display notification {text} with title "keyfob" subtitle {title}\n'
        _expect(self._run(["osascript", "-"], script), "osascript")


def _apple(text: str) -> str:
    """A text as a literal of AppleScript."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


_TOAST = """\
$ErrorActionPreference = 'Stop'
function Text($coded) { [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($coded)) }
$null = [Windows.UI.Notifications.ToastNotificationManager, Windows.UI.Notifications, \
ContentType = WindowsRuntime]
$kind = [Windows.UI.Notifications.ToastTemplateType]::ToastText02
$toast = [Windows.UI.Notifications.ToastNotificationManager]::GetTemplateContent($kind)
$parts = $toast.GetElementsByTagName('text')
$null = $parts.Item(0).AppendChild($toast.CreateTextNode((Text '@TITLE@')))
$null = $parts.Item(1).AppendChild($toast.CreateTextNode((Text '@BODY@')))
$app = '{1AC14E77-02E7-4E5D-B744-2EB1AE5198B7}\\WindowsPowerShell\\v1.0\\powershell.exe'
$shown = New-Object Windows.UI.Notifications.ToastNotification $toast
[Windows.UI.Notifications.ToastNotificationManager]::CreateToastNotifier($app).Show($shown)
"""
"""Shows a toast in PowerShell's own name; the text comes in base64, so that none of it is code."""


class PowerShell:
    """Windows: a toast, by a script that comes on stdin."""

    def __init__(self, run: Runner) -> None:
        self._run = run

    def problem(self) -> ReminderError | None:
        """None: every Windows has it."""
        return None

    def show(self, notice: Notice) -> None:
        """Show it.

        Raises:
            ReminderError: The desktop did not take it.
        """
        script = _TOAST.replace("@TITLE@", _coded(f"keyfob: {notice.title}"))
        script = script.replace("@BODY@", _coded("\n".join(notice.lines)))
        command = ["powershell", "-NoProfile", "-NonInteractive", "-Command", "-"]
        _expect(self._run(command, script + "\n"), "PowerShell")


def _coded(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")


def notifier(environ: Mapping[str, str], platform: str = sys.platform) -> Notifier:
    """The way to the desktop on this platform.

    Args:
        environ: The environment.
        platform: As `sys.platform` has it.
    """
    if platform == "darwin":
        return OsaScript(runner(environ))
    if platform == "win32":
        return PowerShell(runner(environ))
    return NotifySend(environ)


def _expect(ran: Ran, name: str) -> None:
    """Check how a program ended.

    Raises:
        ReminderError: Badly.
    """
    if ran.status:
        said = ran.out.strip().splitlines() or [f"it ended with {ran.status}"]
        told = safe(said[-1], 200)
        raise ReminderError("The desktop did not take the notification.", f"{name}: {told}")
