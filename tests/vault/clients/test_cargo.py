from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.vault.clients.making import (
    NOWHERE,
    asked,
    equipped,
    goes,
    known,
    read,
    refused,
    written,
)
from vault.errors import ValueRefusedError

CRATE = '[package]\nname = "{}"\nversion = "1.0.0"\n{}'
INDEX = "sparse+https://own.example/index/"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    written(tmp_path / "Cargo.toml", '[workspace]\nmembers = ["one", "two"]\n')
    written(tmp_path / "one/Cargo.toml", CRATE.format("one", ""))
    written(tmp_path / "two/Cargo.toml", CRATE.format("two", 'publish = ["my-own"]\n'))
    written(tmp_path / ".cargo/config.toml", f'[registries.my-own]\nindex = "{INDEX}"\n')
    return tmp_path


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("cargo publish -p one", ["publish one 1.0.0"]),
        ("cargo +nightly -v publish --package=one --no-verify", ["publish one 1.0.0"]),
        (
            "cargo publish -pone -p two --registry my-own",
            ["publish one 1.0.0", "publish two 1.0.0"],
        ),
        ("cargo publish --manifest-path one/Cargo.toml", ["publish one 1.0.0"]),
        ("cargo publish -p one --config net.offline=true", ["publish one 1.0.0"]),
        ("cargo -C one publish -j2", ["publish one 1.0.0"]),
        ("cargo yank one@1.0.0", ["unlist one 1.0.0"]),
        ("cargo yank --vers 1.0.0 one", ["unlist one 1.0.0"]),
        ("cargo yank one --version 1.0.0 --undo", ["relist one 1.0.0"]),
        ("cargo -C one owner --add github:contoso:core", ["change the owners of one"]),
        ("cargo owner -l one", ["change the owners of one"]),
        ("cargo publish --dry-run", []),
        ("cargo build --unknown x", []),
        ("cargo", []),
        ("cargo --version", []),
    ],
)
def test_what_a_command_asks_for(project: Path, line: str, expected: list[str]) -> None:
    assert asked(line, project) == expected


@pytest.mark.parametrize(
    ("line", "environ", "expected"),
    [
        ("cargo publish -p one", {}, (None, "crates.io")),
        ("cargo publish -p one --registry crates-io", {}, (None, "crates.io")),
        ("cargo publish -p one --registry my-own", {}, (INDEX, None)),
        ("cargo publish -p two", {}, (INDEX, None)),
        ("cargo yank one@1", {"CARGO_REGISTRY_DEFAULT": "my-own"}, (INDEX, None)),
        (
            "cargo yank one@1 --registry my-own",
            {"CARGO_REGISTRIES_MY_OWN_INDEX": "https://env.example/"},
            ("https://env.example/", None),
        ),
    ],
)
def test_where_it_goes(
    project: Path, line: str, environ: dict[str, str], expected: tuple[str | None, str | None]
) -> None:
    assert goes(line, project, {**NOWHERE, **environ}) == expected


def test_the_users_own_configuration_counts_last(project: Path) -> None:
    text = '[registry]\ndefault = "far"\n[registries]\nfar.index = "https://far.example/"\n'
    written(project / "home/config.toml", text + 'my-own.index = "https://far.example/own"\n')
    environ = {**NOWHERE, "CARGO_HOME": str(project / "home")}
    assert goes("cargo yank one@1", project, environ) == ("https://far.example/", None)
    assert goes("cargo yank one@1 --registry my-own", project, environ) == (INDEX, None)


