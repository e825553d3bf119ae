"""The parsers of foreign text, and texts for each: sound ones mutated, and anything at all.

Each is read, or refused in words of its own: a parser that raises something else, answers nonsense
or takes seconds is a finding.
"""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

import vault.registries
from tests.faults.forge import checked
from tests.faults.texts import ANY_JSON, altered, mutated
from tests.vault.sealing.samples import sample
from vault.errors import DamagedError, NewerFormatError, ProfileError, ValueRefusedError
from vault.index import glance, read_names
from vault.keys.formats.caveats import caveat_text, parse_caveat
from vault.keys.formats.macaroon import macaroon_text, parse_macaroon
from vault.keys.formats.recognise import recognise
from vault.keys.formats.recognition import MalformedKeyError
from vault.packages.discovery import package_ids
from vault.packages.reading import fits
from vault.records import decode_body, encode_body
from vault.registries.loader import parse_profile
from vault.sealing import vaultfile
from vault.sealing.beginning import MAGIC, header_end
from vault.sealing.header import read_header, write_header
from vault.sealing.recovery import format_code, parse_code
from vault.sealing.slots import read_slots
from vault.settings import FILE_NAME, Settings, read_settings, write_settings
from vault.store.state import LocalState

_RECORD = {
    "id": "0" * 32,
    "name": "release-bot",
    "registry": "nuget.org",
    "owner": "contoso",
    "matching": "glob",
    "grants": [["push", "Contoso.*"]],
    "created": "2026-11-22T12:00:00Z",
    "expires": None,
    "revoked": None,
    "revision": 1,
    "format": "",
    "fingerprint": "0a1b2c",
    "copied": None,
    "note": "",
    "secret": "AAAA",
}


def _head() -> bytes:
    return write_header(sample().header)


def _headers() -> st.SearchStrategy[bytes]:
    fields = json.loads(_head()[len(MAGIC) :])
    lines = altered(fields).map(lambda some: MAGIC + json.dumps(some).encode() + b"\n")
    return (
        mutated(_head()).map(checked)
        | lines.map(checked)
        | st.binary(max_size=200).map(lambda rest: MAGIC + rest)
        | st.binary(max_size=200)
    )


def _read_a_header(data: bytes) -> None:
    try:
        header = read_header(data)
        read_slots(header.slots)
    except (DamagedError, NewerFormatError):
        return
    assert read_header(write_header(header)) == header


def _open_a_file(head: bytes) -> None:
    rest = sample().data[header_end(sample().data) :]
    data = head + rest
    if data == sample().data:
        return
    try:
        vaultfile.open_body(data, sample().key)
    except (DamagedError, NewerFormatError):
        return
    raise AssertionError("a file that nobody sealed opened")


def _bodies() -> st.SearchStrategy[bytes]:
    line = json.dumps(_RECORD).encode()
    lines = st.lists(altered(_RECORD).map(lambda some: json.dumps(some).encode()), max_size=3)
    return (
        lines.map(lambda some: b"\n".join([b'{"index":"names"}', line, *some]))
        | mutated(b'{"index":"off"}\n' + line)
        | st.binary(max_size=300)
    )


def _decode_a_body(body: bytes) -> None:
    try:
        found, entries = decode_body(body)
        for entry in entries.values():
            _ = entry.key
    except DamagedError:
        return
    again = decode_body(encode_body(found, entries))
    assert [one.record for one in again[1].values()] == [one.record for one in entries.values()]


@cache
def _profile_texts() -> list[tuple[str, str]]:
    folder = Path(vault.registries.__file__).parent
    return [(path.name, path.read_text("utf-8")) for path in sorted(folder.glob("*.toml"))]


def _profiles() -> st.SearchStrategy[tuple[str, bytes]]:
    return st.one_of(
        *(
            st.tuples(st.just(name), mutated(text.encode()) | st.binary(max_size=200))
            for name, text in _profile_texts()
        )
    )


