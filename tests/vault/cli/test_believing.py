from __future__ import annotations

import argparse
import io
from datetime import UTC, datetime, timedelta

import pytest

from tests.vault.cli.bench import Answers, Bench
from vault.cli.believing import offer_end
from vault.cli.desk import Desk
from vault.keys.key import Key
from vault.registries.loader import load

NUGET = load("nuget.org")


@pytest.fixture
def ci(bench: Bench) -> Bench:
    bench.nuget("ci")
    return bench


def end_of(bench: Bench) -> datetime | None:
    vault = bench.vault()
    try:
        return vault.find("ci").lifetime.expires
    finally:
        vault.lock()


def offer(bench: Bench, days: int, answers: list[str] | None) -> str:
    """What is said when nuget.org says so many days."""
    vault = bench.vault()
    key: Key = vault.find("ci")
    vault.lock()
    said = io.StringIO()
    terminal = None if answers is None else Answers(answers)
    desk = Desk(
        stdout=io.StringIO(),
        stderr=said,
        environ=bench.environ,
        clock=lambda: bench.now,
        zone=UTC,
        terminal=lambda: terminal,
        state=bench.home / "state",
    )
    offer_end(key, NUGET, days, argparse.Namespace(), desk)
    return said.getvalue()


@pytest.mark.parametrize("days", [29, 30, 31])
def test_what_keyfob_believes_already_is_no_news(ci: Bench, days: int) -> None:
    assert offer(ci, days, ["y"]) == ""


def test_a_yes_changes_the_end(ci: Bench) -> None:
    assert "ci expires in 7 days now" in offer(ci, 7, ["y"])
    assert end_of(ci) == ci.now + timedelta(days=7)


@pytest.mark.parametrize("answer", ["", "n", "j", "yep"])
def test_anything_else_changes_nothing(ci: Bench, answer: str) -> None:
    before = end_of(ci)
    assert "says that ci expires in 7 days" in offer(ci, 7, [answer])
    assert end_of(ci) == before


def test_without_a_terminal_it_says_how_to_correct_it(ci: Bench) -> None:
    before = end_of(ci)
    assert "keyfob edit ci --expires 2026-11-29" in offer(ci, 7, None)
    assert end_of(ci) == before


def test_a_password_that_is_wrong_is_complained_of_and_raises_nothing(ci: Bench) -> None:
    before = end_of(ci)
    ci.password_file.write_text("another made-up one\n")
    said = offer(ci, 7, ["y"])
    ci.password_file.write_text("made-up horse battery\n")
    assert "password" in said.lower()
    assert end_of(ci) == before
