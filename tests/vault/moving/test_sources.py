"""Which kind a file is, where the usual ones lie, and the bounds of reading one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.vault.cli.bench import V4
from tests.vault.moving.reading import NPM
from vault.cli import VERBS
from vault.errors import ValueRefusedError
from vault.moving.sources import MOST, READERS, kind_of, read_file, standard_places

_BOUNDED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[3]) << 20,) * 2)
from pathlib import Path
from vault.moving.sources import read_file
haul = read_file(Path(sys.argv[1]), sys.argv[2])
print(len(haul.found), [row.reason for row in haul.passed])
"""


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("NuGet.Config", "nuget"),
        (".npmrc", "npmrc"),
        (".pypirc", "pypirc"),
        (".cargo/credentials.toml", "cargo"),
        (".cargo/credentials", "cargo"),
        (".gem/credentials", "gem"),
        (".config/gh/hosts.yml", "gh"),
        (".config/glab-cli/config.yml", "glab"),
        (".netrc", "netrc"),
        ("x.1pux", "1password"),
        ("bitwarden_export.json", "bitwarden"),
        ("x.XML", "keepass"),
        ("x.csv", "csv"),
    ],
)
def test_the_name_says_the_kind(tmp_path: Path, name: str, kind: str) -> None:
    assert kind_of(tmp_path / name) == kind


def test_a_name_that_says_nothing(tmp_path: Path) -> None:
    for name in ("credentials", "config.yml", "x"):
        with pytest.raises(ValueRefusedError):
            kind_of(tmp_path / name)


def test_the_verb_offers_every_kind() -> None:
    from importlib import import_module

    assert "import" in VERBS
    assert (*READERS, "environment") == import_module("vault.cli.import").KINDS


def test_the_usual_places_each_file_once(tmp_path: Path) -> None:
    home, project = tmp_path / "home", tmp_path / "project"
    project.mkdir()
    there = [
        ".nuget/NuGet/NuGet.Config",
        ".npmrc",
        ".pypirc",
        ".cargo/credentials.toml",
        ".gem/credentials",
        ".config/gh/hosts.yml",
        ".netrc",
    ]
    for name in there:
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text("")
    (home / ".cargo" / "credentials").symlink_to("credentials.toml")
    (project / ".npmrc").write_text("")
    found = standard_places(project, {"HOME": str(home)})
    assert [kind for path, kind in found if path.is_relative_to(home)] == [
        "nuget",
        "npmrc",
        "pypirc",
        "cargo",
        "gem",
        "gh",
        "netrc",
    ]
    assert (project / ".npmrc", "npmrc") in found


