from __future__ import annotations

import pytest

from vault.reminders.prompt import segment, shows_only_ascii


def test_nothing_due_is_nothing() -> None:
    assert segment(0, ascii_only=False) == ""
    assert segment(0, ascii_only=True) == ""


def test_the_count_stands_behind_a_sign() -> None:
    assert segment(2, ascii_only=False) == "🔑2"
    assert segment(2, ascii_only=True) == "keys:2"


@pytest.mark.parametrize(
    ("environ", "platform", "plain"),
    [
        ({"LANG": "de_DE.UTF-8"}, "linux", False),
        ({"LANG": "C.utf8"}, "linux", False),
        ({"LANG": "C"}, "linux", True),
        ({"LANG": "de_DE.ISO-8859-15"}, "linux", True),
        ({"LANG": "de_DE.UTF-8", "LC_ALL": "POSIX"}, "linux", True),
        ({"LANG": "C", "LC_CTYPE": "en_US.UTF-8"}, "linux", False),
        ({"LANG": "de_DE.UTF-8", "TERM": "linux"}, "linux", True),
        ({"LANG": "de_DE.UTF-8", "TERM": "dumb"}, "darwin", True),
        ({}, "linux", True),
        ({}, "darwin", False),
        ({}, "win32", False),
    ],
)
def test_the_locale_decides_and_some_terminals(
    environ: dict[str, str],
    platform: str,
    plain: bool,  # noqa: FBT001 - a parameter of the table above
) -> None:
    assert shows_only_ascii(environ, platform) is plain