def _parse_a_profile(case: tuple[str, bytes]) -> None:
    name, data = case
    try:
        parse_profile(data.decode("utf-8", "replace"), name)
    except ProfileError as refused:
        if not refused.message.startswith(name):
            raise AssertionError("the message does not name the file") from refused


_CODE = format_code(bytes(range(20)))


def _codes() -> st.SearchStrategy[str]:
    near = mutated(_CODE.encode()).map(lambda data: data.decode("utf-8", "replace"))
    return near | st.binary(min_size=20, max_size=20).map(format_code) | st.text(max_size=80)


def _parse_a_code(text: str) -> None:
    code = parse_code(text)
    if code is not None:
        assert parse_code(format_code(code)) == code
        assert len(code) == len(bytes(range(20)))


@cache
def _room() -> Path:
    """A directory for parsers that read a file; made once, removed at the end."""
    room = tempfile.TemporaryDirectory(prefix="keyfob-fuzz-")
    _kept.append(room)
    return Path(room.name)


_kept: list[tempfile.TemporaryDirectory[str]] = []


def _settings_files() -> st.SearchStrategy[bytes]:
    sound = b'{"clear_clipboard_after": 45, "lock_after": 600, "theme": "light", "agent": "on"}'
    whole = altered(json.loads(sound)).map(lambda some: json.dumps(some).encode())
    return mutated(sound) | whole | st.binary(max_size=200)


def _read_settings(data: bytes) -> None:
    directory = _room() / "config"
    directory.mkdir(mode=0o700, exist_ok=True)
    (directory / FILE_NAME).write_bytes(data)
    try:
        found = read_settings(directory)
    except ValueRefusedError:
        return
    assert isinstance(found, Settings)
    write_settings(directory, found)
    assert read_settings(directory) == found


_VAULT_ID = "0f" * 16
_INDEX = (
    b'{"save":"' + b"0a" * 64 + b'","rows":[\n'
    b'["2026-11-22T12:00:00Z","a","npm","2026-01-22T12:00:00Z","2026-12-22T12:00:00Z"],\n'
    b'["2027-11-22T12:00:00Z","b","npm","2026-01-22T12:00:00Z","2028-12-22T12:00:00Z"],\n'
    b'["~","never"],\n["~r","revoked"]\n]}'
)


def _state_files() -> st.SearchStrategy[tuple[bytes, bytes]]:
    seen = mutated(b'{"generation":12}') | st.binary(max_size=60)
    return st.tuples(seen, mutated(_INDEX) | st.binary(max_size=300))


def _read_the_state(files: tuple[bytes, bytes]) -> None:
    directory = _room() / "state"
    directory.mkdir(mode=0o700, exist_ok=True)
    for kind, data in zip(("seen", "index"), files, strict=True):
        (directory / f"{_VAULT_ID}.{kind}.json").write_bytes(data)
    state = LocalState(directory)
    assert state.seen(_VAULT_ID) >= 0
    index = state.read_index(_VAULT_ID)
    assert state.indexed(_VAULT_ID) or index is None
    try:
        if index is not None:
            glance(index[1], datetime(2026, 12, 1, tzinfo=UTC), timedelta(days=400))
            read_names(index[1])
    except DamagedError:
        return


@cache
def _tokens() -> tuple[str, ...]:
    """Sound keys of every format, made up for the vectors."""
    vectors = Path(__file__).parents[1] / "vectors"
    told = [json.loads(path.read_text("utf-8")) for path in sorted(vectors.glob("*format*.json"))]
    return tuple(sorted(set(_strings(told))))


def _strings(value: Any) -> list[str]:
    """The long texts anywhere in decoded JSON."""
    if isinstance(value, str):
        return [value] if len(value) >= len("npm_") * 8 and " " not in value else []
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for part in parts for text in _strings(part)]


