from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from vault.keys.key import Key
from vault.keys.lifetime import Lifetime
from vault.keys.place import Place
from vault.rotation.pending import due, half_done

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
CI = Place("ci-secret", "GitHub contoso/core KEY")


def key(name: str, left: float | None = 20, life: float = 30) -> Key:
    expires = None if left is None else NOW + timedelta(days=left)
    created = NOW if expires is None else expires - timedelta(days=life)
    return Key(name, name, "nuget.org", "contoso", (), Lifetime(created, expires))


def test_half_done_is_a_place_that_is_behind_or_an_old_value_that_lives() -> None:
    open_ = replace(key("open"), places=(CI,))
    done = replace(key("done"), places=(replace(CI, confirmed=NOW),))
    old = replace(done, name="old", retire=NOW)
    revoked = replace(open_, lifetime=open_.lifetime.cut(NOW))
    both = replace(revoked, name="both", retire=NOW)
    asked = replace(done, name="asked", asked=NOW)
    keys = [open_, done, old, revoked, key("bare"), both, asked]
    assert half_done(keys) == (open_, old, both, asked)


def test_what_is_due_comes_by_urgency_and_not_by_date_alone() -> None:
    urgent = key("urgent", left=2.5, life=30)
    soon = key("soon", left=2.4, life=8)
    gone = key("gone", left=-300)
    revoked = replace(key("r", left=1), lifetime=key("r", left=1).lifetime.cut(NOW))
    keys = [soon, key("fine"), urgent, key("never", None), gone, revoked]
    assert [one.name for one in due(keys, NOW)] == ["gone", "urgent", "soon"]
