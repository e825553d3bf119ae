"""Projects of npm, Python and RubyGems, as far as they tell without being run."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from vault.artifacts import Artifact, ArtifactError, read_project
from vault.keys.kind import Kind

GEMSPEC = (
    'Gem::Specification.new do |spec|\n  spec.name = "contoso"\n  spec.version = "1.2.0"\nend\n'
)


def refused(folder: Path, kind: Kind, package: str | None = None) -> ArtifactError:
    """Why no package can be told."""
    with pytest.raises(ArtifactError) as caught:
        read_project(folder, kind, package=package)
    return caught.value


@pytest.mark.parametrize(
    ("kind", "file", "text", "package_id", "version"),
    [
        ("npm", "package.json", '{"name": "@a/b", "version": "1.2.0"}', "@a/b", "1.2.0"),
        ("npm", "package.json", '\ufeff{"name": "b", "version": "1.2.0"}', "b", "1.2.0"),
        ("python", "pyproject.toml", '[project]\nname="A.B"\nversion="1.0"', "A.B", "1.0"),
        ("python", "pyproject.toml", '[project]\nname="a"\ndynamic=["version"]', "a", ""),
        ("python", "pyproject.toml", '[tool.poetry]\nname="a"\nversion="1.0"', "a", "1.0"),
        ("python", "setup.cfg", "[metadata]\nname = a\nversion = 1.0\n", "a", "1.0"),
        ("python", "setup.cfg", "[metadata]\nname = a\nversion = attr: a.v\n", "a", ""),
        ("python", "setup.cfg", "[metadata]\nname = a\nx = %(y)s\n", "a", ""),
        ("gem", "x.gemspec", GEMSPEC, "contoso", "1.2.0"),
        ("gem", "x.gemspec", GEMSPEC.replace('"', "'"), "contoso", "1.2.0"),
        ("gem", "x.gemspec", GEMSPEC.replace('"\n', '".freeze # x\n'), "contoso", "1.2.0"),
        ("gem", "x.gemspec", GEMSPEC.replace('"1.2.0"', "Contoso::VERSION"), "contoso", ""),
        ("gem", "x.gemspec", "# spec.name = 'x'\n" + GEMSPEC.replace("spec.", "s."), None, ""),
    ],
)
def test_what_a_manifest_tells(
    tmp_path: Path, kind: Kind, *, file: str, text: str, package_id: str | None, version: str
) -> None:
    path = tmp_path / file
    path.write_text(text)
    if package_id is None:
        assert "only running it" in refused(tmp_path, kind).message
    else:
        assert read_project(tmp_path, kind) == Artifact(kind, package_id, version, path)


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("x.gemspec", GEMSPEC.replace('"contoso"', "NAME")),
        ("x.gemspec", GEMSPEC.replace('"contoso"', '"con#{x}"')),
        ("x.gemspec", GEMSPEC.replace('"contoso"', '"contoso" if windows?')),
        ("x.gemspec", GEMSPEC.replace("end", "  spec.name = other\nend")),
        ("x.gemspec", GEMSPEC.replace("end", '  spec.name="other"\nend')),
        ("x.gemspec", "=begin\n" + GEMSPEC + "=end\n"),
        ("x.gemspec", GEMSPEC + GEMSPEC),
        ("x.gemspec", "eval(File.read('x'))"),
    ],
)
def test_gemspecs_that_only_running_would_tell(tmp_path: Path, file: str, text: str) -> None:
    (tmp_path / file).write_text(text)
    error = refused(tmp_path, "gem")
    assert "only running it would tell" in error.message
    assert "Build the package" in error.hint


def test_setup_cfg_counts_where_pyproject_names_nothing(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[build-system]\nrequires = []\n")
    (tmp_path / "setup.cfg").write_text("[metadata]\nname = contoso\n")
    assert read_project(tmp_path, "python").package_id == "contoso"


def test_setup_py_is_not_run(tmp_path: Path) -> None:
    (tmp_path / "setup.py").write_text("raise SystemExit")
    assert "only when setup.py is run" in refused(tmp_path, "python").message


def test_two_gemspecs(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.gemspec").write_text(GEMSPEC)
    assert "a.gemspec and b.gemspec" in refused(tmp_path, "gem").message


@pytest.mark.parametrize("kind", ["npm", "python", "gem"])
def test_nothing_there(tmp_path: Path, kind: Kind) -> None:
    assert f"{tmp_path} holds no " in refused(tmp_path, kind).message


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"name": "a", "version": "1.0.0", "private": true}', "marked private"),
        ('{"name": "a"}', "gives no version"),
        ('{"version": "1.0.0"}', "gives no name"),
        ('{"name": "A B", "version": "1.0.0"}', "as name, which is none"),
        ("[]", "is not a JSON object"),
        ("{", "is not JSON"),
        ("[" * 100_000, "nested too deeply"),
        ('"' + "a" * 300_000 + '"', "it is too large"),
    ],
)
def test_a_package_json_that_npm_would_not_publish(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / "package.json").write_text(text)
    error = refused(tmp_path, "npm")
    assert reason in error.message
    assert str(tmp_path / "package.json") in error.message
    assert error.hint


@pytest.mark.parametrize(
    ("file", "text"),
    [("pyproject.toml", "[project"), ("setup.cfg", "name = a"), ("setup.cfg", "[a]\n[a]\n")],
)
def test_broken_python_projects(tmp_path: Path, file: str, text: str) -> None:
    (tmp_path / file).write_text(text)
    assert "cannot be taken for" in refused(tmp_path, "python").message


def test_a_manifest_that_is_not_utf8(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_bytes(b"\xff\xff")
    assert "not UTF-8" in refused(tmp_path, "npm").message


def test_a_manifest_that_is_a_directory(tmp_path: Path) -> None:
    (tmp_path / "package.json").mkdir()
    assert "it is not a file" in refused(tmp_path, "npm").message


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
@pytest.mark.parametrize("file", ["package.json", "pyproject.toml"])
def test_a_pipe_is_not_waited_for(tmp_path: Path, file: str) -> None:
    os.mkfifo(tmp_path / file)
    kind: Kind = "npm" if file == "package.json" else "python"
    assert "it is not a file" in refused(tmp_path, kind).message


@pytest.mark.parametrize(
    ("kind", "file", "text", "same", "other"),
    [
        ("npm", "package.json", '{"name": "a", "version": "1.0.0"}', "a", "A"),
        ("python", "setup.cfg", "[metadata]\nname = A.b\n", "a-B", "ab"),
        ("gem", "a.gemspec", GEMSPEC, "contoso", "Contoso"),
    ],
)
def test_a_package_that_was_named_must_be_the_one(
    tmp_path: Path, kind: Kind, *, file: str, text: str, same: str, other: str
) -> None:
    (tmp_path / file).write_text(text)
    assert read_project(tmp_path, kind, package=same).path.name == file
    assert f"not {other!r}" in refused(tmp_path, kind, other).message
