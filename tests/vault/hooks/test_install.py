from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.errors import StorageError, ValueRefusedError, VaultError
from vault.hooks import install, recipes
from vault.hooks.install import Installer, Plan
from vault.hooks.record import cut_between, read_record
from vault.hooks.settings import disk

PROGRAMS = ("keyfob-cargo", "git-credential-keyfob", "docker-credential-keyfob")
CLIENTS = ("cargo", "docker", "git", "keyring")
FILES = {
    "cargo": ".cargo/config.toml",
    "docker": ".docker/config.json",
    "git": ".gitconfig",
    "keyring": ".config/pip/pip.conf",
}
TEXTS = {
    "cargo": b'# mine\n[build]\njobs = 2 # two\n\n[registry]\ndefault = "x" # keep\n',
    "docker": b'{\n\t"auths": {\n\t\t"x": {\n\t\t\t"auth": "bWFkZS11cA=="\n\t\t}\n\t}\n}',
    "git": b"# mine\n[user]\n\tname = A ; keep\n[credential]\n\thelper = store\n",
    "keyring": b"# mine\n[global]\nindex-url = https://u:made-up@x.invalid/simple\n[list]\nx=y",
}


class Home:
    """A home directory and the programs of keyfob on the PATH."""

    def __init__(self, root: Path) -> None:
        self.path = root / "home"
        self.state = root / "state"
        self.programs = root / "bin"
        for folder in (self.path, self.programs):
            folder.mkdir()
        for name in PROGRAMS:
            (self.programs / name).write_text("#!/bin/sh\n")
            (self.programs / name).chmod(0o700)
        self.environ = {"PATH": f"{self.programs}{os.pathsep}{os.environ['PATH']}"}

    @property
    def installer(self) -> Installer:
        return Installer(self.environ, self.path, self.state, self.path / "own")

    def install(self, client: str) -> Plan:
        plan = self.installer.installing(client)
        self.installer.carry_out(plan)
        return plan

    def remove(self, client: str) -> Plan:
        plan = self.installer.removing(client)
        self.installer.carry_out(plan)
        return plan

    def write(self, client: str, data: bytes | None = None, mode: int = 0o640) -> Path:
        path = self.path / FILES[client]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(TEXTS[client] if data is None else data)
        path.chmod(mode)
        return path

    def everything(self) -> dict[str, tuple[int, bytes]]:
        return {
            str(path.relative_to(self.path)): (
                path.lstat().st_mode,
                path.read_bytes() if path.is_file() else b"",
            )
            for path in sorted(self.path.rglob("*"))
        }


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("there", [True, False])
def test_removing_brings_back_every_byte(home: Home, client: str, *, there: bool) -> None:
    if there:
        home.write(client)
    before = home.everything()
    assert home.install(client).files
    assert home.everything() != before
    home.remove(client)
    assert home.everything() == before
    assert not list((home.state / "hooks").iterdir())


@pytest.mark.parametrize("client", CLIENTS)
def test_everything_else_in_the_file_stays_and_so_does_its_mode(home: Home, client: str) -> None:
    path = home.write(client)
    home.install(client)
    lines = [line.strip(b",") for line in TEXTS[client].splitlines()]
    after = iter([line.strip(b",") for line in path.read_bytes().splitlines()])
    assert all(line in after for line in lines)  # each behind the one before
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


@pytest.mark.parametrize("client", CLIENTS)
def test_installing_twice_changes_nothing_more(home: Home, client: str) -> None:
    home.write(client)
    before = home.everything()
    home.install(client)
    once = home.everything()
    assert home.install(client).files == ()
    assert home.everything() == once
    home.remove(client)
    assert home.everything() == before


@pytest.mark.parametrize("client", CLIENTS)
def test_planning_writes_nothing(home: Home, client: str) -> None:
    home.write(client)
    before = home.everything()
    home.installer.installing(client)
    assert home.everything() == before
    assert not home.state.exists()


