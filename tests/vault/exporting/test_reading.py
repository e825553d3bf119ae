from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vault import Vault
from vault.errors import NameTakenError, NewerFormatError, ValueRefusedError
from vault.exporting.document import pieces
from vault.exporting.reading import read_export
from vault.keys.glob import Glob, Matching
from vault.keys.grant import Grant
from vault.keys.key import Key, check_name, check_note, name_key
from vault.keys.lifetime import Lifetime
from vault.keys.line import folded
from vault.keys.place import PLACE_KINDS, Place
from vault.keys.secret import Secret
from vault.keys.turn import Turn
from vault.sealing.kdf import CHEAPEST
from vault.store.memory import MemoryStore

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
PASSWORD = "made-up horse battery"

printable = st.text(st.characters(exclude_categories=["C", "Z"]), max_size=20)
notes = printable.map(check_note)
names = printable.filter(bool).map(check_name)
times = st.integers(0, 10**9).map(lambda seconds: NOW + timedelta(seconds=seconds))
maybe = st.none() | times
places = st.lists(
    st.builds(
        Place,
        st.sampled_from(PLACE_KINDS),
        names,
        st.sampled_from(["", "gh secret set NUGET_KEY --repo contoso/core"]),
        confirmed=maybe,
        waived=maybe,
    ),
    max_size=3,
    unique_by=lambda place: folded(place.where),
).map(tuple)
turns = st.builds(Turn, times, notes, st.lists(names, max_size=2).map(tuple))
grants = st.builds(Grant, names, st.sampled_from([Glob("A"), Glob("Contoso.*")]))
keys = st.builds(
    Key,
    id=st.just(""),
    name=names,
    registry=names,
    owner=notes,
    grants=st.lists(grants, min_size=1, max_size=3).map(tuple),
    lifetime=st.builds(Lifetime, times, maybe, maybe),
    revision=st.integers(1, 9),
    format=notes,
    copied=maybe,
    used=maybe,
    note=notes,
    places=places,
    history=st.lists(turns, max_size=3).map(tuple),
    retire=maybe,
    former=st.lists(notes, max_size=2).map(tuple),
    asked=maybe,
)
held = st.lists(
    st.tuples(keys, printable.filter(bool)), max_size=3, unique_by=lambda one: name_key(one[0].name)
)


def empty() -> Vault:
    vault, _ = Vault.create(MemoryStore(), PASSWORD, cost=CHEAPEST, clock=lambda: NOW)
    return vault


def document(vault: Vault) -> bytes:
    return b"".join(pieces(vault, NOW))


def filled(exported: bytes) -> Vault:
    vault = empty()
    for key, secret in read_export(exported):
        with secret:
            vault.adopt(key, secret)
    return vault


@settings(max_examples=25, deadline=None)
@given(held)
def test_what_is_exported_read_and_exported_again_is_the_same(rows: list[tuple[Key, str]]) -> None:
    vault = empty()
    for key, value in rows:
        vault.adopt(key, Secret(value))
    exported = document(vault)
    other = filled(exported)
    assert document(other) == exported
    for mine, theirs in zip(vault.keys, other.keys, strict=True):
        assert mine.id != theirs.id
        assert mine.places == theirs.places
        assert mine.history == theirs.history
        assert other.holder(vault.secret(mine.id)) == theirs


def test_an_adopted_key_has_an_id_of_its_own_and_a_name_of_its_own() -> None:
    vault = empty()
    key = Key("", "release", "nuget.org", "c", (Grant("push", Glob("A")),), Lifetime(NOW, None))
    first = vault.adopt(key, Secret("one"))
    assert len(first.id) == 32
    assert len(first.fingerprint) == 6
    with pytest.raises(NameTakenError):
        vault.adopt(key, Secret("two"))


def sound() -> dict[str, Any]:
    return {
        "format": "keyfob-export",
        "version": 1,
        "keys": [
            {
                "name": "release",
                "registry": "nuget.org",
                "owner": "contoso",
                "matching": "glob",
                "grants": [{"action": "push", "glob": "Contoso.*"}],
                "created": "2026-11-22T12:00:00Z",
                "expires": None,
                "revoked": None,
                "secret": "made-up-value",
            }
        ],
    }


def changed(change: Callable[[dict[str, Any]], object]) -> bytes:
    told = sound()
    change(told["keys"][0])
    return json.dumps(told).encode()


def test_what_is_not_needed_may_be_missing_and_what_is_unknown_is_passed_over() -> None:
    told = {**sound(), "colour": "brass"}
    told["keys"][0]["colour"] = "brass"
    [(key, secret)] = read_export(json.dumps(told).encode())
    assert (key.name, key.grants[0].glob.matching) == ("release", Matching.GLOB)
    assert secret.reveal() == "made-up-value"


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{}", b"\xff", b'{"items": []}', b"[" * 100_000, b"{" * 9]
)
def test_another_file_is_no_export(data: bytes) -> None:
    with pytest.raises(ValueRefusedError, match="no export of keyfob"):
        read_export(data)


def test_a_newer_export_is_told_from_a_broken_one() -> None:
    with pytest.raises(NewerFormatError):
        read_export(json.dumps({**sound(), "version": 2, "keys": "new"}).encode())
    with pytest.raises(ValueRefusedError, match=r"at \$\.keys"):
        read_export(json.dumps({**sound(), "keys": "new"}).encode())


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "made-up\x1b[2J"),
        ("name", ""),
        ("name", 7),
        ("registry", "made-up\u202e"),
        ("owner", "made\nup"),
        ("matching", "made-up"),
        ("grants", []),
        ("grants", [{"action": "push", "glob": "made up"}]),
        ("grants", [{"action": "", "glob": "A"}]),
        ("created", "2026-11-22T12:00:00"),
        ("created", "0001-01-01T00:00:00+14:00"),
        ("created", None),
        ("secret", ""),
        ("secret", "made-up\x07"),
        ("note", "made-up" * 1000),
        ("revision", 0),
        ("places", [{"kind": "made-up", "where": "a"}]),
        ("places", [{"kind": "file", "where": "a"}, {"kind": "file", "where": "A"}]),
        ("places", [{"kind": "file", "where": "a", "command": "made-up | b"}]),
        ("history", [{"at": "2026-11-22T12:00:00Z", "why": "made-up\x00"}]),
    ],
)
def test_a_value_nobody_could_type_is_refused_without_being_quoted(
    field: str, value: object
) -> None:
    with pytest.raises(ValueRefusedError) as caught:
        read_export(changed(lambda row: row.update({field: value})))
    assert "export" in caught.value.message
    assert "made" not in caught.value.message + caught.value.hint
