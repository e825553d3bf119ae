"""Which ways to the clipboard exist here, in which order: decided from the environment alone.

- A display (`WAYLAND_DISPLAY`, `DISPLAY`) brings its tools, Wayland's first: under Wayland
  `DISPLAY` is the X server on top of it, whose clipboard some compositors do not share.
- Over SSH nothing but a display is used, since the machine keyfob runs on is not the one the user
  pastes on. sshd sets `DISPLAY` only when it forwards one; whoever sets it by hand means it.
- macOS and Windows keep the clipboard themselves (`native`).
- pyperclip is the last resort behind either; WSL has nothing else.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from vault.text import safe

Find = Callable[[str], str | None]
"""Where a program is, or None: `shutil.which` with the environment's PATH."""


@dataclass(frozen=True, slots=True)
class Tool:
    """A program that owns the clipboard while it runs: ending it clears, if it is still its own.

    Attributes:
        name: What the user calls it.
        command: Runs it in the foreground; it takes the exact bytes on stdin.
        reader: Prints the clipboard's content, to confirm the copy; None where asking disturbs.
        environ: Variables it needs beside the others.
        leaves: Patterns of files it may leave behind, to be removed if they hold the secret.
        probe: Succeeds, and touches nothing, if the tool knows its options; None: it does.
    """

    name: str
    command: tuple[str, ...]
    reader: tuple[str, ...] | None
    environ: Mapping[str, str] = field(default_factory=dict)
    leaves: tuple[str, ...] = ()
    probe: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways to try, best first.

    Attributes:
        tools: Programs that own the clipboard.
        native: Whether to try the operating system's own clipboard after them.
        pyperclip: Whether to try pyperclip last.
        hint: What to do when none of them works.
    """

    tools: tuple[Tool, ...]
    pyperclip: bool
    hint: str
    native: bool = False

    @property
    def any(self) -> bool:
        """Whether there is one at all."""
        return bool(self.tools or self.native or self.pyperclip)


def ways(
    environ: Mapping[str, str], *, platform: str = sys.platform, find: Find | None = None
) -> Ways:
    """The ways to the clipboard in this environment.

    Args:
        environ: The environment variables.
        platform: As `sys.platform`.
        find: Where a program is; `PATH` of `environ` by default.
    """
    if find is None:

        def find(name: str) -> str | None:
            return shutil.which(name, path=environ.get("PATH", os.defpath))

    display = environ.get("WAYLAND_DISPLAY") or environ.get("DISPLAY")
    remote = environ.get("SSH_CONNECTION") or environ.get("SSH_TTY")
    own_desktop = platform in {"darwin", "win32", "cygwin"}  # no display to forward
    if remote and (own_desktop or not display):
        return Ways((), pyperclip=False, hint=_OVER_SSH)
    if own_desktop:
        hint = "Check that the clipboard works in other programs."
        return Ways((), pyperclip=True, hint=hint, native=platform != "cygwin")
    tools: list[Tool] = []
    if environ.get("WAYLAND_DISPLAY"):
        tools += _wayland(environ, find)
    if environ.get("DISPLAY"):
        tools += _x11(find)
    known = any(environ.get(name) for name in ("DISPLAY", "WSL_DISTRO_NAME", "WSL_INTEROP"))
    return Ways(tuple(tools), pyperclip=known, hint=_hint(environ, tools))


_TMP = "/tmp"  # noqa: S108 - where wl-copy puts its files, not keyfob

_OVER_SSH = "Not every terminal takes a copy (OSC 52); ssh -X helps."


def _wayland(environ: Mapping[str, str], find: Find) -> list[Tool]:
    copy, paste = find("wl-copy"), find("wl-paste")
    if copy is None:
        return []
    # wl-copy passes what it copies through a file: from 2.3 in TMPDIR, better in memory than on
    # disk. Until 2.1 the file stays as long as it runs, and for ever when a signal ends it.
    runtime = environ.get("XDG_RUNTIME_DIR")
    extra = {"TMPDIR": runtime} if runtime else {}
    leaves = tuple(f"{place}/wl-copy-buffer-*/stdin" for place in (_TMP, runtime) if place)
    # A fixed type also spares the run of xdg-mime on that file.
    kind = ("-t", "text/plain;charset=utf-8")
    # GNOME's compositor gives the clipboard to a focused window only: wl-paste would take the
    # focus a second time just to confirm.
    asks = paste is not None and "GNOME" not in environ.get("XDG_CURRENT_DESKTOP", "").upper()
    reader = (_absolute(paste), "-n", *kind) if paste is not None and asks else None
    program = _absolute(copy)
    # --sensitive (from 2.3.0) offers x-kde-passwordManagerHint too, which clipboard histories heed;
    # an older one refuses the option, and the next entry is tried.
    mark = (program, "--sensitive")
    return [
        Tool("wl-copy", (*mark, "-f", *kind), reader, extra, leaves, probe=(*mark, "--version")),
        Tool("wl-copy", (program, "-f", *kind), reader, extra, leaves),
    ]


def _x11(find: Find) -> list[Tool]:
    tools = []
    if (xclip := find("xclip")) is not None:
        xclip = _absolute(xclip)
        tools.append(
            Tool(
                "xclip",
                (xclip, "-selection", "clipboard", "-quiet"),
                (xclip, "-selection", "clipboard", "-o"),
            )
        )
    if (xsel := find("xsel")) is not None:
        xsel = _absolute(xsel)
        tools.append(Tool("xsel", (xsel, "-b", "-i", "-n"), (xsel, "-b", "-o")))
    return tools


def _absolute(program: str) -> str:
    return str(Path(program).absolute())  # the guard runs in another directory


def _hint(environ: Mapping[str, str], tools: list[Tool]) -> str:
    if tools:
        names = " and ".join(dict.fromkeys(tool.name for tool in tools))
        where = ", ".join(
            f"{name}={safe(environ[name], 40)}"
            for name in ("WAYLAND_DISPLAY", "DISPLAY")
            if environ.get(name)
        )
        return f"Tried {names}: check that {where} is the display you see."
    if environ.get("WAYLAND_DISPLAY"):
        return "Install wl-clipboard, for example with: apt install wl-clipboard"
    if environ.get("DISPLAY"):
        return "Install xclip or xsel, for example with: apt install xclip"
    return "Not every terminal takes a copy (OSC 52); a desktop does."
