from __future__ import annotations

from pathlib import Path

import pytest

from tests.vault.clients.making import (
    NOWHERE,
    SECRET,
    asked,
    equipped,
    goes,
    known,
    nupkg,
    read,
    refused,
    written,
)
from vault.errors import ValueRefusedError

FEED = "https://feed.example/v3/index.json"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("dotnet nuget push A.1.0.0.nupkg", ["publish A 1.0.0"]),
        ("dotnet.exe nuget push out/*.nupkg", ["publish B 2.0.0", "publish C 1.0.0"]),
        ("dotnet nuget push out/*", ["publish B 2.0.0", "publish C 1.0.0"]),
        ("dotnet nuget push **", ["publish A 1.0.0", "publish B 2.0.0", "publish C 1.0.0"]),
        (
            "dotnet nuget push A.1.0.0.nupkg out/B.2.0.0.nupkg",
            ["publish A 1.0.0", "publish B 2.0.0"],
        ),
        ("dotnet nuget push -n --skip-duplicate -t 30 A.1.0.0.nupkg", ["publish A 1.0.0"]),
        ("dotnet nuget push -- A.1.0.0.nupkg", ["publish A 1.0.0"]),
        ("dotnet nuget delete A 1.0.0 --non-interactive", ["unlist A 1.0.0"]),
    ],
)
def test_what_a_command_asks_for(tmp_path: Path, line: str, expected: list[str]) -> None:
    nupkg(tmp_path, "A")
    nupkg(tmp_path / "out", "B", "2.0.0")
    nupkg(tmp_path / "out", "C")
    assert asked(line, tmp_path) == expected


def test_symbols_lie_beside_the_package_and_go_with_it(tmp_path: Path) -> None:
    nupkg(tmp_path, "A")
    nupkg(tmp_path, "A", suffix=".snupkg")
    line = "dotnet nuget push A.1.0.0.nupkg"
    assert asked(line, tmp_path) == ["publish A 1.0.0", "publish symbols of A 1.0.0"]
    assert asked(f"{line} --no-symbols", tmp_path) == ["publish A 1.0.0"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("", (None, "nuget.org")),
        (f"-s {FEED}", (FEED, None)),
        (f"--source={FEED}", (FEED, None)),
        (f"-s:{FEED}", (FEED, None)),
        ("-s nuget.org", (None, "nuget.org")),
        ("-s Company", ("https://company.example", None)),
        (f"-s {FEED} -ss {FEED}/", (FEED, None)),
    ],
)
def test_where_a_command_goes(
    tmp_path: Path, options: str, expected: tuple[str | None, str | None]
) -> None:
    sources = '<add key="company" value="https://company.example" />'
    written(
        tmp_path / "nuget.config",
        f"<configuration><packageSources>{sources}</packageSources></configuration>",
    )
    if "-ss" not in options:
        assert goes(f"dotnet nuget delete A 1.0 {options}", tmp_path) == expected
    nupkg(tmp_path, "A")
    assert goes(f"dotnet nuget push A.1.0.0.nupkg {options}", tmp_path) == expected


def test_the_configured_push_source_counts_where_none_is_named(tmp_path: Path) -> None:
    push = '<config><add key="defaultPushSource" value="https://push.example" /></config>'
    written(tmp_path / "nuget.config", f"<configuration>{push}</configuration>")
    assert goes("dotnet nuget delete A 1.0", tmp_path) == ("https://push.example", None)


def test_a_push_into_a_directory_needs_no_key(tmp_path: Path) -> None:
    (tmp_path / "feed").mkdir()
    assert known("dotnet nuget push A.nupkg -s feed", tmp_path).wanted == ()


@pytest.mark.parametrize(
    "line",
    [
        *("dotnet build", "dotnet pack -o x", "dotnet test --unknown", "dotnet nuget locals all"),
        *("dotnet nuget push --help", "dotnet nuget add source x", "dotnet --version"),
    ],
)
def test_other_commands_need_no_key(tmp_path: Path, line: str) -> None:
    assert known(line, tmp_path).wanted == ()


