from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.vault.clients.making import written
from vault.clients.npmrc import (
    default_registry,
    filled,
    is_credential_for,
    layer,
    lines_of,
    nerf_dart,
    project_file,
    sole_variable,
    variables,
)
from vault.errors import ValueRefusedError


def test_the_lines_of_a_file() -> None:
    lines = [
        "a=1",
        " b = two words ",
        "; c=3",
        "# d=4",
        "",
        "flag",
        "//h/:_authToken=${T}",
        'q="x y"',
    ]
    found = layer(lines, {"T": "filled"})
    assert found.values == {
        "a": "1", "b": "two words", "flag": "true", "//h/:_authToken": "filled", "q": "x y",
    }  # fmt: skip
    assert found.raw["//h/:_authToken"] == "${T}"


def test_a_line_of_many_spaces_takes_no_time() -> None:
    gap = " " * 200_000
    assert layer([f"a{gap}b", f"c={gap}d{gap}e{gap}"], {}).raw == {
        f"a{gap}b": "true",
        "c": f"d{gap}e",
    }


def test_the_settings_of_the_environment() -> None:
    environ = {
        "npm_config_registry": "https://a.example",
        "NPM_CONFIG_USER_AGENT": "x",
        "npm_config_//h/:_authToken": "t",
        "npm_config_empty": "",
        "other": "y",
    }
    assert variables(environ).values == {
        "registry": "https://a.example", "user-agent": "x", "//h/:_authToken": "t",
    }  # fmt: skip


def test_variables_are_filled_in_as_npm_does() -> None:
    environ = {"A": "1"}
    assert filled("${A}-${B}-${C?}-\\${A}", environ) == "1-${B}--\\${A}"
    assert sole_variable("${A}") == "A"
    assert sole_variable("x${A}") is None


def test_the_projects_file(tmp_path: Path) -> None:
    written(tmp_path / "package.json", '{"workspaces": ["packages/*"]}')
    written(tmp_path / "packages/a/package.json", "{}")
    inside = tmp_path / "packages/a/src"
    inside.mkdir()
    assert project_file(inside) == tmp_path / ".npmrc"
    written(tmp_path / "package.json", "{}")
    assert project_file(inside) == tmp_path / "packages/a/.npmrc"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://h.example", "//h.example/"),
        ("https://h.example/npm", "//h.example/"),  # as npm's own does, without a final slash
        ("https://h.example/npm/", "//h.example/npm/"),
        ("http://127.0.0.1:4873/", "//127.0.0.1:4873/"),
    ],
)
def test_where_npm_keeps_a_credential(address: str, expected: str) -> None:
    assert nerf_dart(address) == expected


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("//h.example/npm/:_authToken", True),
        ("//h.example/:_password", True),
        ("//H.example/other/:_auth", True),
        ("_auth", True),
        ("//h.example/:email", False),
        ("//other.example/:_authToken", False),
        ("//h.example.evil/:_authToken", False),
        ("registry", False),
    ],
)
def test_credentials_of_one_server(key: str, expected: bool) -> None:  # noqa: FBT001 - a table
    assert is_credential_for(key, "//h.example/npm/") is expected


def test_the_default_is_what_the_installed_npm_says(tmp_path: Path) -> None:
    npm = tmp_path / "lib/node_modules/npm"
    program = written(npm / "bin/npm-cli.js", "")
    program.chmod(0o755)
    written(
        npm / "node_modules/npm-registry-fetch/lib/default-opts.js",
        "module.exports = {\n  registry: 'https://registry.example/',\n}",
    )
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/npm").symlink_to(program)
    assert default_registry({"PATH": str(tmp_path / "bin")}) == "https://registry.example/"
    assert default_registry({"PATH": "/nowhere"}) is None


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    with pytest.raises(ValueRefusedError, match="cannot be read"):
        lines_of(tmp_path / "binary")
    with pytest.raises(ValueRefusedError, match="cannot be read"):
        lines_of(tmp_path)
    assert lines_of(tmp_path / "missing") == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / ".npmrc")
    with pytest.raises(ValueRefusedError, match="cannot be read"):
        lines_of(tmp_path / ".npmrc")
