from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.vault.apis.own import NOW, key_for
from vault.apis.base import Facts
from vault.registries.loader import load
from vault.rotation.facts import differences

ENDS = NOW + timedelta(days=30)
GITLAB = load("gitlab-pat")


def found(facts: Facts, registry: str = "gitlab-pat", *actions: str) -> list[tuple[str, str]]:
    profile = load(registry)
    key = key_for(profile, *(actions or ("api",)), name="c i")
    return [(one.sentence, one.fix) for one in differences(key, profile, facts)]


def test_agreement_is_silent() -> None:
    assert found(Facts("ci", ("api",), expires=ENDS + timedelta(seconds=40))) == []


def test_what_the_registry_does_not_say_is_no_difference() -> None:
    assert found(Facts("another name", (), expires=ENDS)) == []


def test_scopes_that_differ_come_with_the_command_for_it() -> None:
    (more,) = found(Facts("ci", ("api", "read_registry", "sudo"), expires=ENDS))
    assert more[0] == "GitLab says that c i may also: read-registry, sudo."
    assert more[1] == "keyfob edit 'c i' --scope api --scope read-registry"
    more, less = found(Facts("ci", ("read_api",), expires=ENDS))
    assert more[0].endswith("may also: read-api.")
    assert less[0].endswith("does not say that c i may: api.")


@pytest.mark.parametrize(
    ("there", "fix"),
    [
        (datetime(2026, 12, 1, tzinfo=UTC), "keyfob edit 'c i' --expires 2026-12-01T00:00Z"),
        (None, "keyfob edit 'c i' --expires never"),
    ],
)
def test_another_end_comes_with_the_command_for_it(there: datetime | None, fix: str) -> None:
    ((sentence, command),) = found(Facts("ci", ("api",), expires=there))
    assert "the vault says on 2026-12-22 at 12:00 UTC" in sentence
    assert command == fix


def test_a_date_that_is_a_reminder_is_not_compared() -> None:
    assert found(Facts("ci", ("write:package",)), "gitea", "write") == []


def test_a_scope_with_its_package_is_the_action() -> None:
    facts = Facts("ci", ("package:hexpm/contoso",), expires=ENDS)
    assert found(facts, "hex", "package") == []


def test_a_dead_key_is_all_that_is_said() -> None:
    ((sentence, command),) = found(Facts("", active=False))
    assert "works no more" in sentence
    assert command == "keyfob rotate 'c i' --by-hand"
