from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from vault.errors import DamagedError
from vault.keys.glob import Glob
from vault.keys.grant import Grant
from vault.keys.key import Key
from vault.keys.lifetime import Lifetime
from vault.keys.place import Place
from vault.keys.turn import Turn
from vault.records import decode_body, make_entry

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def key() -> Key:
    return Key(
        id="1",
        name="ci",
        registry="nuget.org",
        owner="contoso",
        grants=(Grant("push", Glob("Contoso.*")),),
        lifetime=Lifetime(NOW, NOW + timedelta(days=30)),
        places=(
            Place("ci-secret", "GitHub contoso/core KEY", "gh secret set KEY", confirmed=NOW),
            Place("person", "Ada", waived=NOW),
            Place("file", "~/.nuget"),
        ),
        history=(Turn(NOW, "leaked", ("Ada",)), Turn(NOW + timedelta(days=1))),
        retire=NOW,
        former=("17", ""),
        asked=NOW,
    )


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b'{"index":"all"}',
        b'{"index":"off"}\n{}',
        b'{"\x80":1,"index":"off"}',
        b'{"index":"off"}\n{"id":"\x80"}',
        b'{"index":"off"}\n' + b"[" * 100_000,
    ],
)
def test_a_body_that_is_none_is_damage(body: bytes) -> None:
    with pytest.raises(DamagedError, match="records are damaged"):
        decode_body(body)


def test_a_line_of_the_first_keyfobs_has_no_use_in_it() -> None:
    line = (
        b'{"id":"1","name":"ci","registry":"nuget.org","owner":"contoso","matching":"glob",'
        b'"grants":[["push","Contoso.*"]],"created":"2026-11-22T12:00:00Z","expires":null,'
        b'"revoked":null,"revision":1,"format":"","fingerprint":"","copied":null,"note":"",'
        b'"secret":""}'
    )
    _, entries = decode_body(b'{"index":"off"}\n' + line)
    assert entries["1"].key.used is None
    assert entries["1"].key.places == ()
    assert entries["1"].key.history == ()
    assert entries["1"].key.retire is None
    assert entries["1"].key.former == ()
    assert entries["1"].key.asked is None
    assert entries["1"].key.other == {}


def test_places_and_history_read_back_as_they_were(key: Key) -> None:
    line = make_entry(key, "sealed").line
    _, entries = decode_body(b'{"index":"off"}\n' + line)
    assert entries[key.id].key == key
    assert entries[key.id].line == line


def test_what_a_newer_keyfob_knows_of_a_place_or_a_turn_survives(key: Key) -> None:
    fields = json.loads(make_entry(key, "sealed").line)
    fields["places"][0] |= {"kind": "vehicle", "colour": "red"}
    fields["history"][0]["by"] = "ada"
    _, entries = decode_body(b'{"index":"off"}\n' + json.dumps(fields).encode())
    read = entries[key.id].key
    assert str(read.places[0].kind) == "vehicle"
    again = make_entry(replace(read, note="changed"), "sealed")
    assert json.loads(again.line) == {**fields, "note": "changed"}


@pytest.mark.parametrize(
    "bad",
    [
        '"places":[{"kind":"file"}]',
        '"places":["x"]',
        '"places":[{"kind":"file","where":"x","confirmed":"soon"}]',
        '"history":[{}]',
        '"history":[{"at":"2026-11-22T12:00:00"}]',
        '"retire":1',
        '"former":"ci"',
        '"former":[1]',
        '"asked":1',
    ],
)
def test_places_that_are_none_are_damage(key: Key, bad: str) -> None:
    bare = replace(key, places=(), history=(), retire=None, former=(), asked=None)
    line = make_entry(bare, "").line
    with pytest.raises(DamagedError):
        decode_body(b'{"index":"off"}\n' + line[:-1] + b"," + bad.encode() + b"}")
