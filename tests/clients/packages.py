"""Packages that real clients and servers take: small, but with all that those insist on."""

from __future__ import annotations

import json
from pathlib import Path

from tests.vault.artifacts.making import tar_gz, zipped


def wheel(folder: Path, name: str, version: str = "1.0") -> Path:
    """A wheel of Python."""
    stem = f"{name.replace('-', '_')}-{version}"
    info = f"{stem}.dist-info"
    tag = "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    members = {f"{info}/METADATA": _metadata(name, version), f"{info}/WHEEL": tag}
    data = zipped({**members, f"{info}/RECORD": ""})
    return _written(folder / f"{stem}-py3-none-any.whl", data)


def sdist(folder: Path, name: str, version: str = "1.0") -> Path:
    """A source distribution of Python."""
    stem = f"{name.replace('-', '_')}-{version}"
    project = f'[project]\nname = "{name}"\nversion = "{version}"\n'
    members = {f"{stem}/PKG-INFO": _metadata(name, version), f"{stem}/pyproject.toml": project}
    return _written(folder / f"{stem}.tar.gz", tar_gz({**members}))


def nupkg(folder: Path, name: str, version: str = "1.0.0") -> Path:
    """A NuGet package."""
    nuspec = (
        '<?xml version="1.0"?>'
        '<package xmlns="http://schemas.microsoft.com/packaging/2010/07/nuspec.xsd"><metadata>'
        f"<id>{name}</id><version>{version}</version><title>{name}</title>"
        "<authors>Contoso</authors><requireLicenseAcceptance>false</requireLicenseAcceptance>"
        "<description>made up</description><summary>made up</summary><tags>x</tags>"
        "<projectUrl>http://127.0.0.1/</projectUrl></metadata></package>"
    )
    data = zipped({f"{name}.nuspec": nuspec, "content/a.txt": "a"})
    return _written(folder / f"{name}.{version}.nupkg", data)


def npm_project(folder: Path, name: str, version: str = "1.0.0", **more: object) -> Path:
    """The folder of an npm package."""
    manifest = {"name": name, "version": version, "license": "MIT", "main": "a.js", **more}
    _written(folder / "a.js", b"module.exports = 1;\n")
    _written(folder / "package.json", json.dumps(manifest).encode())
    return folder


def crate(folder: Path, name: str, version: str = "0.1.0") -> Path:
    """The folder of a crate that needs no other."""
    manifest = (
        f'[package]\nname = "{name}"\nversion = "{version}"\nedition = "2021"\n'
        'description = "made up"\nlicense = "MIT"\n'
    )
    _written(folder / "src" / "lib.rs", b"//! Made up.\n")
    _written(folder / "Cargo.toml", manifest.encode())
    return folder


def gemspec(folder: Path, name: str, version: str = "1.0.0") -> Path:
    """What a gem is built from."""
    text = (
        "Gem::Specification.new do |s|\n"
        f"  s.name = '{name}'\n  s.version = '{version}'\n  s.summary = 'made up'\n"
        "  s.authors = ['Contoso']\n  s.license = 'MIT'\n"
        "  s.homepage = 'http://127.0.0.1/'\n  s.files = []\nend\n"
    )
    return _written(folder / f"{name}.gemspec", text.encode())


def _metadata(name: str, version: str) -> str:
    return f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nSummary: made up\n\n"


def _written(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path