@pytest.mark.parametrize("line", ["dotnet", "dotnet nuget", "dotnet nuget new-verb", "dotnet ef"])
def test_a_command_nobody_knows_is_none_of_it(tmp_path: Path, line: str) -> None:
    assert read(line, tmp_path) is None


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("dotnet nuget push", "names no package"),
        ("dotnet nuget push missing.nupkg", "There is no file missing.nupkg"),
        ("dotnet nuget push A.1.0.0.nupkg -k made-up", "already has a key"),
        ("dotnet nuget push A.1.0.0.nupkg --api-key=", "already has a key"),
        ("dotnet nuget push A.1.0.0.nupkg -sk made-up", "already has a key"),
        ("dotnet nuget push A.1.0.0.nupkg -s", "needs a value"),
        ("dotnet nuget push A.1.0.0.nupkg -s --skip-duplicate", "needs a value"),
        ("dotnet nuget push A.1.0.0.nupkg -s unknown", "neither an address nor a source"),
        ("dotnet nuget push A.1.0.0.nupkg -s https://u:p@x.example", "user name or password"),
        (f"dotnet nuget push A.1.0.0.nupkg -s {FEED} -ss https://o.example", "symbols to another"),
        ("dotnet nuget push A.1.0.0.nupkg -ss https://o.example", "symbols to another"),
        ("dotnet nuget push A.1.0.0.nupkg --new-option x", "does not know the option --new-option"),
        ("dotnet nuget delete A", "which package and version"),
        ("dotnet nuget push @args.rsp", "There is no file @args.rsp"),
    ],
)
def test_what_is_refused(tmp_path: Path, line: str, said: str) -> None:
    nupkg(tmp_path, "A")
    sentence = refused(line, tmp_path)
    assert said in sentence
    assert "made-up" not in sentence


def configured(folder: Path, source: str) -> None:
    text = f"<configuration><packageSources>{source}</packageSources></configuration>"
    written(folder / "nuget.config", text)


def test_an_address_may_be_the_name_of_another_one(tmp_path: Path) -> None:
    configured(tmp_path, f'<add key="{FEED.upper()}" value="https://evil.example" />')
    where = goes(f"dotnet nuget delete A 1.0 -s {FEED}", tmp_path)
    assert where == ("https://evil.example", None)


@pytest.mark.parametrize("options", [f"-s {FEED}", "-s feed", f"-s {FEED}/"])
def test_a_server_whose_certificate_nobody_checks_gets_no_key(tmp_path: Path, options: str) -> None:
    configured(
        tmp_path, f'<add key="feed" value="{FEED}" disableTLSCertificateValidation="True" />'
    )
    assert "certificate" in refused(f"dotnet nuget delete A 1.0 {options}", tmp_path)


def test_a_configuration_that_nuget_cannot_read_stops_every_command(tmp_path: Path) -> None:
    written(tmp_path / "nuget.config", "<")
    assert "cannot be read" in refused(f"dotnet nuget delete A 1.0 -s {FEED}", tmp_path)
    assert "cannot be read" in refused("dotnet nuget delete A 1.0", tmp_path)


def sdks(folder: Path, *versions: str) -> dict[str, str]:
    program = written(folder / "dotnet", "#!/bin/sh\n")
    program.chmod(0o755)
    for each in versions:
        (folder / "sdk" / each).mkdir(parents=True)
    return {**NOWHERE, "PATH": str(folder)}


@pytest.mark.parametrize("versions", [(), ("9.0.305", "10.0.300"), ("11.0.100-rc.1",)])
def test_the_key_goes_in_by_environment(tmp_path: Path, versions: tuple[str, ...]) -> None:
    environ = sdks(tmp_path / "bin", *versions)
    found = equipped("dotnet nuget delete A 1.0", tmp_path, tmp_path, environ)
    assert found.environ == {"NUGET_API_KEY": SECRET, "NUGET_SYMBOL_API_KEY": SECRET}
    assert found.command == ("dotnet", "nuget", "delete", "A", "1.0")


def test_an_older_sdk_takes_it_in_its_command_only(tmp_path: Path) -> None:
    environ = sdks(tmp_path / "bin", "8.0.100", "10.0.203")
    with pytest.raises(ValueRefusedError, match=r"SDK 10\.0\.203 takes a key only in its command"):
        equipped("dotnet nuget delete A 1.0", tmp_path, tmp_path, environ)
    found = equipped("dotnet nuget delete A 1.0", tmp_path, tmp_path, environ, allow_argv=True)
    assert found.command[-2:] == ("--api-key", SECRET)
    assert found.environ == {}


def test_two_sources_are_refused(tmp_path: Path) -> None:
    nupkg(tmp_path, "A")
    line = f"dotnet nuget push A.1.0.0.nupkg -s {FEED} --source nuget.org"
    assert refused(line, tmp_path) == "The command gives --source more than once."
    assert goes(f"dotnet nuget push A.1.0.0.nupkg -s {FEED} -s {FEED}", tmp_path) == (FEED, None)
