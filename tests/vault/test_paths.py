from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from platformdirs.macos import MacOS
from platformdirs.unix import Unix

from vault.errors import StorageError
from vault.paths import Directories, Xdg, config_directory, state_directory, vault_path


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


@dataclass(frozen=True)
class Windows:
    """The directories that platformdirs answers there: one for all."""

    user_data_path: Path
    user_state_path: Path
    user_config_path: Path


def windows(home: Path) -> Windows:
    local = home / "AppData" / "Local" / "keyfob"
    return Windows(local, local, local)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's home, and no XDG variable."""
    for name in ("DATA", "STATE", "CONFIG"):
        monkeypatch.delenv(f"XDG_{name}_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def test_each_platform_has_its_own_places(home: Path) -> None:
    linux, mac = Unix("keyfob", appauthor=False), MacOS("keyfob", appauthor=False)
    support = home / "Library" / "Application Support" / "keyfob"
    local = home / "AppData" / "Local" / "keyfob"
    every: list[tuple[Directories, Path, Path, Path]] = [
        (
            linux,
            home / ".local/share/keyfob",
            home / ".local/state/keyfob",
            home / ".config/keyfob",
        ),
        (mac, support, support / "state", support),
        (windows(home), local, local / "state", local),
    ]
    for directories, data, state, config in every:
        assert vault_path(None, {}, directories=directories) == data / "keys.keyfob"
        assert state_directory(directories) == state
        assert config_directory(directories) == config


def test_what_this_machine_remembers_is_never_in_the_vaults_own_directory(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "one"))
    monkeypatch.setenv("XDG_STATE_HOME", str(home / "one"))
    for directories in (Unix("keyfob"), MacOS("keyfob"), windows(home)):
        vault = vault_path(None, {}, directories=directories)
        assert state_directory(directories) != vault.parent


def test_here_the_directories_are_those_of_this_platform(home: Path) -> None:
    assert vault_path(None, {}).is_relative_to(home)
    assert state_directory().is_relative_to(home)
    assert config_directory().is_relative_to(home)


XDG_PATHS = st.sampled_from([None, "", " ", "relative", "~/tilde", "/x", "/x/../y/", "//z", "/é"])
VARIABLES = ("XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME")


@given(st.fixed_dictionaries(dict.fromkeys(VARIABLES, XDG_PATHS)), st.sampled_from(["/h", "/h/"]))
def test_on_linux_the_directories_are_those_of_platformdirs(
    variables: dict[str, str | None], home: str
) -> None:
    environ = {name: text for name, text in variables.items() if text is not None}
    with pytest.MonkeyPatch.context() as patch:
        for name in VARIABLES:
            patch.delenv(name, raising=False)
        for name, text in {**environ, "HOME": home}.items():
            patch.setenv(name, text)
        theirs, ours = Unix("keyfob", appauthor=False), Xdg({**environ, "HOME": home})
        assert ours.user_data_path == theirs.user_data_path
        assert ours.user_state_path == theirs.user_state_path
        assert ours.user_config_path == theirs.user_config_path
