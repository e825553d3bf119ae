from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.powers import without_powers
from tests.vault.clients.making import nupkg, sdist, tgz, wheel, written
from vault.clients import files
from vault.clients.files import expanded, publishing
from vault.errors import ValueRefusedError


def test_a_file_of_just_that_name_comes_before_a_pattern(tmp_path: Path) -> None:
    odd = written(tmp_path / "a[1].whl", "")
    written(tmp_path / "a1.whl", "")
    assert expanded(tmp_path, ["a[1].whl"]) == [odd]


def test_patterns_name_each_file_once(tmp_path: Path) -> None:
    first, second = written(tmp_path / "d/a.whl", ""), written(tmp_path / "d/b.whl", "")
    (tmp_path / "d/folder.whl").mkdir()
    assert expanded(tmp_path, ["d/b.whl", "d/*.whl"]) == [second, first]


def test_two_stars_go_deep_only_for_clients_that_do(tmp_path: Path) -> None:
    written(tmp_path / "a/b/c.whl", "")
    assert len(expanded(tmp_path, ["**/*.whl"], deep=True)) == 1
    with pytest.raises(ValueRefusedError, match=r"There is no file \*\*/\*.whl"):
        expanded(tmp_path, ["**/*.whl"])


@pytest.mark.parametrize("pattern", ["missing.whl", "*.whl", "[", "a" * 5000, "\x1b[31m.whl"])
def test_no_file_is_refused(tmp_path: Path, pattern: str) -> None:
    with pytest.raises(ValueRefusedError) as caught:
        expanded(tmp_path, [pattern])
    assert caught.value.message.startswith("There is no file ")
    assert "\x1b" not in caught.value.message


@pytest.mark.parametrize("pattern", ["", "a\0b"])
def test_an_impossible_path_is_refused(tmp_path: Path, pattern: str) -> None:
    with pytest.raises(ValueRefusedError, match="impossible path"):
        expanded(tmp_path, [pattern])


def test_more_files_than_anybody_publishes_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MOST", 3)
    for index in range(4):
        written(tmp_path / f"{index}.whl", "")
    with pytest.raises(ValueRefusedError, match="more than 3 packages"):
        expanded(tmp_path, ["*.whl"])


def test_a_wheel_and_its_source_ask_the_same_once(tmp_path: Path) -> None:
    found = publishing([wheel(tmp_path, "contoso-core"), sdist(tmp_path, "contoso-core")], "python")
    assert [each.package_id for each in found] == ["contoso-core"]


def test_several_packages_are_all_asked_for(tmp_path: Path) -> None:
    found = publishing([wheel(tmp_path, "one"), wheel(tmp_path, "two")], "python")
    assert [each.package_id for each in found] == ["one", "two"]


def test_a_package_of_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueRefusedError, match="is a package for npm"):
        publishing([tgz(tmp_path, "contoso")], "python")


@pytest.mark.skipif(os.name == "nt", reason="modes are a POSIX matter")
def test_an_unreadable_file_is_refused(tmp_path: Path) -> None:
    path = nupkg(tmp_path, "A")
    path.chmod(0)
    with pytest.raises(ValueRefusedError, match="permission denied"):
        without_powers(lambda: publishing([path], "nuget"))


def test_a_file_that_is_no_package_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueRefusedError):
        publishing([written(tmp_path / "a.whl", "no zip")], "python")
