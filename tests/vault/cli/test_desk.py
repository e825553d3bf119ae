from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta, timezone

import pytest

from tests.vault.cli.bench import Bench, Screen
from vault.cli.desk import Desk

EAST = timezone(timedelta(hours=14), "FAR")
WEST = timezone(timedelta(hours=-12), "WEST")


def test_times_are_shown_in_the_zone_of_the_desk() -> None:
    noon = datetime(2026, 12, 31, 12, tzinfo=UTC)
    assert f"{Desk(zone=EAST).local(noon):%Y-%m-%d %H:%M %Z}" == "2027-01-01 02:00 FAR"


@pytest.mark.parametrize("zone", [EAST, WEST])
@pytest.mark.parametrize(
    "time", [datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, tzinfo=UTC)]
)
def test_the_ends_of_the_calendar_are_survived(time: datetime, zone: timezone) -> None:
    assert abs(Desk(zone=zone).local(time) - time) == timedelta(0)


def test_a_note_is_one_inert_line() -> None:
    desk = Desk(stderr=io.StringIO())
    desk.note("a\x1b[31m\nb\u202e")
    assert desk.stderr.getvalue().count("\n") == 1  # type: ignore[attr-defined]
    assert desk.stderr.getvalue().strip().isprintable()  # type: ignore[attr-defined]


def test_empty_notes_are_left_out() -> None:
    desk = Desk(stderr=io.StringIO())
    desk.notes("", "one", "")
    assert desk.stderr.getvalue() == "one\n"  # type: ignore[attr-defined]


def test_a_pipe_has_no_width_and_no_colour() -> None:
    desk = Desk(stdout=io.StringIO(), environ={"TERM": "xterm"})
    assert (desk.width, desk.colour) == (None, False)


def test_a_screen_has_both(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "97")
    desk = Desk(stdout=Screen(), environ={"TERM": "xterm"})
    assert (desk.width, desk.colour) == (97, True)


def test_the_cost_of_a_real_vault_cannot_be_chosen_from_outside(fresh: Bench) -> None:
    for words in (["init", "--cost", "1"], ["init", "--memory", "1"], ["init", "--cheap"]):
        assert fresh.run(*words).status == 2
    assert not fresh.path.exists()
