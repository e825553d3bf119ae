from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.errors import DamagedError
from vault.exporting.document import fields, pieces
from vault.keys.glob import Glob
from vault.keys.grant import Grant
from vault.keys.key import Key
from vault.keys.lifetime import Lifetime
from vault.keys.place import PLACE_KINDS, Place
from vault.keys.secret import Secret
from vault.keys.turn import Turn

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
times = st.integers(0, 10**9).map(lambda seconds: NOW + timedelta(seconds=seconds))
maybe = st.none() | times
places = st.builds(Place, st.sampled_from(PLACE_KINDS), texts, texts, confirmed=maybe, waived=maybe)
turns = st.builds(Turn, times, texts, st.lists(texts, max_size=2).map(tuple))
keys = st.builds(
    Key,
    id=st.just("0" * 32),
    name=texts,
    registry=texts,
    owner=texts,
    grants=st.lists(
        st.builds(Grant, texts, st.builds(Glob, st.sampled_from(["A", "B*"]), st.just("prefix"))),
        min_size=1,
        max_size=3,
    ).map(tuple),
    lifetime=st.builds(Lifetime, times, maybe, maybe),
    revision=st.integers(1, 9),
    format=texts,
    copied=maybe,
    used=maybe,
    note=texts,
    places=st.lists(places, max_size=3).map(tuple),
    history=st.lists(turns, max_size=3).map(tuple),
    retire=maybe,
    former=st.lists(texts, max_size=2).map(tuple),
    asked=maybe,
)


class Held:
    """A vault of these keys, whose secrets are counted while they are open."""

    def __init__(self, held: Sequence[tuple[Key, str]]) -> None:
        self.keys = [key for key, _ in held]
        self._values = [value for _, value in held]
        self._next = 0
        self.made: list[Secret] = []

    def secret(self, key_id: str) -> Secret:
        assert not any(self.made), "another one is still open"
        if key_id == "damaged":
            raise DamagedError("The vault file is damaged: a secret in it cannot be opened.")
        self.made.append(Secret(self._values[self._next]))
        self._next += 1
        return self.made[-1]


def time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def must(text: str) -> datetime:
    return datetime.fromisoformat(text)


def read(row: dict[str, Any]) -> Key:
    """A key as FORMAT.md describes it, by somebody who knows nothing but that page."""
    return Key(
        id="0" * 32,
        name=row["name"],
        registry=row["registry"],
        owner=row["owner"],
        grants=tuple(
            Grant(grant["action"], Glob(grant["glob"], row["matching"])) for grant in row["grants"]
        ),
        lifetime=Lifetime(must(row["created"]), time(row["expires"]), time(row["revoked"])),
        revision=row["revision"],
        format=row["format"],
        copied=time(row["copied"]),
        used=time(row["used"]),
        note=row["note"],
        places=tuple(
            Place(
                place["kind"],
                place["where"],
                place["command"],
                time(place["confirmed"]),
                time(place["waived"]),
            )
            for place in row["places"]
        ),
        history=tuple(
            Turn(must(turn["at"]), turn["why"], tuple(turn["places"])) for turn in row["history"]
        ),
        retire=time(row["retire"]),
        former=tuple(row["former"]),
        asked=time(row["asked"]),
    )


@given(st.lists(st.tuples(keys, texts), max_size=4))
def test_what_is_read_back_is_what_was_exported(held: list[tuple[Key, str]]) -> None:
    source = Held(held)
    data = b"".join(pieces(source, NOW))
    assert data.isascii()
    found = json.loads(data)
    assert (found["format"], found["version"]) == ("keyfob-export", 1)
    assert found["exported"] == "2026-11-22T12:00:00Z"
    assert [(read(row), row["secret"]) for row in found["keys"]] == held
    assert data.count(b"\n") == len(held) + 2  # one line a key
    assert not any(source.made)  # each was wiped


def test_every_field_of_the_page_is_written_and_no_other() -> None:
    with open("vault/exporting/FORMAT.md", encoding="utf-8") as page:  # noqa: PTH123  short
        table = page.read().split("A key:")[1]
    named = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    documented = {word.strip(" `") for cell in named for word in cell.split(",")}
    key = Key("0" * 32, "a", "b", "c", (Grant("push", Glob("A")),), Lifetime(NOW, None))
    assert documented == {*fields(key), "secret"}


def test_a_damaged_secret_is_called_by_its_keys_name() -> None:
    key = Key("damaged", "release", "b", "c", (Grant("push", Glob("A")),), Lifetime(NOW, None))
    with pytest.raises(DamagedError, match="The secret of release is damaged"):
        list(pieces(Held([(key, "x")]), NOW))