@pytest.mark.parametrize("line", ["cargo release", "cargo ws publish", "cargo p"])
def test_a_command_nobody_knows_is_none_of_it(project: Path, line: str) -> None:
    assert read(line, project) is None


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("cargo login", "in a file that is not encrypted"),
        ("cargo publish --token made-up -p one", "already has a token"),
        ("cargo publish --index https://x.example -p one", "only in its command"),
        ("cargo publish --workspace", "a whole workspace"),
        ("cargo publish", "Cargo.toml"),
        ("cargo publish -p none", "none"),
        ("cargo publish -p o*", "cannot tell which crates"),
        ("cargo publish one", "takes no plain word"),
        ("cargo publish -p one --registry unknown", "gives an index for unknown"),
        ("cargo yank one@1 two@1", "more than one crate"),
        ("cargo publish -p one --regis my-own", "does not know the option --regis"),
        ("cargo publish -p --registry my-own", "needs a value"),
        ("cargo publish -p one --config 'registry.default=\"x\"'", "changes with --config"),
        ("cargo --config other.toml yank one@1", "changes with --config"),
    ],
)
def test_what_is_refused(project: Path, line: str, said: str) -> None:
    sentence = refused(line, project)
    assert said in sentence
    assert "made-up" not in sentence


def test_a_broken_configuration_is_refused(project: Path) -> None:
    written(project / ".cargo/config.toml", "[")
    assert "cannot be read" in refused("cargo yank one@1", project)


def provider(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = written(folder / "keyfob-cargo", "#!/bin/sh\n")
    path.chmod(0o755)
    monkeypatch.setattr(sys, "argv", [str(folder / "keyfob")])
    return path


@pytest.mark.parametrize(
    ("options", "variable"),
    [
        ("", "CARGO_REGISTRY_CREDENTIAL_PROVIDER"),
        ("--registry my-own", "CARGO_REGISTRIES_MY_OWN_CREDENTIAL_PROVIDER"),
    ],
)
def test_cargo_asks_keyfob_for_the_key(
    project: Path, monkeypatch: pytest.MonkeyPatch, options: str, variable: str
) -> None:
    path = provider(project / "bin", monkeypatch)
    environ = {
        **NOWHERE,
        "CARGO_REGISTRY_TOKEN": "old",
        "CARGO_REGISTRIES_MY_OWN_TOKEN": "old",
        "CARGO_REGISTRIES_OTHER_CREDENTIAL_PROVIDER": "cargo:token",
    }
    found = equipped(f"cargo yank one@1 {options}", project, project, environ)
    assert found.environ == {variable: str(path)}
    assert found.lends
    assert set(found.unset) == set(environ) - set(NOWHERE)


def test_a_blank_in_the_providers_path_would_split_it(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = provider(project / "a b", monkeypatch)
    found = equipped("cargo yank one@1", project, project)
    assert found.environ["CARGO_REGISTRY_CREDENTIAL_PROVIDER"] == "keyfob-cargo"
    assert found.environ["PATH"] == f"{path.parent}{os.pathsep}{NOWHERE['PATH']}"


def test_without_the_program_python_runs_it(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", [str(project / "keyfob")])
    monkeypatch.setattr(sys, "executable", "/opt/v/bin/python")
    found = equipped("cargo yank one@1", project, project)
    assert found.environ == {
        "CARGO_REGISTRY_CREDENTIAL_PROVIDER": "/opt/v/bin/python -P -m vault.hooks.cargo"
    }
    monkeypatch.setattr(sys, "executable", "/opt/a b/python")
    with pytest.raises(ValueRefusedError, match="not installed beside keyfob"):
        equipped("cargo yank one@1", project, project)


def test_what_needs_no_key_names_no_registry(project: Path) -> None:
    assert known("cargo test", project).registry is None


def test_a_project_says_nothing_of_certificates(project: Path) -> None:
    for folder in (project, project / "home"):
        written(folder / ".cargo/config.toml", '[http]\ncainfo = "mine.pem"\n')
    environ = {**NOWHERE, "CARGO_HOME": str(project / "home/.cargo")}
    sentence = refused("cargo publish -p one", project, environ)
    assert "another server could pass for the registry" in sentence
    (project / ".cargo/config.toml").unlink()
    assert asked("cargo publish -p one", project, environ) == ["publish one 1.0.0"]
