from __future__ import annotations

from pathlib import Path

import pytest

from tests.vault.artifacts.making import GEM, gem
from tests.vault.clients.making import (
    NOWHERE,
    SECRET,
    asked,
    built_gem,
    equipped,
    goes,
    known,
    read,
    refused,
)

HOST = "https://gems.example"


def gem_of(folder: Path, metadata: str) -> Path:
    path = folder / "contoso.gem"
    path.write_bytes(gem(f"{GEM}metadata:\n{metadata}rubygems_version: 3.6.0\n"))
    return path


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("gem push contoso.gem", ["publish contoso-core 1.2.0"]),
        ("bundle exec gem push --silent contoso.gem --otp 123456", ["publish contoso-core 1.2.0"]),
        ("gem yank contoso-core -v 1.2.0 --platform java", ["unlist contoso-core 1.2.0"]),
        ("gem owner contoso-core -a bob@contoso.example", ["change the owners of contoso-core"]),
        ("gem owner contoso-core --rem bob", ["change the owners of contoso-core"]),
        ("gem owner contoso-core", []),
        ("gem push --help", []),
        ("gem build x.gemspec", []),
    ],
)
def test_what_a_command_asks_for(tmp_path: Path, line: str, expected: list[str]) -> None:
    built_gem(tmp_path)
    assert asked(line, tmp_path) == expected


@pytest.mark.parametrize(
    ("options", "environ", "expected"),
    [
        ("", {}, (None, "rubygems")),
        (f"--host {HOST}", {"RUBYGEMS_HOST": "https://x.example"}, (HOST, None)),
        ("", {"RUBYGEMS_HOST": HOST}, (HOST, None)),
    ],
)
def test_where_it_goes(
    tmp_path: Path,
    options: str,
    environ: dict[str, str],
    expected: tuple[str | None, str | None],
) -> None:
    built_gem(tmp_path)
    assert goes(f"gem push contoso.gem {options}", tmp_path, {**NOWHERE, **environ}) == expected


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        (f"  allowed_push_host: {HOST}\n", HOST),
        (f'  source_code_uri: https://x.example\n  allowed_push_host: "{HOST}"\n', HOST),
        (f"  allowed_push_host: https://a.example\n  default_gem_server: '{HOST}'\n", HOST),
        ("  source_code_uri: https://x.example\n", None),
        ("  allowed_push_host: ''\n", None),
    ],
)
def test_a_gem_may_name_its_own_server(tmp_path: Path, metadata: str, expected: str) -> None:
    gem_of(tmp_path, metadata)
    assert goes("gem push contoso.gem", tmp_path)[0] == expected
    environ = {**NOWHERE, "RUBYGEMS_HOST": "https://other.example"}
    found = goes("gem push contoso.gem", tmp_path, environ)[0]
    assert found == (expected or "https://other.example")
    assert goes("gem push contoso.gem --host https://mine.example", tmp_path)[0] == (
        "https://mine.example"
    )


def test_one_that_is_no_address_is_refused(tmp_path: Path) -> None:
    gem_of(tmp_path, "  default_gem_server: |\n    https://evil.example\n")
    assert "is no address of a server" in refused("gem push contoso.gem", tmp_path)


@pytest.mark.parametrize("line", ["gem", "gem plugin-verb", "gem --debug push x.gem"])
def test_a_command_nobody_knows_is_none_of_it(tmp_path: Path, line: str) -> None:
    assert read(line, tmp_path) is None


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("gem signin", "in a file that is not encrypted"),
        ("gem push", "one gem at a time"),
        ("gem push contoso.gem other.gem", "one gem at a time"),
        ("gem push missing.gem", "There is no file missing.gem"),
        ("gem push contoso.gem -k mine", "names a key of gem's own file"),
        ("gem push contoso.gem --host gems.example", "is no address"),
        ("gem push contoso.gem --host", "needs a value"),
        ("gem push -- --host", "There is no file --host"),
        ("gem push contoso.gem --new", "does not know the option --new"),
    ],
)
def test_what_is_refused(tmp_path: Path, line: str, said: str) -> None:
    built_gem(tmp_path)
    assert said in refused(line, tmp_path)


def test_the_key_goes_in_by_environment_and_gem_is_told_where_to(tmp_path: Path) -> None:
    built_gem(tmp_path)
    found = equipped("gem push contoso.gem", tmp_path, tmp_path)
    assert found.environ == {"GEM_HOST_API_KEY": SECRET}
    assert found.command == ("gem", "push", "--host", "https://rubygems.org", "contoso.gem")
    assert not found.terminal


def test_the_server_of_the_environment_is_the_one_it_is_told(tmp_path: Path) -> None:
    built_gem(tmp_path)
    environ = {**NOWHERE, "RUBYGEMS_HOST": HOST}
    found = equipped("bundle exec gem push -- contoso.gem", tmp_path, tmp_path, environ)
    expected = f"bundle exec gem push --host {HOST} -- contoso.gem"
    assert " ".join(found.command) == expected


def test_github_takes_its_token_as_a_bearer(tmp_path: Path) -> None:
    line = "gem yank contoso-core -v 1 --host https://rubygems.pkg.github.com/contoso"
    assert equipped(line, tmp_path, tmp_path).environ == {"GEM_HOST_API_KEY": f"Bearer {SECRET}"}


def test_a_command_that_only_lists_owners_needs_no_key(tmp_path: Path) -> None:
    assert known("gem owner contoso-core", tmp_path).registry is None
