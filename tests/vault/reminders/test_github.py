from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from vault.due import Due
from vault.keys.lifetime import Lifetime, State
from vault.reminders.github import annotation

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LIFE = Lifetime(NOW, NOW + timedelta(days=9))


def due(name: str, state: State = State.SOON, count: int = 1) -> Due:
    return Due(name, "nuget.org" if name else "", LIFE, state, count)


@pytest.mark.parametrize(
    ("row", "line"),
    [
        (due("ci"), "::warning title=Key expires soon::ci (nuget.org) expires in 9 days"),
        (due("ci", State.URGENT), "::warning title=Key expires soon::ci (nuget.org) expires"),
        (due("ci", State.EXPIRED), "::error title=Key has expired::ci (nuget.org) expired in"),
        (due(""), "::warning title=Key expires soon::A key expires in 9 days"),
        (due("", count=2), "::warning title=Key expires soon::2 keys expire in 9 days"),
    ],
)
def test_a_row_is_one_workflow_command(row: Due, line: str) -> None:
    assert annotation(row, "in 9 days").startswith(line)


def test_no_name_ends_the_command_or_begins_another() -> None:
    told = annotation(due("100%\r\n::set-output name=x::y\x1b[2J"), "in 9 days")
    assert told.isprintable()
    assert "100%25" in told
    assert told.count("::warning") == 1
    assert told.startswith("::warning title=Key expires soon::100")
