from __future__ import annotations

import os
import struct
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
)
from vault.clients.nuget import Nuget
from vault.errors import ValueRefusedError
from vault.keys.secret import Secret


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("nuget push A.1.0.0.nupkg", ["publish A 1.0.0"]),
        ("NuGet.exe PUSH A.1.0.0.nupkg -NonI -Verbosity quiet", ["publish A 1.0.0"]),
        ("mono /opt/nuget-5.8.0.exe push *.nupkg", ["publish A 1.0.0", "publish B 1.0.0"]),
        ("nuget del A 1.0.0 -NoPrompt -Src https://x.example", ["unlist A 1.0.0"]),
    ],
)
def test_what_a_command_asks_for(tmp_path: Path, line: str, expected: list[str]) -> None:
    nupkg(tmp_path, "A")
    nupkg(tmp_path, "B")
    assert asked(line, tmp_path) == expected


def test_where_a_command_goes(tmp_path: Path) -> None:
    assert goes("nuget delete A 1 -so https://x.example", tmp_path) == ("https://x.example", None)
    assert goes("nuget delete A 1", tmp_path) == (None, "nuget.org")


@pytest.mark.parametrize(
    "line", ["nuget restore", "nuget pack x.nuspec", "nuget push -?", "nuget help"]
)
def test_other_commands_need_no_key(tmp_path: Path, line: str) -> None:
    assert known(line, tmp_path).wanted == ()


@pytest.mark.parametrize("line", ["nuget", "nuget s", "nuget plugin-verb"])
def test_a_command_nobody_knows_is_none_of_it(tmp_path: Path, line: str) -> None:
    assert read(line, tmp_path) is None


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("nuget setApiKey made-up", "prints it"),
        ("nuget setapi made-up -Source x", "prints it"),
        ("nuget push A.1.0.0.nupkg made-up", "already has a key"),
        ("nuget push A.1.0.0.nupkg -ApiKey made-up", "already has a key"),
        ("nuget push A.1.0.0.nupkg -api made-up", "already has a key"),
        ("nuget delete A 1.0 made-up", "already has a key"),
        ("nuget @made-up.rsp", "response file"),
        ("nuget push A.1.0.0.nupkg @made-up.rsp", "response file"),
        ("nuget push -s https://x.example A.1.0.0.nupkg", "several options"),
        ("nuget push -- A.1.0.0.nupkg", "does not know the option"),
        ("nuget push", "names no package"),
    ],
)
def test_what_is_refused(tmp_path: Path, line: str, said: str) -> None:
    nupkg(tmp_path, "A")
    sentence = refused(line, tmp_path)
    assert said in sentence
    assert "made-up" not in sentence


def program(folder: Path, major: int, minor: int) -> dict[str, str]:
    """A file that says its version as a Windows program does, on the path as `nuget.exe`."""
    info = struct.pack("<6L", 0xFEEF04BD, 0x10000, major << 16 | minor, 1 << 16, 0, 0)
    path = folder / "nuget.exe"
    path.write_bytes(b"MZ" + bytes(4096) + info + bytes(512))
    path.chmod(0o755)
    return {**NOWHERE, "PATH": str(folder)}


@pytest.mark.parametrize("version", [(7, 6), (7, 12), (8, 0)])
def test_since_7_6_the_key_goes_in_by_environment(tmp_path: Path, version: tuple[int, int]) -> None:
    environ = program(tmp_path, *version)
    found = equipped("nuget.exe delete A 1.0", tmp_path, tmp_path, environ)
    assert found.environ == {"NUGET_API_KEY": SECRET, "NUGET_SYMBOL_API_KEY": SECRET}


@pytest.mark.parametrize("version", [(7, 5), (5, 8)])
def test_before_that_it_goes_in_by_the_command_if_that_is_allowed(
    tmp_path: Path, version: tuple[int, int]
) -> None:
    environ = program(tmp_path, *version)
    line = "nuget.exe delete A 1.0"
    number = ".".join(map(str, version))
    with pytest.raises(ValueRefusedError, match=f"nuget.exe {number} takes a key only") as caught:
        equipped(line, tmp_path, tmp_path, environ)
    assert "--allow-argv" in caught.value.hint
    found = equipped(line, tmp_path, tmp_path, environ, allow_argv=True)
    assert found.command == ("nuget.exe", "delete", "A", "1.0", "-ApiKey", SECRET)
    assert "every process of this machine" in found.how


@pytest.mark.parametrize("content", [b"", b"#!/bin/sh\n", b"MZ", b"MZ\xbd\x04\xef\xfe\0\0\1\0\7"])
def test_a_program_that_says_no_version_may_be_an_old_one(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "nuget"
    path.write_bytes(content)
    path.chmod(0o755)
    environ = {**NOWHERE, "PATH": str(tmp_path)}
    with pytest.raises(ValueRefusedError, match="takes a key only in its command"):
        equipped("nuget delete A 1.0", tmp_path, tmp_path, environ)


@pytest.mark.parametrize("mono", ["mono", "/usr/bin/mono"])
def test_mono_reads_it_from_a_private_file(tmp_path: Path, mono: str) -> None:
    environ = program(tmp_path, 5, 8)
    found = equipped(f"{mono} {tmp_path}/nuget.exe delete A 1.0", tmp_path, tmp_path, environ)
    path = tmp_path / "key.rsp"
    expected = f"{mono} --response={path} {tmp_path}/nuget.exe delete A 1.0"
    assert " ".join(found.command) == expected
    assert path.read_text() == f"-ApiKey {SECRET}\n"
    if os.name != "nt":
        assert path.stat().st_mode & 0o777 == 0o600


def test_on_windows_an_older_one_reads_it_from_a_private_file(tmp_path: Path) -> None:
    environ = program(tmp_path, 6, 14)
    invocation = known("nuget.exe delete A 1.0", tmp_path, environ)
    found = Nuget(windows=True).equip(invocation, Secret(SECRET), environ, tmp_path)
    path = tmp_path / "key.rsp"
    assert found.command[-1] == f"@{path}"
    assert path.read_text() == f"-ApiKey {SECRET}\n"


@pytest.mark.parametrize("secret", ["two words", 'a"quote', "a'b", "a\\b", "-Source", "@file"])
def test_but_not_one_that_is_no_plain_word_there(tmp_path: Path, secret: str) -> None:
    environ = program(tmp_path, 6, 14)
    invocation = known("nuget.exe delete A 1.0", tmp_path, environ)
    with pytest.raises(ValueRefusedError):
        Nuget(windows=True).equip(invocation, Secret(secret), environ, tmp_path)
