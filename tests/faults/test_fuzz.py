"""Row 17: hypothesis writes headers, bodies and profiles; each is read, or refused in words."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import vault.registries
from tests.faults.forge import checked
from tests.faults.row import Row, check
from tests.vault.sealing.samples import sample
from vault.errors import DamagedError, NewerFormatError, ProfileError
from vault.records import decode_body, encode_body
from vault.registries.loader import parse_profile
from vault.sealing import vaultfile
from vault.sealing.header import MAGIC, header_end, read_header, write_header
from vault.sealing.slots import read_slots

TITLE = "fuzzing of the header, slot, body and profile parsers"

_JSON: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.text(max_size=40)
    | st.sampled_from(["password", "recovery", "2026-11-22T12:00:00Z", "AAAA", "0" * 32]),
    lambda inner: (
        st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=12), inner, max_size=5)
    ),
    max_leaves=20,
)
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


@st.composite
def _mutated(draw: st.DrawFn, seed: bytes) -> bytes:
    """A sound text with a few parts replaced, cut out, doubled or put elsewhere."""
    data = seed
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 40)))
        part = draw(st.binary(max_size=12) | st.sampled_from(_PARTS) | st.just(data[start:end] * 2))
        data = data[:start] + part + data[end:]
    return data


_PARTS = (
    b"{",
    b"}",
    b"[[",
    b"]]",
    b'"',
    b":",
    b",",
    b"\n",
    b"null",
    b"-1",
    b"1e9",
    b"\\ud800",
    b"9" * 30,
)


@st.composite
def _altered(draw: st.DrawFn, seed: dict[str, Any]) -> dict[str, Any]:
    """A sound object with a few fields replaced by anything, left out or added."""
    fields = json.loads(json.dumps(seed))
    for _ in range(draw(st.integers(1, 3))):
        name = draw(st.sampled_from([*seed, "more"]))
        if draw(st.booleans()):
            fields[name] = draw(_JSON)
        else:
            fields.pop(name, None)
    return dict(fields)


def _head() -> bytes:
    return write_header(sample().header)


def _headers() -> st.SearchStrategy[bytes]:
    fields = json.loads(_head()[len(MAGIC) :])
    lines = _altered(fields).map(lambda some: MAGIC + json.dumps(some).encode() + b"\n")
    return (
        _mutated(_head()).map(checked)
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
    lines = st.lists(_altered(_RECORD).map(lambda some: json.dumps(some).encode()), max_size=3)
    return (
        lines.map(lambda some: b"\n".join([b'{"index":"names"}', line, *some]))
        | _mutated(b'{"index":"off"}\n' + line)
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
            st.tuples(st.just(name), _mutated(text.encode()) | st.binary(max_size=200))
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


_PARSERS: dict[str, tuple[Callable[[], st.SearchStrategy[Any]], Callable[[Any], None]]] = {
    "header": (_headers, _read_a_header),
    "file": (_headers, _open_a_file),
    "body": (_bodies, _decode_a_body),
    "profile": (_profiles, _parse_a_profile),
}


def inject(row: Row) -> None:
    """Run each parser on many texts."""
    runs = row.effort.pick(300, 2_000, 50_000)
    for name, (texts, parse) in _PARSERS.items():
        _fuzz(row, name, texts(), parse, runs)


def _fuzz(
    row: Row,
    name: str,
    texts: st.SearchStrategy[Any],
    parse: Callable[[Any], None],
    runs: int,
) -> None:
    done = 0

    def one(case: Any) -> None:
        nonlocal done
        done += 1
        parse(case)

    quick = settings(
        max_examples=runs,
        deadline=2000,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    before = row.survived
    with row.fault(f"the {name} parser"):
        quick(given(texts)(one))()
    row.survived = before + done if row.survived > before else before
    row.count(f"{name} fuzz runs", done)


@pytest.mark.slow
def test_no_text_surprises_a_parser() -> None:
    check(inject)
