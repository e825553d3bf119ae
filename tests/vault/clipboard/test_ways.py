"""Which ways are tried, in which order, and what is advised when there is none."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from vault.clipboard.ways import Ways, ways

ALL = ("wl-copy", "wl-paste", "xclip", "xsel")
WAYLAND = {"WAYLAND_DISPLAY": "wayland-0", "XDG_RUNTIME_DIR": "/run/user/1000"}
X11 = {"DISPLAY": ":0"}
SSH = {"SSH_CONNECTION": "10.0.0.1 5000 10.0.0.2 22", "SSH_TTY": "/dev/pts/1"}


def found(environ: Mapping[str, str], *installed: str, platform: str = "linux") -> Ways:
    """The ways on a machine with these programs in /usr/bin."""

    def find(name: str) -> str | None:
        return f"/usr/bin/{name}" if name in installed else None

    return ways(environ, platform=platform, find=find)


def names(found: Ways) -> list[str]:
    """The tools' names, each once, in order."""
    return list(dict.fromkeys(tool.name for tool in found.tools))


@pytest.mark.parametrize(
    ("environ", "installed", "expected"),
    [
        (X11, ALL, ["xclip", "xsel"]),
        (X11, ("xsel",), ["xsel"]),
        (WAYLAND, ALL, ["wl-copy"]),
        (WAYLAND | X11, ALL, ["wl-copy", "xclip", "xsel"]),
        (WAYLAND | X11, ("xclip",), ["xclip"]),
        ({}, ALL, []),
        ({"DISPLAY": ""}, ALL, []),
        (SSH, ALL, []),
        (SSH | {"DISPLAY": "localhost:10.0"}, ALL, ["xclip", "xsel"]),
        ({"SSH_TTY": "/dev/pts/0"}, ALL, []),
    ],
)
def test_the_session_decides(
    environ: Mapping[str, str], installed: tuple[str, ...], expected: list[str]
) -> None:
    assert names(found(environ, *installed)) == expected


def test_the_tools_stay_in_the_foreground_and_take_the_secret_on_stdin() -> None:
    commands = [tool.command for tool in found(X11, *ALL).tools]
    assert commands == [
        ("/usr/bin/xclip", "-selection", "clipboard", "-quiet"),
        ("/usr/bin/xsel", "-b", "-i", "-n"),
    ]


class TestWayland:
    """wl-copy: its options, its file, its question."""

    def test_the_hint_for_histories_is_tried_first_and_done_without(self) -> None:
        first, second = found(WAYLAND, *ALL).tools
        assert first.command == (
            "/usr/bin/wl-copy", "--sensitive", "-f", "-t", "text/plain;charset=utf-8",
        )  # fmt: skip
        assert second.command == ("/usr/bin/wl-copy", "-f", "-t", "text/plain;charset=utf-8")

    def test_its_file_goes_to_memory_and_is_swept_wherever_it_is(self) -> None:
        for tool in found(WAYLAND, *ALL).tools:
            assert tool.environ == {"TMPDIR": "/run/user/1000"}
            assert tool.leaves == (
                "/tmp/wl-copy-buffer-*/stdin",
                "/run/user/1000/wl-copy-buffer-*/stdin",
            )

    def test_without_a_runtime_directory_nothing_is_made_up(self) -> None:
        assert found({"WAYLAND_DISPLAY": "wayland-0"}, *ALL).tools[0].environ == {}

    def test_it_is_asked_back_except_where_asking_takes_the_focus(self) -> None:
        assert found(WAYLAND, *ALL).tools[0].reader is not None
        gnome = WAYLAND | {"XDG_CURRENT_DESKTOP": "ubuntu:GNOME"}
        assert found(gnome, *ALL).tools[0].reader is None
        assert found(WAYLAND, "wl-copy").tools[0].reader is None


@pytest.mark.parametrize(
    ("environ", "platform", "expected"),
    [
        ({}, "darwin", True),
        ({}, "win32", True),
        (SSH, "darwin", False),
        (SSH, "win32", False),
        (SSH | X11, "darwin", False),
        (X11, "linux", True),
        (WAYLAND, "linux", False),
        ({}, "linux", False),
        ({"WSL_DISTRO_NAME": "Debian"}, "linux", True),
        (X11, "freebsd14", True),
    ],
)
def test_pyperclip_is_for_the_other_systems_and_the_last_resort_under_x11(
    environ: Mapping[str, str],
    platform: str,
    expected: bool,  # noqa: FBT001 - a column of the table above
) -> None:
    assert found(environ, platform=platform).pyperclip is expected


@pytest.mark.parametrize(
    ("environ", "platform", "expected"),
    [
        ({}, "darwin", True),
        ({}, "win32", True),
        ({}, "cygwin", False),
        (SSH, "darwin", False),
        (SSH, "win32", False),
        (X11, "linux", False),
        ({"WSL_DISTRO_NAME": "Debian"}, "linux", False),
    ],
)
def test_macos_and_windows_are_asked_themselves(
    environ: Mapping[str, str],
    platform: str,
    expected: bool,  # noqa: FBT001 - a column of the table above
) -> None:
    assert found(environ, platform=platform).native is expected


@pytest.mark.parametrize(
    ("environ", "installed", "word"),
    [
        (WAYLAND, (), "wl-clipboard"),
        (X11, (), "xclip"),
        (WAYLAND | X11, (), "wl-clipboard"),
        (SSH, ALL, "ssh -X"),
        (SSH, ALL, "OSC 52"),
        ({}, ALL, "OSC 52"),
        (X11, ALL, "DISPLAY=:0"),
        (WAYLAND, ALL, "WAYLAND_DISPLAY=wayland-0"),
    ],
)
def test_the_hint_fits_the_session(
    environ: Mapping[str, str], installed: tuple[str, ...], word: str
) -> None:
    assert word in found(environ, *installed).hint


def test_a_hostile_display_is_shown_inert() -> None:
    assert "\x1b" not in found({"DISPLAY": ":0\x1b]2;title\x07"}, *ALL).hint


def test_programs_are_looked_for_in_the_given_path_only() -> None:
    assert ways({"DISPLAY": ":0", "PATH": "/nonexistent"}, platform="linux").tools == ()
