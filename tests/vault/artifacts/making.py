"""Packages made in memory, whole ones and hostile ones."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from pathlib import Path

from vault.artifacts import ArtifactError, read_artifact

NUSPEC = (
    '<?xml version="1.0" encoding="utf-8"?>'
    '<package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd">'
    "<metadata><id>Contoso.Core</id><version>1.2.0</version></metadata></package>"
)
HEADERS = (
    "Metadata-Version: 2.1\nName: Contoso.Core\nVersion: 1.2.0\nSummary: x\n\nName: no field\n"
)
PACKAGE_JSON = '{"name": "@contoso/core", "version": "1.2.0"}'
CARGO_TOML = '[package]\nname = "contoso-core"\nversion = "1.2.0"\n'
GEM = (
    "--- !ruby/object:Gem::Specification\nname: contoso-core\n"
    "version: !ruby/object:Gem::Version\n  version: 1.2.0\nplatform: ruby\n"
    "authors:\n- Contoso\ndescription: |\n  name: no key\nfiles: []\n"
)

Members = dict[str, str | bytes]


def data_of(content: str | bytes) -> bytes:
    """Content as bytes."""
    return content if isinstance(content, bytes) else content.encode()


def zipped(members: Members) -> bytes:
    """A zip archive of these members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def tarred(members: Members, form: int = tarfile.PAX_FORMAT) -> bytes:
    """A tar archive of these members."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=form) as archive:
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data_of(content))
            archive.addfile(entry, io.BytesIO(data_of(content)))
    return buffer.getvalue()


def tar_gz(members: Members, form: int = tarfile.PAX_FORMAT) -> bytes:
    """A packed tar archive of these members."""
    return gzip.compress(tarred(members, form), mtime=0)


def gem(metadata: str | bytes = GEM) -> bytes:
    """A gem with this specification."""
    packed = gzip.compress(data_of(metadata), mtime=0)
    return tarred({"metadata.gz": packed, "data.tar.gz": tar_gz({"lib/contoso.rb": "1"})})


WHOLE: dict[str, bytes] = {
    "Contoso.Core.1.2.0.nupkg": zipped({"lib/a.dll": "MZ", "Contoso.Core.nuspec": NUSPEC}),
    "Contoso.Core.1.2.0.snupkg": zipped({"lib/a.pdb": "BSJB", "Contoso.Core.nuspec": NUSPEC}),
    "contoso_core-1.2.0-py3-none-any.whl": zipped(
        {"contoso/a.py": "", "contoso_core-1.2.0.dist-info/METADATA": HEADERS}
    ),
    "contoso_core-1.2.0.tar.gz": tar_gz(
        {
            "contoso_core-1.2.0/PKG-INFO": HEADERS,
            "contoso_core-1.2.0/contoso_core.egg-info/PKG-INFO": HEADERS,
        }
    ),
    "Contoso.Core-1.2.0.zip": zipped({"Contoso.Core-1.2.0/PKG-INFO": HEADERS}),
    "contoso-core-1.2.0.tgz": tar_gz(
        {"package/package.json": PACKAGE_JSON, "package/node_modules/b/package.json": "{}"}
    ),
    "contoso-core-1.2.0.crate": tar_gz({"contoso-core-1.2.0/Cargo.toml": CARGO_TOML}),
    "contoso-core-1.2.0.gem": gem(),
}
"""One whole package of each kind of file, by a name it may have."""


def refusal(path: Path, data: bytes | None = None) -> ArtifactError:
    """The error that reading a file, written with these bytes first, ends in."""
    if data is not None:
        path.write_bytes(data)
    try:
        found = read_artifact(path)
    except ArtifactError as error:
        return error
    raise AssertionError(found)
