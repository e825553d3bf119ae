"""`keyfob check --ics`, and what it writes over."""

from __future__ import annotations

import stat
import sys

import pytest

from tests.vault.cli.bench import Bench
from tests.vault.reminders.reading import events_of


@pytest.fixture
def full(bench: Bench) -> Bench:
    bench.feed("soon", "--expires", "9d")
    bench.feed("fine", "--expires", "300d")
    bench.feed("never", "--expires", "never")
    return bench


def summaries(text: str | bytes) -> list[str]:
    return [str(event["SUMMARY"]) for event in events_of(text)]


def test_it_names_no_key_and_needs_no_password(full: Bench) -> None:
    del full.environ["KEYFOB_PASSWORD_FILE"]
    done = full.ok("check", "--ics", "-")
    assert summaries(done.out) == ["A key of own-feed expires"] * 2
    assert "fine" not in done.out


def test_names_take_the_password(full: Bench) -> None:
    assert summaries(full.ok("check", "--ics", "-", "--names").out) == [
        "soon expires (own-feed)",
        "fine expires (own-feed)",
    ]
    del full.environ["KEYFOB_PASSWORD_FILE"]
    done = full.run("check", "--ics", "-", "--names")
    assert (done.status, done.out) == (3, "")


def test_a_vault_that_tells_dates_only_tells_no_registry(full: Bench) -> None:
    full.ok("edit", "--index", "dates")
    assert summaries(full.ok("check", "--ics", "-").out) == ["A key expires"] * 2


def test_a_vault_that_tells_nothing_says_so(full: Bench) -> None:
    full.ok("edit", "--index", "off")
    done = full.ok("check", "--ics", "-")
    assert summaries(done.out) == []
    assert "without the password" in done.err


def test_importing_again_updates(full: Bench) -> None:
    file = full.home / "keys.ics"
    full.ok("check", "--ics", str(file), "--names")
    before = events_of(file.read_bytes())
    full.later(days=1)
    full.ok("rotate", "soon", "--generate")
    full.ok("check", "--ics", str(file), "--names")
    after = events_of(file.read_bytes())
    assert [event["UID"] for event in after] == [event["UID"] for event in before]
    assert after[0].decoded("DTSTART") > before[0].decoded("DTSTART")
    assert after[0]["SEQUENCE"] > before[0]["SEQUENCE"]


def test_the_file_is_private_and_nothing_else_is_left(full: Bench) -> None:
    directory = full.home / "shared"
    directory.mkdir()
    done = full.ok("check", "--ics", str(directory / "keys.ics"))
    assert "2 events" in done.err
    assert done.out == ""
    assert [path.name for path in directory.iterdir()] == ["keys.ics"]
    if sys.platform != "win32":
        assert stat.S_IMODE((directory / "keys.ics").stat().st_mode) == 0o600


def test_what_is_no_calendar_is_left_alone(full: Bench) -> None:
    before = full.path.read_bytes()
    done = full.run("check", "--ics", str(full.path))
    assert done.status == 2
    assert "no calendar" in done.err
    assert full.path.read_bytes() == before
    assert full.run("check", "--ics", str(full.home)).status == 6


def test_a_hostile_path_is_inert_where_it_is_named(full: Bench) -> None:
    done = full.ok("check", "--ics", str(full.home / "a\x1b]2;x\x07.ics"))
    assert done.err.replace("\n", "").isprintable()


def test_the_status_is_that_of_check(full: Bench) -> None:
    full.later(days=8)
    assert full.run("check", "--ics", "-").status == 1


@pytest.mark.parametrize(
    "words",
    [
        ["--ics", "-", "--json"],
        ["--ics", "-", "--format", "text"],
        ["--ics", "-", "--quiet"],
        ["--names"],
        ["--ascii"],
        ["--json", "--format", "github"],
    ],
)
def test_options_that_do_not_go_together_are_refused(full: Bench, words: list[str]) -> None:
    done = full.run("check", *words)
    assert (done.status, done.out) == (2, "")
