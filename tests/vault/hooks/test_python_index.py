from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.vault.clients.making import sdist, wheel
from vault.hooks.python_index import index_host, uploaded, uploaded_by


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delitem(sys.modules, "twine.utils", raising=False)
    return tmp_path


def test_the_index_is_where_pypirc_says(home: Path) -> None:
    assert index_host("pypi-host") is None
    (home / ".pypirc").write_text(
        "[pypi]\nrepository = https://upload.a.invalid/legacy/\n"
        "[testpypi]\nrepository = https://test.b.invalid/legacy/\n"
    )
    assert index_host("pypi-host") == "a.invalid"
    assert index_host("testpypi-host") == "test.b.invalid"
    assert index_host("npm-host") is None


def test_a_mirror_that_pip_installs_from_is_not_pypi(home: Path) -> None:
    (home / ".config" / "pip").mkdir(parents=True)
    (home / ".config" / "pip" / "pip.conf").write_text(
        "[global]\nindex-url = https://mirror.invalid/simple\n"
    )
    assert index_host("pypi-host") is None


def test_a_running_twine_knows_the_index_unless_pypirc_says_otherwise(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = SimpleNamespace(
        DEFAULT_REPOSITORY="https://upload.t.invalid/legacy/", TEST_REPOSITORY="http://x"
    )
    monkeypatch.setitem(sys.modules, "twine.utils", known)
    assert index_host("pypi-host") == "t.invalid"
    assert index_host("testpypi-host") is None
    (home / ".pypirc").write_text("[pypi]\nrepository = https://own.invalid/\n")
    assert index_host("pypi-host") == "own.invalid"


@pytest.mark.parametrize("program", ["/opt/bin/twine", "twine.exe", "/x/twine/__main__.py"])
def test_twines_arguments_tell_the_projects(program: str, home: Path) -> None:
    wheel(home / "dist", "contoso-core")
    sdist(home / "dist", "contoso-core")
    wheel(home / "dist", "fabrikam")
    found = uploaded([program, "upload", "-r", "pypi", "dist/*"], home)
    assert sorted(found) == ["contoso-core", "fabrikam"]


@pytest.mark.parametrize("words", [["dist/contoso*"], []])
def test_uvs_arguments_tell_the_projects(words: list[str], home: Path) -> None:
    wheel(home / "dist", "contoso-core")
    assert uploaded(["/opt/bin/uv", "publish", *words], home) == ("contoso-core",)
    assert uploaded(["uv", "pip", "install", *words], home) == ()


def test_another_process_tells_what_it_uploads(home: Path) -> None:
    wheel(home / "dist", "contoso-core")
    process = home / "proc" / "7"
    process.mkdir(parents=True)
    (process / "cmdline").write_bytes(b"/opt/bin/uv\0publish\0dist/*\0")
    assert uploaded_by(7, home / "proc") == ()
    (process / "cwd").symlink_to(home)
    assert uploaded_by(7, home / "proc") == ("contoso-core",)
    (process / "cmdline").write_bytes(b"")
    assert uploaded_by(7, home / "proc") == ()
    assert uploaded_by(8, home / "proc") == ()


@pytest.mark.parametrize(
    "argv",
    [
        [],
        ["/opt/bin/pip", "upload", "dist/*"],
        ["/opt/bin/twine"],
        ["/opt/bin/twine", "upload", "missing/*"],
        ["/opt/bin/twine", "upload", "-p", "made-up", "dist/*"],
        ["/opt/bin/twine", "check", "dist/*"],
    ],
)
def test_other_arguments_tell_nothing(argv: list[str], home: Path) -> None:
    wheel(home / "dist", "contoso-core")
    assert uploaded(argv, home) == ()