@pytest.mark.parametrize("client", CLIENTS)
def test_what_was_changed_elsewhere_meanwhile_stays(home: Home, client: str) -> None:
    path = home.write(client)
    home.install(client)
    text = path.read_bytes()
    more = text.replace(b"mine", b"ours").replace(b'"x"', b'"z"')
    path.write_bytes(more)
    assert home.remove(client).notes == ()
    left = path.read_bytes()
    assert b"keyfob" not in left
    assert b"keyring-provider" not in left
    expected = TEXTS[client].replace(b"mine", b"ours").replace(b'"x"', b'"z"')
    assert left.split() == expected.split()


def test_a_setting_somebody_changed_since_is_left_and_told(home: Home) -> None:
    path = home.write("cargo")
    home.install("cargo")
    path.write_text(path.read_text().replace("keyfob-cargo", "other-provider"))
    changed = path.read_bytes()
    plan = home.remove("cargo")
    assert path.read_bytes() == changed
    assert "global-credential-providers was changed since" in plan.notes[0]
    assert home.installer.removing("cargo").paths == ()


def test_a_former_value_comes_back_even_after_other_changes(home: Home) -> None:
    text = b'[registry]\nglobal-credential-providers = ["cargo:wincred"]\n'
    path = home.write("cargo", text + b'credential-provider = "cargo:libsecret"\n')
    home.install("cargo")
    assert b'["cargo:wincred", "keyfob-cargo"]' in path.read_bytes()
    assert b'credential-provider = "keyfob-cargo"' in path.read_bytes()
    path.write_bytes(b"# new\n" + path.read_bytes())
    home.remove("cargo")
    assert path.read_bytes() == (b"# new\n" + text + b'credential-provider = "cargo:libsecret"\n')


def test_installing_again_after_a_change_still_remembers_the_first_value(home: Home) -> None:
    path = home.write("docker", b'{"credHelpers": {"https://index.docker.io/v1/": "desktop"}}')
    home.install("docker")
    path.write_bytes(b'{"credHelpers": {}}')
    home.install("docker")
    home.remove("docker")
    assert b"keyfob" not in path.read_bytes()
    path.write_bytes(b'{"credHelpers": {"https://index.docker.io/v1/": "desktop"}}')
    home.install("docker")
    home.remove("docker")
    assert b'"desktop"' in path.read_bytes()


def test_a_provider_that_moved_is_undone_to_the_very_first_value(home: Home) -> None:
    path = home.write("git", b'[credential "https://github.com"]\n\thelper = first\n')
    home.install("git")
    text = path.read_text().replace("helper = keyfob", "helper = second")
    path.write_text(text)
    home.install("git")
    home.remove("git")
    assert "helper = second" in path.read_text()  # what was there when keyfob wrote the last time


MALFORMED = {
    "cargo": (b"[registry\nx = 1\n", "line 1"),
    "docker": (b'{\n  "auths": {,}\n}', "line 2, column 13"),
    "git": (b"[user]\nname = A\n[broken\n", "line 3"),
    "keyring": (b"[global]\nx = 1\nno option\n", "line 3"),
}


@pytest.mark.parametrize("client", CLIENTS)
def test_a_malformed_file_is_refused_with_its_place_and_left(home: Home, client: str) -> None:
    data, place = MALFORMED[client]
    path = home.write(client, data)
    with pytest.raises(ValueRefusedError) as refused:
        home.installer.installing(client)
    assert str(path) in refused.value.message
    assert place in refused.value.message
    assert path.read_bytes() == data


@pytest.mark.parametrize(
    ("client", "data"),
    [
        ("cargo", b"registry = 3\n"),
        ("cargo", b"[registry]\nglobal-credential-providers = 3\n"),
        ("cargo", b"\xff"),
        ("docker", b"[]"),
        ("docker", b'{"credHelpers": []}'),
        ("docker", b'{"credHelpers": {"https://index.docker.io/v1/": 3}}'),
        ("docker", b'{"auths": {}, "auths": {}}'),
        ("docker", b"[" * 100_000),
        ("docker", b"\xff"),
        ("keyring", b"x = 1\n"),
        ("keyring", b"[global]\n[global]\n"),
        ("keyring", b"\xff"),
    ],
)
def test_what_cannot_hold_the_setting_is_refused_and_left(
    home: Home, client: str, data: bytes
) -> None:
    path = home.write(client, data)
    with pytest.raises(ValueRefusedError, match=r"config|pip\.conf"):
        home.installer.installing(client)
    assert path.read_bytes() == data


