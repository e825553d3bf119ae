"""`.pypirc`: a section for each server."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.vault.moving.reading import read, removed

TOKEN = "pypi-" + "EXAMPLE" * 10
CONFIG = f"""\
[distutils]
index-servers =
    pypi
    private

[pypi]
username = __token__
password = {TOKEN}

; a comment
[private]
repository: https://packages.contoso.example/legacy/
username: build
password: made-up=word:1%
[empty]
username = x
"""


def test_each_servers_password_with_its_line(tmp_path: Path) -> None:
    found = read(tmp_path, "pypirc", CONFIG)
    public, private = found.seen
    assert public == (TOKEN, 8, "pypi", "", "pypi", "")
    address = "https://packages.contoso.example/legacy/"
    assert private == ("made-up=word:1%", 14, "private", address, "", "build")
    assert removed(found) == ["password = ••••", "password: ••••"]
    assert [bool(one.warning) for one in found.found] == [False, True]


def test_a_section_that_names_its_own_server_is_not_the_public_one(tmp_path: Path) -> None:
    text = "[pypi]\nrepository=https://mirror.example/\npassword=made-up-word\n"
    [seen] = read(tmp_path, "pypirc", text).seen
    assert (seen.registry, seen.address) == ("", "https://mirror.example/")


@pytest.mark.parametrize("content", ["password = x\n", "{}", "<configuration/>"])
def test_what_is_none_is_skipped(tmp_path: Path, content: str) -> None:
    assert "does not begin with a section" in read(tmp_path, "pypirc", content).reasons[""]
