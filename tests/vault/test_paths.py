from __future__ import annotations

from pathlib import Path

import pytest

from vault.errors import StorageError
from vault.paths import vault_path


def test_the_option_wins_over_the_environment(tmp_path: Path) -> None:
    environ = {"KEYFOB_VAULT": str(tmp_path / "b")}
    assert vault_path(str(tmp_path / "a"), environ) == tmp_path / "a"
    assert vault_path(None, environ) == tmp_path / "b"


def test_a_tilde_is_the_home_and_stays_one_for_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert vault_path("~/v", {}) == tmp_path / "v"
    assert vault_path("~no-such-user-here/v", {}) == tmp_path / "~no-such-user-here" / "v"


def test_a_directory_that_is_gone_is_named_as_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    with pytest.raises(StorageError, match="current directory is gone"):
        vault_path("v", {})
    assert vault_path(str(tmp_path / "v"), {}) == tmp_path / "v"