def test_where_the_environment_says_they_are(tmp_path: Path) -> None:
    for name in ("cargo/credentials.toml", "gh/hosts.yml", "glab/config.yml", "rc", "n"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    environ = {
        "HOME": str(tmp_path / "none"),
        "CARGO_HOME": str(tmp_path / "cargo"),
        "GH_CONFIG_DIR": str(tmp_path / "gh"),
        "GLAB_CONFIG_DIR": str(tmp_path / "glab"),
        "NPM_CONFIG_USERCONFIG": str(tmp_path / "rc"),
        "NETRC": str(tmp_path / "n"),
    }
    found = standard_places(tmp_path / "none", environ)
    kinds = [kind for path, kind in found if path.is_relative_to(tmp_path)]
    assert kinds == ["npmrc", "cargo", "gh", "glab", "netrc"]


def test_what_cannot_be_read_says_why(tmp_path: Path) -> None:
    assert "cannot be read" in read_file(tmp_path / "none", "npmrc").passed[0].reason
    assert "It " in read_file(tmp_path, "npmrc").passed[0].reason
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        [passed] = read_file(tmp_path / "pipe", "csv").passed
        assert passed.reason == "It was skipped: it is not a file."


def test_only_so_many_keys_of_one_source(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_text(f"//a.example/:_authToken={NPM}\n" * (MOST + 5))
    haul = read_file(path, "npmrc")
    assert len(haul.found) == MOST
    assert "Only its first 10,000" in haul.passed[0].reason


_PIECES = [
    *("hosts", "users", "user", "token", "oauth_token", "github.com", ":", " ", "\n", "  ", "'"),
    *('"', "[", "]", "=", "#", "machine", "login", "password", "default", "macdef", "//a/:_auth="),
    *("<configuration>", "<apikeys>", "<add ", 'key="a" ', 'value="b"', "/>", "<packageSources>"),
    *("<packageSourceCredentials>", "</", ">", "<KeePassFile>", "<Entry>", "<Key>", "<Value>"),
    *("</Entry>", "</Key>", "</Value>", "<History>", "registry", "registries", ".a", '{"items":'),
    *("null", "[{", "}]", "}", "5", '{"login":', '{"accounts":', ",", "name,password\n", V4, NPM),
    *("${A}", "%A%", "e30=", "\ufeff", "\0", "\ud7ff", "Bearer "),
]


@pytest.mark.parametrize("kind", READERS)
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None
)
@given(pieces=st.lists(st.sampled_from(_PIECES), max_size=25))
def test_whatever_a_file_holds_there_is_an_answer(
    tmp_path: Path, kind: str, pieces: list[str]
) -> None:
    path = tmp_path / "x"
    path.write_text("".join(pieces), encoding="utf-8")
    haul = read_file(path, kind)
    for found in haul.found:
        assert found.secret
        assert found.secret.reveal() not in found.remove
    assert all(passed.reason for passed in haul.passed)


def bounded(path: Path, kind: str, megabytes: int = 700) -> str:
    done = subprocess.run(
        [sys.executable, "-c", _BOUNDED, str(path), kind, str(megabytes)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.strip()


@pytest.mark.skipif(sys.platform != "linux", reason="bounds a process as Linux does")
@pytest.mark.parametrize("kind", READERS)
def test_a_gibibyte_does_not_exhaust_memory(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "huge"
    with path.open("wb") as stream:
        stream.truncate(1 << 30)
    assert bounded(path, kind).startswith("0 ['It was skipped: ")


@pytest.mark.parametrize("kind", ["npmrc", "netrc", "pypirc", "gh", "glab"])
def test_a_clients_own_file_has_a_largest_size(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "long"
    path.write_text("[a]\n" + f"a: {'b' * 70}\n" * 120_000)
    [passed] = read_file(path, kind).passed
    assert passed.reason == "It was skipped: it is larger than 8 MiB."


@pytest.mark.skipif(sys.platform != "linux", reason="bounds a process as Linux does")
def test_an_export_of_any_size_is_read_row_by_row(tmp_path: Path) -> None:
    path = tmp_path / "huge"
    with path.open("w") as stream:
        stream.write("name,password\n")
        for _ in range(100):
            stream.write(f"entry,{'x' * 60_000}\n" * 10)
        stream.write(f"last,{V4}\n")
    assert bounded(path, "csv", megabytes=60 + 150) == "1 []"


@pytest.mark.skipif(sys.platform != "linux", reason="bounds a process as Linux does")
@pytest.mark.parametrize("kind", ["csv", "npmrc", "netrc", "pypirc", "gem", "bitwarden"])
def test_100_000_lines_do_not_exhaust_memory(tmp_path: Path, kind: str) -> None:
    line = {
        "csv": "entry,https://a.example/,me,some password of mine",
        "npmrc": "//a.example/:email=me",
        "netrc": "machine a.example login me password hunter2",
        "pypirc": "[a]\nusername = me",
        "gem": "a: b",
        "bitwarden": '{"name":"entry","login":{"username":"me","password":"hunter2"}},',
    }[kind]
    first = {"csv": "name,url,username,password", "bitwarden": '{"items":['}.get(kind, "")
    last = {
        "csv": f"last,,,{V4}",
        "npmrc": f"//a.example/:_authToken={NPM}",
        "netrc": f"machine a.example password {NPM}",
        "pypirc": "[last]\npassword = made-up-word",
        "gem": "",
        "bitwarden": f'{{"name":"last","login":{{"password":"{V4}"}}}}]}}',
    }[kind]
    path = tmp_path / "long"
    path.write_text("\n".join([first, *[line] * 100_000, last]).lstrip())
    found = bounded(path, kind)
    assert found == "1 []" if kind != "gem" else found.startswith("10000 ['Only")