@pytest.mark.parametrize("client", CLIENTS)
def test_a_link_is_followed_and_stays_one(home: Home, client: str) -> None:
    path = home.write(client)
    real = home.path / "dotfiles" / "file"
    real.parent.mkdir()
    path.rename(real)
    path.symlink_to(real)
    home.install(client)
    assert path.is_symlink()
    assert real.read_bytes() != TEXTS[client]
    home.remove(client)
    assert path.is_symlink()
    assert real.read_bytes() == TEXTS[client]


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give files away"
)
def test_a_file_stays_its_owners(home: Home) -> None:
    path = home.write("docker")
    os.chown(path, 12345, 54321)
    home.install("docker")
    assert (path.stat().st_uid, path.stat().st_gid) == (12345, 54321)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_read_only_file_is_refused_and_left(home: Home) -> None:
    path = home.write("git", mode=0o440)
    with pytest.raises(StorageError, match="read-only"):
        home.install("git")
    assert path.read_bytes() == TEXTS["git"]


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo])
def test_what_is_no_file_is_refused(home: Home, make: Callable[[Path], object]) -> None:
    (home.path / ".docker").mkdir()
    make(home.path / ".docker" / "config.json")
    with pytest.raises(StorageError):
        home.installer.installing("docker")


def test_a_huge_file_is_refused(home: Home) -> None:
    home.write("docker", b" " * (1 << 20) + b"{}")
    with pytest.raises(StorageError, match="longer than"):
        home.installer.installing("docker")


def test_a_file_that_changed_since_it_was_shown_is_not_written(home: Home) -> None:
    path = home.write("docker")
    plan = home.installer.installing("docker")
    path.write_bytes(b'{"new": 1}')
    with pytest.raises(StorageError, match="changed meanwhile"):
        home.installer.carry_out(plan)
    assert path.read_bytes() == b'{"new": 1}'