def _keys() -> st.SearchStrategy[str]:
    sound = st.sampled_from(_tokens())
    near = sound.flatmap(lambda token: mutated(token.encode()))
    shaped = st.from_regex(r"(oy2|cio|npm_|pypi-|rubygems_|ghp_|kfob_|\{)[!-~]{9,99}")
    return near.map(lambda data: data.decode("utf-8", "replace")) | shaped | st.text(max_size=99)


def _recognise_a_key(text: str) -> None:
    found = recognise(text)
    assert found.note
    assert len(text) < len(_CODE) or text not in found.note, "the note quotes the key"
    try:
        macaroon = parse_macaroon(text)
    except MalformedKeyError:
        return
    assert parse_macaroon(macaroon_text(macaroon)) == macaroon


def _caveats() -> st.SearchStrategy[bytes]:
    sound = st.sampled_from(
        [
            b'{"nbf": 1, "exp": 2}',
            b"[0, 5, 1]",
            b'[1, ["a", "b"]]',
            b'{"version": 1, "permissions": {"projects": ["a"]}}',
            b'[2, ["id"]]',
            b'[3, "user"]',
            b'[4, "x", null, 7]',
        ]
    )
    anything = ANY_JSON.map(lambda value: json.dumps(value).encode())
    return sound.flatmap(mutated) | anything | st.binary(max_size=80)


def _parse_a_caveat(data: bytes) -> None:
    try:
        caveat = parse_caveat(data)
    except MalformedKeyError:
        return
    assert parse_caveat(caveat_text(caveat)) == caveat


_MANIFESTS = {
    "Cargo.toml": b'[package]\nname = "one"\nversion = "1.0.0"\npublish = ["crates-io"]\n',
    "pyproject.toml": b'[project]\nname = "one"\n[tool.poetry]\nname = "two"\n',
    "package.json": b'{"name": "@scope/one", "version": "1.0.0", "private": false}',
    "one.csproj": b"<Project><PropertyGroup><PackageId>One.$(AssemblyName)</PackageId>"
    b"<AssemblyName>Two</AssemblyName></PropertyGroup></Project>",
    "Directory.Build.props": b"<Project><PropertyGroup><PackageId>One</PackageId></PropertyGroup>"
    b"</Project>",
}


@cache
def _built() -> bytes:
    """A package as `dotnet pack` makes one."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(
            "One.nuspec", "<package><metadata><id>Contoso.One</id></metadata></package>"
        )
        package.writestr("lib/one.dll", bytes(200))
    return data.getvalue()


def _manifests() -> st.SearchStrategy[tuple[str, bytes]]:
    seeds = [*_MANIFESTS.items(), ("one.1.0.0.nupkg", _built())]
    return st.one_of(
        *(
            st.tuples(st.just(name), mutated(data) | st.just(data) | st.binary(max_size=200))
            for name, data in seeds
        )
    )


def _find_a_package(file: tuple[str, bytes]) -> None:
    name, data = file
    directory = _room() / "packages"
    directory.mkdir(exist_ok=True)
    path = directory / name
    path.write_bytes(data)
    try:
        for package in package_ids(directory, seconds=60):
            assert fits(package.kind, package.id)
            assert package.source == name
    finally:
        path.unlink()


@dataclass(frozen=True)
class Parser:
    """One parser: texts for it, and what reads them."""

    texts: Callable[[], st.SearchStrategy[Any]]
    parse: Callable[[Any], None]


PARSERS = {
    "header": Parser(_headers, _read_a_header),
    "file": Parser(_headers, _open_a_file),
    "body": Parser(_bodies, _decode_a_body),
    "profile": Parser(_profiles, _parse_a_profile),
    "recovery code": Parser(_codes, _parse_a_code),
    "settings": Parser(_settings_files, _read_settings),
    "state": Parser(_state_files, _read_the_state),
    "key format": Parser(_keys, _recognise_a_key),
    "caveat": Parser(_caveats, _parse_a_caveat),
    "manifest": Parser(_manifests, _find_a_package),
}
"""By what it reads."""
