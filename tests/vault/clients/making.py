"""Packages and commands for the tests of the clients."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.vault.artifacts.making import gem, tar_gz, zipped
from vault.clients import CLIENTS, Equipment, Invocation, recognise
from vault.errors import ValueRefusedError
from vault.keys.secret import Secret

SECRET = "made-up-secret-0123456789"
NOWHERE: Mapping[str, str] = {"PATH": "/nowhere", "HOME": "/nowhere"}


def nupkg(folder: Path, package: str, version: str = "1.0.0", suffix: str = ".nupkg") -> Path:
    symbols = (
        '<packageTypes><packageType name="SymbolsPackage" /></packageTypes>'
        if suffix == ".snupkg"
        else ""
    )
    nuspec = (
        f"<package><metadata><id>{package}</id><version>{version}</version>{symbols}"
        "</metadata></package>"
    )
    return _written(folder / f"{package}.{version}{suffix}", zipped({f"{package}.nuspec": nuspec}))


def wheel(folder: Path, package: str, version: str = "1.0") -> Path:
    stem = f"{package.replace('-', '_')}-{version}"
    metadata = f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n\n"
    data = zipped({f"{stem}.dist-info/METADATA": metadata})
    return _written(folder / f"{stem}-py3-none-any.whl", data)


def sdist(folder: Path, package: str, version: str = "1.0") -> Path:
    stem = f"{package.replace('-', '_')}-{version}"
    metadata = f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n\n"
    return _written(folder / f"{stem}.tar.gz", tar_gz({f"{stem}/PKG-INFO": metadata}))


def tgz(folder: Path, package: str, version: str = "1.0.0") -> Path:
    manifest = f'{{"name": "{package}", "version": "{version}"}}'
    name = package.replace("@", "").replace("/", "-")
    return _written(folder / f"{name}-{version}.tgz", tar_gz({"package/package.json": manifest}))


def built_gem(folder: Path, name: str = "contoso.gem") -> Path:
    return _written(folder / name, gem())


def written(path: Path, text: str) -> Path:
    return _written(path, text.encode())


def read(line: str, directory: Path, environ: Mapping[str, str] = NOWHERE) -> Invocation | None:
    return recognise(shlex.split(line), directory, environ)


def known(line: str, directory: Path, environ: Mapping[str, str] = NOWHERE) -> Invocation:
    found = read(line, directory, environ)
    assert found is not None
    return found


def asked(line: str, directory: Path, environ: Mapping[str, str] = NOWHERE) -> list[str]:
    """What a command asks for, e.g. `publish Contoso.Core 1.0.0`."""
    wanted = known(line, directory, environ).wanted
    return [f"{each.ask.value} {each.package_id} {each.version}".strip() for each in wanted]


def goes(
    line: str, directory: Path, environ: Mapping[str, str] = NOWHERE
) -> tuple[str | None, str | None]:
    """The address and registry a command goes to."""
    found = known(line, directory, environ)
    return found.address, found.registry


def refused(line: str, directory: Path, environ: Mapping[str, str] = NOWHERE) -> str:
    """Why a command is refused; the sentence always comes with a hint."""
    with pytest.raises(ValueRefusedError) as caught:
        read(line, directory, environ)
    assert caught.value.hint
    return caught.value.message


def equipped(
    line: str,
    directory: Path,
    room: Path,
    environ: Mapping[str, str] = NOWHERE,
    *,
    allow_argv: bool = False,
) -> Equipment:
    """What the child gets; the secret is nowhere but in its environment unless allowed."""
    invocation = known(line, directory, environ)
    found = CLIENTS[invocation.client].equip(
        invocation, Secret(SECRET), environ, room, allow_argv=allow_argv
    )
    assert SECRET not in repr(found)
    assert SECRET not in found.how
    assert allow_argv or not any(SECRET in word for word in found.command)
    assert not any(name in found.environ for name in found.unset)
    return found


def _written(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path
