"""The user's settings, strength of a password, and where things are."""

from __future__ import annotations

from pathlib import Path

import pytest

from vault.errors import StorageError, ValueRefusedError
from vault.paths import vault_path
from vault.settings import FILE_NAME, Settings, read_settings, write_settings
from vault.strength import strength


def test_no_file_means_the_defaults(tmp_path: Path) -> None:
    assert read_settings(tmp_path) == Settings(30, 300, "dark")


def test_what_is_written_is_read_again_and_only_what_differs_is_written(tmp_path: Path) -> None:
    write_settings(tmp_path / "new", Settings(theme="light"))
    assert read_settings(tmp_path / "new") == Settings(30, 300, "light")
    assert "clear" not in (tmp_path / "new" / "settings.json").read_text()


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ('{"clear_clipboard_after": 1}', "clear_clipboard_after"),
        ('{"lock_after": "soon"}', "lock_after"),
        ('{"theme": "pink"}', "theme"),
        ('{"unlock_for": 59}', "unlock_for"),
        ('{"unlock_for": 86401}', "unlock_for"),
        ('{"agent": "always"}', "agent"),
        ('{"lock_afer": 3}', "lock_afer"),
        ("{", "malformed"),
        ("[]", "object"),
    ],
)
def test_a_malformed_file_names_file_and_field(tmp_path: Path, text: str, field: str) -> None:
    (tmp_path / "settings.json").write_text(text)
    with pytest.raises(ValueRefusedError, match=field) as caught:
        read_settings(tmp_path)
    assert "settings.json" in caught.value.message


def test_an_unreadable_file_is_an_error_of_storage(tmp_path: Path) -> None:
    (tmp_path / "settings.json").mkdir()
    with pytest.raises(StorageError):
        read_settings(tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError):
        write_settings(tmp_path / "file", Settings())


def test_the_option_beats_the_variable_beats_the_default(tmp_path: Path) -> None:
    environ = {"KEYFOB_VAULT": str(tmp_path / "b")}
    assert vault_path(str(tmp_path / "a"), environ) == tmp_path / "a"
    assert vault_path(None, environ) == tmp_path / "b"
    assert vault_path(None, {}).name == "keys.keyfob"


@pytest.mark.parametrize(
    ("password", "weak"),
    [
        ("hunter2", True),
        ("keyfob", True),
        ("password123", True),
        ("brass lantern over the harbour", False),
        ("x" * 5000, False),
    ],
)
def test_strength_tells_easy_from_hard(password: str, weak: bool) -> None:  # noqa: FBT001
    found = strength(password)
    assert (found.score < 2) == weak
    assert password not in found.advice
    assert found.word


@pytest.mark.parametrize("data", [b"\x80", b"[" * 100_000, b'{"theme": "\xff"}'])
def test_a_file_that_is_no_text_or_far_too_deep_is_malformed(tmp_path: Path, data: bytes) -> None:
    (tmp_path / FILE_NAME).write_bytes(data)
    with pytest.raises(ValueRefusedError, match=r"settings\.json"):
        read_settings(tmp_path)
