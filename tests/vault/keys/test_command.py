from __future__ import annotations

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.errors import ValueRefusedError
from vault.keys.command import MAX_COMMAND, check_command, split_command


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("gh secret set NUGET_KEY --repo contoso/core", ["gh", "secret", "set", "NUGET_KEY"]),
        ("sh -c 'cat > \"$HOME/my key\"'", ["sh", "-c", 'cat > "$HOME/my key"']),
        ("tee '/srv/it'\\''s here'", ["tee", "/srv/it's here"]),
        ("curl 'https://contoso.example/?a=$b&c' -d@- --at=a~b", ["curl"]),
        ("awk '{print > \"|\"}' '|'", ["awk", '{print > "|"}', "|"]),
    ],
)
def test_a_command_is_taken_apart_as_by_a_shell(text: str, words: list[str]) -> None:
    assert list(split_command(check_command(text)))[: len(words)] == words


def test_on_windows_a_backslash_is_part_of_a_path() -> None:
    assert split_command(r'C:\bin\gh.exe secret set "A B"', posix=False) == (
        r"C:\bin\gh.exe",
        "secret",
        "set",
        "A B",
    )


@pytest.mark.parametrize(
    "text",
    [
        *("gh 'open", "a\x1b[2J", "x" * 2000, "''"),
        *("a | b", "tee < x", "cat > x", "a && b", "a; b", "tee x >/dev/null", "tee x 2>&1"),
        *("tee x>/dev/null", "a|b", "gh secret set X<y", "tee `pwd`/x"),
        *("tee ~/key", "tee $HOME/key", "a --at=$(pwd)"),
    ],
)
def test_what_cannot_be_run_is_refused_when_it_is_written_down(text: str) -> None:
    with pytest.raises(ValueRefusedError):
        check_command(text)


def test_no_command_is_none() -> None:
    assert check_command("  ") == ""


@given(st.lists(st.text(min_size=1), min_size=1))
def test_every_list_of_words_can_be_written_as_a_command_or_is_refused(words: list[str]) -> None:
    try:
        command = check_command(shlex.join(words))
    except ValueRefusedError:
        written = shlex.join(words).strip()
        assert not written.isprintable() or len(written) > MAX_COMMAND
        return
    import unicodedata

    assert split_command(command, posix=True) == tuple(
        unicodedata.normalize("NFC", word) for word in words
    )
