"""Packages made by the real tools, and the projects they were made from."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

from vault.artifacts import Artifact, read_artifact, read_project
from vault.keys.kind import Kind

LONG = 100.0  # seconds: a tool that hangs ends the test


def tool(name: str) -> str:
    """Where a program is; without it the test is skipped."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def run(folder: Path, *command: str) -> None:
    """Runs a tool in a directory; its output is shown if it fails."""
    done = subprocess.run(
        command,
        cwd=folder,
        timeout=LONG,
        check=False,
        capture_output=True,
        text=True,
        env=os.environ | {"npm_config_update_notifier": "false", "HOME": str(folder.parent)}
        if Path(command[0]).name != "cargo"  # a cargo of rustup finds its toolchain in the home
        else None,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def both(folder: Path, kind: Kind, pattern: str) -> tuple[Artifact, Artifact]:
    """The only built package below a directory, and the project itself."""
    (path,) = folder.rglob(pattern)
    return read_artifact(path), read_project(folder, kind)


def test_npm(tmp_path: Path) -> None:
    npm = tool("npm")
    manifest = '{"name": "@contoso/demo", "version": "1.2.3", "bundleDependencies": ["b"]}'
    (tmp_path / "package.json").write_text(manifest)
    bundled = tmp_path / "node_modules" / "b"
    bundled.mkdir(parents=True)
    (bundled / "package.json").write_text('{"name": "b", "version": "9.9.9"}')
    run(tmp_path, npm, "pack", "--offline", "--cache", str(tmp_path / "cache"))
    for found in both(tmp_path, "npm", "contoso-demo-*.tgz"):
        assert (found.kind, found.package_id, found.version) == ("npm", "@contoso/demo", "1.2.3")


def test_cargo(tmp_path: Path) -> None:
    cargo = tool("cargo")
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "lib.rs").write_text("")
    (tmp_path / "Cargo.toml").write_text(
        '[workspace]\n[workspace.package]\nversion = "0.3.0"\n'
        '[package]\nname = "contoso-demo"\nversion.workspace = true\nedition = "2021"\n'
    )
    run(tmp_path, cargo, "package", "--offline", "--no-verify", "--allow-dirty")
    crate = tmp_path / "target" / "package" / "contoso-demo-0.3.0.crate"
    for found in (read_artifact(crate), read_project(tmp_path, "cargo")):
        assert (found.kind, found.package_id, found.version) == ("cargo", "contoso-demo", "0.3.0")


def test_gem(tmp_path: Path) -> None:
    gem = tool("gem")
    (tmp_path / "demo.gemspec").write_text(
        'Gem::Specification.new do |spec|\n  spec.name = "contoso-demo"\n'
        '  spec.version = "0.1.0.pre"\n  spec.summary = "Shows: \'names\'"\n'
        '  spec.authors = ["A"]\n  spec.description = "name: one\\nname: two\\n"\n'
        '  spec.add_dependency "rake", ">= 1"\n'
        '  spec.metadata = { "name" => "other", "version" => "9" }\nend\n'
    )
    run(tmp_path, gem, "build", "--force", "demo.gemspec")
    for found in both(tmp_path, "gem", "*.gem"):
        assert (found.kind, found.package_id, found.version) == ("gem", "contoso-demo", "0.1.0.pre")


@pytest.mark.parametrize(("what", "pattern"), [("wheel", "*.whl"), ("sdist", "*.tar.gz")])
def test_setuptools(tmp_path: Path, what: str, pattern: str) -> None:
    try:
        release = int(version("setuptools").partition(".")[0])
    except PackageNotFoundError:
        release = 0
    if release < 71:
        pytest.skip("setuptools 71 or later, which builds wheels by itself, is not installed")
    (tmp_path / "pyproject.toml").write_text(
        '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'
        '[project]\nname = "Contoso.Demo"\nversion = "1.0"\n'
        'readme = { text = "Name: other", content-type = "text/plain" }\n'
    )
    (tmp_path / "contoso.py").write_text("")
    build = f"import setuptools.build_meta as b; b.build_{what}('dist')"
    (tmp_path / "dist").mkdir()
    run(tmp_path, sys.executable, "-c", build)
    for found in both(tmp_path, "python", pattern):
        assert (found.kind, found.package_id, found.version) == ("python", "Contoso.Demo", "1.0")