def test_an_interruption_between_two_files_can_be_undone(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.write("keyring")
    before = home.everything()
    calls: list[Path] = []

    def failing(path: Path, *rest: object, **more: object) -> None:
        calls.append(path)
        if len(calls) == 2:
            raise StorageError("The disk is full.")
        real(path, *rest, **more)  # type: ignore[arg-type]  # passed on as they came

    real = disk.replace_config
    monkeypatch.setattr(install, "replace_config", failing)
    with pytest.raises(StorageError):
        home.install("keyring")
    monkeypatch.setattr(install, "replace_config", real)
    assert home.everything() != before
    home.remove("keyring")
    assert home.everything() == before


def test_what_is_remembered_holds_nothing_of_the_rest_of_a_file(home: Home) -> None:
    home.write("docker", b'{"auths": {"x": {"auth": "made-up"}}}')
    home.write("keyring")
    for client in ("docker", "keyring"):
        home.install(client)
        record = home.state / "hooks" / f"{client}.json"
        assert b"made-up" not in record.read_bytes()
        for row in read_record(home.state, client).files:
            assert row.cut is None or b"made-up" not in row.cut.former
        assert stat.S_IMODE(record.stat().st_mode) == 0o600
    home.remove("docker")
    assert b"made-up" in (home.path / FILES["docker"]).read_bytes()


def test_a_damaged_memory_is_as_none(home: Home) -> None:
    home.install("git")
    (home.state / "hooks" / "git.json").write_bytes(b"{")
    assert read_record(home.state, "git").files == ()
    assert home.installer.removing("git").paths == ()


def test_directories_that_the_environment_names_count(home: Home, tmp_path: Path) -> None:
    away = tmp_path / "away"
    home.environ |= {
        "CARGO_HOME": str(away / "cargo"),
        "DOCKER_CONFIG": str(away / "docker"),
        "GIT_CONFIG_GLOBAL": str(away / "git"),
        "PIP_CONFIG_FILE": str(away / "pip"),
        "XDG_CONFIG_HOME": str(away / "xdg"),
    }
    for client in CLIENTS:
        home.install(client)
    found = {str(path.relative_to(away)) for path in away.rglob("*") if path.is_file()}
    assert found == {"cargo/config.toml", "docker/config.json", "git", "pip", "xdg/uv/uv.toml"}
    assert {path.name for path in home.path.rglob("*") if path.is_file()} == {"keyring"}


def test_git_writes_where_git_would(home: Home) -> None:
    other = home.path / ".config" / "git" / "config"
    other.parent.mkdir(parents=True)
    other.write_text("[user]\n\tname = A\n")
    home.install("git")
    assert b"keyfob" in other.read_bytes()
    assert not (home.path / ".gitconfig").exists()


def test_cargos_old_file_name_is_kept(home: Home) -> None:
    (home.path / ".cargo").mkdir()
    (home.path / ".cargo" / "config").write_text("[build]\n")
    home.install("cargo")
    assert not (home.path / ".cargo" / "config.toml").exists()
    assert "keyfob-cargo" in (home.path / ".cargo" / "config").read_text()


def test_another_program_named_keyring_is_left(home: Home) -> None:
    (home.path / "own").mkdir()
    (home.path / "own" / "keyring").write_text("#!/bin/sh\n# the real one\n")
    with pytest.raises(ValueRefusedError, match="another program"):
        home.install("keyring")


def test_the_program_keyring_ignores_the_directory_it_is_run_in(home: Home) -> None:
    home.install("keyring")
    script = home.path / "own" / "keyring"
    assert f"{sys.executable} -P -m vault.hooks.keyring_shim" in script.read_text()
    assert stat.S_IMODE(script.stat().st_mode) == 0o700


def test_programs_that_are_nowhere_are_told(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.environ = {"PATH": "/nowhere"}
    monkeypatch.setattr(sys, "executable", str(home.path / "python"))
    with pytest.raises(VaultError, match="keyfob-cargo is not installed"):
        home.installer.installing("cargo")


def test_programs_beside_python_are_named_by_their_path(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.environ = {"PATH": os.environ["PATH"].replace(str(Path(sys.executable).parent), "/no")}
    monkeypatch.setattr(sys, "executable", str(home.programs / "python"))
    home.install("cargo")
    home.install("git")
    assert str(home.programs / "keyfob-cargo") in (home.path / FILES["cargo"]).read_text()
    assert str(home.programs / PROGRAMS[1]) in (home.path / FILES["git"]).read_text()
    assert str(home.programs) in " ".join(home.install("docker").notes)


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script stands in for the helper")
def test_git_runs_a_program_whose_path_has_a_space(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = home.path / "it's mine"
    folder.mkdir()
    helper = folder / "git-credential-keyfob"
    helper.write_text("#!/bin/sh\necho username=contoso\necho password=made-up\n")
    helper.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(folder / "python"))
    home.environ = {"PATH": os.environ["PATH"].replace(str(Path(sys.executable).parent), "/no")}
    home.install("git")
    done = subprocess.run(
        ["git", "credential", "fill"],
        input=b"protocol=https\nhost=github.com\n\n",
        env=home.environ | {"HOME": str(home.path), "GIT_TERMINAL_PROMPT": "0"},
        cwd=home.path,
        capture_output=True,
        check=True,
    )
    assert b"password=made-up\n" in done.stdout


def test_a_percent_sign_in_a_path_stays_one_in_a_batch_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "executable", r"C:\100%\python.exe")
    assert recipes._script(windows=True).startswith(r'@"C:\100%%\python.exe" -P ')


@given(st.binary(max_size=40), st.binary(max_size=40))
def test_a_cut_undoes_any_change(before: bytes, after: bytes) -> None:
    cut = cut_between(before, after)
    assert cut.undone(after) == before
    assert cut.undone(after + b"x") is None
    assert cut.former in before
